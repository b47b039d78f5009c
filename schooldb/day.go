package schooldb

import (
	"errors"
	"fmt"
	"time"
)

// Day is a day of the calendar written YYYY-MM-DD, in the years 1 to 9999. Days are ordered as their text is.
type Day string

// ParseDay reads a day.
func ParseDay(text string) (Day, error) {
	if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() < 1 {
		return "", errors.New("is not a day such as 2026-09-01")
	}
	return Day(text), nil
}

// Today is the day that the computer's clock shows.
func Today() Day { return Day(time.Now().Format(time.DateOnly)) }

// Scan takes a day as the drivers give it: a text from SQLite, a time from PostgreSQL.
func (d *Day) Scan(value any) error {
	switch value := value.(type) {
	case string:
		*d = Day(value)
	case time.Time:
		*d = Day(value.Format(time.DateOnly))
	default:
		return fmt.Errorf("a day is stored as %T", value)
	}
	return nil
}
