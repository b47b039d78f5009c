package assistant

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Date is a day of the calendar, with or without a year. The zero Date is not a date.
type Date struct {
	Year  int // 0 when the year is not known
	Month time.Month
	Day   int
}

// ParseDate reads "2006-01-02" and, without a year, "--01-02". The day must exist; "--02-29" does.
func ParseDate(s string) (Date, error) {
	year, rest, known := 0, "", false
	if tail, ok := strings.CutPrefix(s, "--"); ok {
		rest, known = tail, true
	} else if len(s) == 10 && s[4] == '-' {
		n, ok := digits(s[:4])
		year, rest, known = n, s[5:], ok && n > 0
	}
	if known && len(rest) == 5 && rest[2] == '-' {
		month, okMonth := digits(rest[:2])
		day, okDay := digits(rest[3:])
		if d := (Date{year, time.Month(month), day}); okMonth && okDay && d.exists() {
			return d, nil
		}
	}
	return Date{}, &FieldError{
		Field: "date", Value: s, Problem: "no such date",
		Hint: "write YYYY-MM-DD, or --MM-DD without a year",
	}
}

// digits reads a number that consists of ASCII digits only.
func digits(s string) (int, bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// DateOf returns the day of t in t's time zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// String returns "2006-01-02", or "--01-02" without a year, or "" for the zero Date.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Year == 0:
		return fmt.Sprintf("--%02d-%02d", d.Month, d.Day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether d is the zero Date, which is not a date.
func (d Date) IsZero() bool { return d == Date{} }

// MonthDay returns month*100+day, from 101 to 1231, and 0 for the zero Date. Stores keep it to find birthdays.
func (d Date) MonthDay() int { return int(d.Month)*100 + d.Day }

// AddDays returns the day n days after d, which must have a year.
func (d Date) AddDays(n int) Date { return DateOf(d.midnight().AddDate(0, 0, n)) }

// DaysUntil returns the number of days from d to other. Both must have a year.
func (d Date) DaysUntil(other Date) int {
	return int(other.midnight().Sub(d.midnight()) / (24 * time.Hour))
}

// midnight returns the beginning of d in UTC, where every day has 24 hours.
func (d Date) midnight() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func (d Date) exists() bool {
	year := d.Year
	if year == 0 {
		year = 2000 // a leap year: without a year 29 February exists
	}
	return d.Year >= 0 && d.Year <= 9999 && DateOf(Date{year, d.Month, d.Day}.midnight()) == Date{year, d.Month, d.Day}
}

// MarshalText implements [encoding.TextMarshaler] with [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler] with [ParseDate]; empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}
