package schooldb

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Grade is a mark in hundredths: 850 is eight and a half. It is between 0 and MaxGrade.
type Grade int64

// MaxGrade is a thousand million marks: sums of ninety million such grades still fit in 63 bits.
const MaxGrade Grade = 100_000_000_000

// ParseGrade reads a grade as people and spreadsheets write it: 8, 8.5, 8.25 or with a decimal comma 8,25.
func ParseGrade(text string) (Grade, error) {
	marks, decimals, point := strings.Cut(text, ".")
	if !point {
		marks, decimals, point = strings.Cut(text, ",")
	}
	switch {
	case text == "":
		return 0, errors.New("is empty")
	case strings.HasPrefix(text, "-") && digits(strings.TrimPrefix(marks, "-")) && digits(decimals):
		return 0, errors.New("is negative")
	case marks == "" || !digits(marks) || !digits(decimals) || point && decimals == "":
		return 0, errors.New("is not a number such as 8, 8.5 or 8.25")
	case len(decimals) > 2:
		return 0, errors.New("has more than two decimals")
	}
	hundredths, err := strconv.ParseInt(marks+(decimals + "00")[:2], 10, 64)
	if err != nil || Grade(hundredths) > MaxGrade {
		return 0, errors.New("is greater than " + MaxGrade.String())
	}
	return Grade(hundredths), nil
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// String returns the grade in marks with no more decimals than it needs.
func (g Grade) String() string { return string(g.append(nil)) }

func (g Grade) append(b []byte) []byte {
	b = strconv.AppendInt(b, int64(g/100), 10)
	switch cents := g % 100; {
	case cents == 0:
		return b
	case cents%10 == 0:
		return append(b, '.', byte('0'+cents/10))
	default:
		return append(b, '.', byte('0'+cents/10), byte('0'+cents%10))
	}
}

// MarshalJSON returns the grade as a number of marks.
func (g Grade) MarshalJSON() ([]byte, error) { return g.append(nil), nil }

// ParseDay checks that text is a day of the calendar written YYYY-MM-DD and returns it. Days written so are ordered as
// their text is.
func ParseDay(text string) (string, error) {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", errors.New("is not a day such as 2026-09-01")
	}
	return text, nil
}
