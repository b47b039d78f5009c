package sentence

import (
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// birthday reads a date in the past, with or without a year.
func (s *reading) birthday(at int) []filling {
	return s.joined(at, 4, func(text string) bool {
		if _, err := strconv.Atoi(text); err == nil {
			return false // a bare number is not how people write a date
		}
		_, err := assistant.ReadDate(strings.TrimSuffix(text, " року"), s.Order)
		return err == nil
	})
}

// day reads the day of a reminder, as a date.
func (s *reading) day(at int) []filling {
	if d, n := s.dayAt(at); n > 0 {
		return []filling{{n, []string{d.String()}, 0}}
	}
	return nil
}

// past reads the day of a talk.
func (s *reading) past(at int) []filling {
	switch s.tokens[at].word {
	case "сьогодні", "today":
		return []filling{{1, []string{s.Today.String()}, 0}}
	case "вчора", "учора", "yesterday":
		return []filling{{1, []string{s.Today.AddDays(-1).String()}, 0}}
	case "позавчора":
		return []filling{{1, []string{s.Today.AddDays(-2).String()}, 0}}
	}
	if s.has(at, []string{"day", "before", "yesterday"}) {
		return []filling{{3, []string{s.Today.AddDays(-2).String()}, 0}}
	}
	return s.birthday(at)
}

// dayAt parses a day in the future from the longest run of tokens: завтра, у п'ятницю, через 3 дні, on 25 December.
func (s *reading) dayAt(at int) (assistant.Date, int) {
	word := func(i int) string {
		if at+i < len(s.tokens) {
			return s.tokens[at+i].word
		}
		return ""
	}
	begin := 0
	switch word(0) {
	case "в", "у", "на", "on", "by", "до", "by_the":
		begin = 1
	case "через", "in", "за":
		if n, used := quantity(word(1), word(2)); used > 0 {
			return s.Today.AddDays(n), 1 + used
		}
		return assistant.Date{}, 0
	}
	if begin == 1 && (word(1) == "наступний" || word(1) == "наступну" || word(1) == "цю" || word(1) == "цей") {
		begin = 2
	}
	if word(begin) == "next" || word(begin) == "this" {
		begin++
	}
	for n := min(4, len(s.tokens)-at-begin); n > 0; n-- {
		text := s.original(at+begin, n)
		if _, err := strconv.Atoi(text); err == nil {
			continue
		}
		if d, err := assistant.ReadDay(text, s.Order, s.Today); err == nil {
			return d, begin + n
		}
	}
	return assistant.Date{}, 0
}

// quantity parses 3 дні, тиждень, two weeks, and returns it in days.
func quantity(first, second string) (days, used int) {
	number := map[string]int{
		"один": 1, "два": 2, "дві": 2, "три": 3, "чотири": 4, "п'ять": 5, "десять": 10,
		"двох": 2, "трьох": 3, "чотирьох": 4, "п'яти": 5, "десяти": 10,
		"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10,
	}
	unit := map[string]int{
		"день": 1, "дні": 1, "днів": 1, "day": 1, "days": 1,
		"тиждень": 7, "тижні": 7, "тижнів": 7, "week": 7, "weeks": 7,
		"місяць": 30, "місяці": 30, "місяців": 30, "month": 30, "months": 30,
	}
	if days, ok := unit[first]; ok {
		return days, 1
	}
	n, ok := number[first]
	if !ok {
		var err error
		if n, err = strconv.Atoi(first); err != nil || n < 1 || n > 400 {
			return 0, 0
		}
	}
	if days, ok := unit[second]; ok {
		return n * days, 2
	}
	return 0, 0
}

// period reads the days that somebody asks about, as the flags --on and --days.
func (s *reading) period(at int) []filling {
	days := func(n int) []string { return []string{"--days", strconv.Itoa(n)} }
	from := func(d assistant.Date, n int) []string { return append([]string{"--on", d.String()}, days(n)...) }
	midnight := time.Date(s.Today.Year, s.Today.Month, s.Today.Day, 0, 0, 0, 0, time.UTC)
	weekday := (int(midnight.Weekday()) + 6) % 7 // Monday is 0
	lastOf := func(d assistant.Date) int {
		return time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	}
	weekend := from(s.Today.AddDays(5-weekday), 1)
	if weekday >= 5 {
		weekend = days(6 - weekday)
	}
	first := assistant.Date{Year: s.Today.Year, Month: s.Today.Month, Day: lastOf(s.Today)}.AddDays(1)
	for _, p := range []struct {
		phrases string
		flags   []string
	}{
		{"сьогодні|today", days(0)},
		{"цього тижня|на цьому тижні|на тижні|в цей тиждень|this week", days(6 - weekday)},
		{"наступного тижня|на наступному тижні|next week", from(s.Today.AddDays(7-weekday), 6)},
		{"на вихідних|на вихідні|у вихідні|у ці вихідні|цими вихідними|this weekend|on the weekend|at the weekend", weekend},
		{"цього місяця|в цьому місяці|у цьому місяці|this month", days(lastOf(s.Today) - s.Today.Day)},
		{"наступного місяця|в наступному місяці|у наступному місяці|next month", from(first, lastOf(first)-1)},
		{"скоро|незабаром|найближчим часом|найближчими днями|soon|in the next days|in the coming days", []string{}},
	} {
		for _, words := range alternatives(p.phrases) {
			if s.has(at, words) {
				return []filling{{len(words), p.flags, 0}}
			}
		}
	}
	if n, used := s.ahead(at); used > 0 {
		return []filling{{used, days(n), 0}}
	}
	if month, used := s.month(at); used > 0 {
		if month == s.Today.Month {
			return []filling{{used, days(lastOf(s.Today) - s.Today.Day), 0}}
		}
		d := assistant.Date{Year: s.Today.Year, Month: month, Day: 1}
		if month < s.Today.Month {
			d.Year++
		}
		return []filling{{used, from(d, lastOf(d)-1), 0}}
	}
	if d, used := s.dayAt(at); used > 0 {
		if d == s.Today {
			return []filling{{used, days(0), 0}}
		}
		return []filling{{used, from(d, 0), 0}}
	}
	return nil
}

// ahead parses "протягом 10 днів", "за найближчі два тижні", "in the next 10 days".
func (s *reading) ahead(at int) (days, used int) {
	for _, words := range alternatives("протягом|за|на|у|в|за найближчі|на найближчі|у найближчі|найближчі|наступні|" +
		"протягом найближчих|протягом наступних|за наступні|на наступні|in|in the|within|within the|over the|for the|" +
		"next|the next|in the next|in the coming|within the next") {
		if !s.has(at, words) {
			continue
		}
		at := at + len(words)
		var two [2]string
		for i := range two {
			if at+i < len(s.tokens) {
				two[i] = s.tokens[at+i].word
			}
		}
		if n, more := quantity(two[0], two[1]); more > 0 && len(words)+more > used {
			days, used = n, len(words)+more
		}
	}
	return days, used
}

// month parses "у травні", "in May".
func (s *reading) month(at int) (time.Month, int) {
	if at+1 >= len(s.tokens) || s.tokens[at].word != "у" && s.tokens[at].word != "в" && s.tokens[at].word != "in" {
		return 0, 0
	}
	months := [...]string{
		"січні january", "лютому february", "березні march", "квітні april", "травні may", "червні june", "липні july",
		"серпні august", "вересні september", "жовтні october", "листопаді november", "грудні december",
	}
	for i, names := range months {
		for name := range strings.FieldsSeq(names) {
			if s.tokens[at+1].word == name {
				return time.Month(i + 1), 2
			}
		}
	}
	return 0, 0
}
