package assistant

import (
	"cmp"
	"slices"
	"time"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Birthday is one contact's next birthday.
type Birthday struct {
	Contact *Contact `json:"contact"`
	Date    Date     `json:"date"`          // the day of the celebration, with its year
	Days    int      `json:"days"`          // from the first day of the window; 0 is that day
	Age     int      `json:"age,omitempty"` // the age reached; 0 when the year of birth is not known
}

// Celebrated returns the day on which the birthday d is celebrated in the given year. Someone born on 29 February
// celebrates on 28 February in common years: the birthday stays in its month and nobody is congratulated late. (A term
// counted in months or years ends the same way under article 254 of the Civil Code of Ukraine.)
func (d Date) Celebrated(year int) Date {
	if d.Month == time.February && d.Day == 29 && !leap(year) {
		return Date{year, time.February, 28}
	}
	return Date{year, d.Month, d.Day}
}

// leap applies the rule of the Gregorian calendar.
func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// next returns the first celebration of d on or after day.
func (d Date) next(day Date) Date {
	next := d.Celebrated(day.Year)
	if day.DaysUntil(next) < 0 {
		next = d.Celebrated(day.Year + 1)
	}
	return next
}

// upcoming keeps those contacts whose next birthday, or other day, is at most days after from, soonest first, then by
// name.
func upcoming(contacts []*Contact, from Date, days int, of func(*Contact) Date) []Birthday {
	var found []Birthday
	for _, c := range contacts {
		day := of(c)
		if day.IsZero() {
			continue
		}
		b := Birthday{Contact: c, Date: day.next(from)}
		b.Days = from.DaysUntil(b.Date)
		if b.Days > days {
			continue
		}
		if day.Year > 0 {
			b.Age = max(0, b.Date.Year-day.Year)
		}
		found = append(found, b)
	}
	slices.SortFunc(found, func(a, b Birthday) int {
		return cmp.Or(
			cmp.Compare(a.Days, b.Days),
			cmp.Compare(search.OrderKey(a.Contact.Name), search.OrderKey(b.Contact.Name)),
			cmp.Compare(a.Contact.ID, b.Contact.ID),
		)
	})
	return found
}

// window returns the range of stored month-days, both ends included, in which to look for the birthdays celebrated on
// the day from or at most days days after it; it includes those that [Date.Celebrated] moves into these days. The range
// crosses the end of the year if first > last.
func window(from Date, days int) (first, last int) {
	if days >= 365 {
		return 101, 1231
	}
	end := from.AddDays(days)
	first, last = from.MonthDay(), end.MonthDay()
	if last == 228 {
		last = 229
	}
	return first, last
}
