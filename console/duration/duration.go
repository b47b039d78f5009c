// Package duration reads durations as people write them on a command line: those of Go, such as 1m30s, and days and
// weeks before them, as in 2d, 1d12h and 1w.
package duration

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Day and Week are as long as most of them: 24 hours, and seven times that.
const (
	Day  = 24 * time.Hour
	Week = 7 * Day
)

// ErrInvalid says that a text is not a duration, or is one of more than 292 years.
var ErrInvalid = errors.New("not a duration such as 1m30s or 2d")

// Parse reads a duration: numbers with units, w, d, h, m, s, ms, us and ns, of which the first two stand before the
// others. Only 0 needs no unit.
func Parse(text string) (time.Duration, error) {
	rest := strings.TrimPrefix(text, "-")
	total := time.Duration(0)
	for _, unit := range []struct {
		letter string
		length time.Duration
	}{{"w", Week}, {"d", Day}} {
		number, after, found := strings.Cut(rest, unit.letter)
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || strings.Trim(number, "0123456789.") != "" {
			return 0, ErrInvalid
		}
		length := n * float64(unit.length)
		if length >= float64(1<<63-1-total) {
			return 0, ErrInvalid
		}
		total += time.Duration(length)
		rest = after
	}
	if rest != "" || total == 0 && !strings.ContainsAny(text, "wd") {
		smaller, err := time.ParseDuration(rest)
		if err != nil || strings.ContainsAny(rest[:1], "+-") || smaller > 1<<63-1-total {
			return 0, ErrInvalid
		}
		total += smaller
	}
	if strings.HasPrefix(text, "-") {
		total = -total
	}
	return total, nil
}

// Since reads a time of the past or the future as people write it: how long before now, such as 2h or 3d, a date, a
// date with a time of day, both in the time zone of now, or a time as RFC 3339 defines it. The error is ErrNoTime.
func Since(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.DateTime} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return at, nil
		}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	if d, err := Parse(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, ErrNoTime
}

// ErrNoTime says that a text is neither a time, nor a date, nor a duration before now.
var ErrNoTime = errors.New("not a time such as 2026-11-29 14:30 or 2h ago")
