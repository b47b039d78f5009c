package schooldb

import (
	"errors"
	"fmt"
	"time"
)

// Day is a day of the calendar written YYYY-MM-DD, in the years 1 to 9999. Days sort as their text does.
type Day string

// ParseDay reads a day written YYYY-MM-DD.
func ParseDay(text string) (Day, error) {
	if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() < 1 {
		return "", errors.New("is not a day such as 2026-09-01")
	}
	return Day(text), nil
}

// ReadDay reads a day as people write it: 2026-09-01, 2026/9/1, 01.09.2026, 1.9.26, the last in the years 2000 to 2099.
func ReadDay(text string) (Day, error) {
	for _, layout := range []string{"2.1.2006", "2.1.06", "2006/1/2"} {
		if at, err := time.Parse(layout, text); err == nil {
			if layout == "2.1.06" && at.Year() < 2000 {
				at = at.AddDate(100, 0, 0)
			}
			text = at.Format(time.DateOnly)
			break
		}
	}
	return ParseDay(text)
}

// Today returns the day that the computer's clock shows.
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
