package assistant

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pythonweb/goweb/assistant/search"
)

// A DayOrder says which of the numbers of a date with slashes, 02/03/1990, is the day. Dots are day.month.year
// everywhere, hyphens year-month-day.
type DayOrder int

// The orders of day and month between slashes.
const (
	DayUnknown DayOrder = iota // only 25/02/1990 and 02/25/1990 are dates
	DayFirst
	MonthFirst
)

// ReadDate reads a date as people write it: 1990-02-25, 1990-2-5, 1990/02/25, 19900225, 25.02.1990, 25.2., 25/02/1990,
// "25 лютого 1990 р.", "February 25, 1990", "2 March", --02-25, --0225. The year 1604, which Apple's address books
// write for a missing one, is not a year. The error is a [FieldError].
func ReadDate(s string, order DayOrder) (Date, error) {
	folded := search.Fold(s)
	d, problem := readNumbers(folded, order)
	if problem == noDate {
		d, problem = readMonthName(folded)
	}
	if problem == "" && !d.exists() {
		problem = noDate
	}
	if problem != "" {
		return Date{}, &FieldError{Field: "date", Value: s, Problem: problem, Hint: dateHint}
	}
	if d.Year == noYear {
		d.Year = 0
	}
	return d, nil
}

const (
	noDate        = "no such date"
	ambiguousDate = "day and month are ambiguous"
	dateHint      = "write YYYY-MM-DD, or --MM-DD without a year; DD.MM.YYYY works, too"
	noYear        = 1604
)

// readNumbers reads a date written in digits. If there is none, it says what is wrong, as in [noDate].
func readNumbers(s string, order DayOrder) (Date, string) {
	if rest, ok := strings.CutPrefix(s, "--"); ok {
		if n := numbers(rest, '-', 2); n != nil {
			return Date{Month: time.Month(n[0]), Day: n[1]}, ""
		}
		if n, ok := digits(rest); ok && len(rest) == 4 {
			return Date{Month: time.Month(n / 100), Day: n % 100}, ""
		}
		return Date{}, noDate
	}
	if n, ok := digits(s); ok && len(s) == 8 {
		return Date{n / 10000, time.Month(n / 100 % 100), n % 100}, ""
	}
	for _, separator := range []byte{'-', '/', '.'} {
		if n := numbers(s, separator, 3); n != nil && yearFirst(s, separator) {
			return Date{n[0], time.Month(n[1]), n[2]}, ""
		}
	}
	if n := numbers(strings.TrimSuffix(s, "."), '.', 2); n != nil {
		return Date{Month: time.Month(n[1]), Day: n[0]}, ""
	}
	if n := numbers(s, '.', 3); n != nil && n[2] > 999 {
		return Date{n[2], time.Month(n[1]), n[0]}, ""
	}
	n := numbers(s, '/', 3)
	if n == nil || n[2] < 1000 {
		return Date{}, noDate
	}
	switch {
	case n[0] > 12 || n[0] == n[1]:
		order = DayFirst
	case n[1] > 12:
		order = MonthFirst
	}
	switch order {
	case DayFirst:
		return Date{n[2], time.Month(n[1]), n[0]}, ""
	case MonthFirst:
		return Date{n[2], time.Month(n[0]), n[1]}, ""
	}
	return Date{}, ambiguousDate
}

// numbers returns the n numbers of a text between separators, of at most four digits each; nil for any other text.
func numbers(s string, separator byte, n int) []int {
	parts := strings.Split(s, string(separator))
	if len(parts) != n {
		return nil
	}
	list := make([]int, n)
	for i, part := range parts {
		number, ok := digits(strings.TrimSpace(part))
		if !ok || part == "" || len(part) > 5 {
			return nil
		}
		list[i] = number
	}
	return list
}

func yearFirst(s string, separator byte) bool { return strings.IndexByte(s, separator) == 4 }

// readMonthName reads a date with the name of its month in Ukrainian or English, in any order.
func readMonthName(s string) (Date, string) {
	var d Date
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' }) {
		number, ok := digits(strings.TrimRight(word, "stndrh")) // 1st, 2nd, 3rd, 4th
		switch month := monthNamed(word); {
		case month != 0 && d.Month == 0:
			d.Month = month
		case ok && number > 31 && d.Year == 0 && len(word) == 4:
			d.Year = number
		case ok && number > 0 && number <= 31 && d.Day == 0:
			d.Day = number
		case word == "р" || word == "року" || word == "of" || word == "the":
		default:
			return Date{}, noDate
		}
	}
	if d.Month == 0 || d.Day == 0 {
		return Date{}, noDate
	}
	return d, ""
}

// monthNamed returns the month with a name in Ukrainian (in the nominative or genitive, or abbreviated as in calendars)
// or in English; 0 if there is none.
func monthNamed(word string) time.Month {
	english := [...]string{
		"january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december",
	}
	// The beginning that no other month has, and the endings of the nominative and genitive.
	ukrainian := [...]string{
		"січ|ень|ня", "лют|ий|ого", "бер|езень|езня", "кві|тень|тня", "тра|вень|вня", "чер|вень|вня",
		"лип|ень|ня", "сер|пень|пня", "вер|есень|есня", "жов|тень|тня", "лис|топад|топада", "гру|день|дня",
	}
	for i := range english {
		if word == english[i] || word == english[i][:3] || word == "sept" && i == 8 {
			return time.Month(i + 1)
		}
		forms := strings.Split(ukrainian[i], "|")
		if word == forms[0] || word == forms[0]+forms[1] || word == forms[0]+forms[2] {
			return time.Month(i + 1)
		}
	}
	return 0
}

// After reports whether d is later than other. Both must have a year.
func (d Date) After(other Date) bool { return d.midnight().After(other.midnight()) }

// ReadDay reads the day of a reminder, in English or Ukrainian: a date as [ReadDate] reads it, which without a year is
// the next such day, or "today", "tomorrow", "+3", or a day of the week.
func ReadDay(s string, order DayOrder, today Date) (Date, error) {
	word := search.Fold(s)
	switch word {
	case "today", "сьогодні":
		return today, nil
	case "tomorrow", "завтра":
		return today.AddDays(1), nil
	case "післязавтра":
		return today.AddDays(2), nil
	}
	if rest, plus := strings.CutPrefix(word, "+"); plus {
		rest = strings.TrimRight(rest, "dд")
		if n, err := strconv.Atoi(rest); err == nil && n >= 0 && n < 3660 {
			return today.AddDays(n), nil
		}
	}
	if day, ok := weekdayNamed(word); ok {
		ahead := (int(day-today.midnight().Weekday())+6)%7 + 1
		return today.AddDays(ahead), nil
	}
	d, err := ReadDate(s, order)
	if err == nil && d.Year == 0 {
		d = d.next(today)
	}
	return d, err
}

func weekdayNamed(word string) (time.Weekday, bool) {
	for i, names := range [...]string{
		"sunday sun неділя неділю нд", "monday mon понеділок пн", "tuesday tue вівторок вт", "wednesday wed середа середу ср",
		"thursday thu четвер чт", "friday fri п'ятниця п'ятницю пт", "saturday sat субота суботу сб",
	} {
		for name := range strings.FieldsSeq(names) {
			if word == name {
				return time.Weekday(i), true
			}
		}
	}
	return 0, false
}
