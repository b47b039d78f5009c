package schooldb

import (
	"errors"
	"strconv"
	"time"
)

// Grade is a mark in hundredths: 850 is eight and a half. It is between 0 and MaxGrade.
type Grade int64

// MaxGrade is a thousand million marks: sums of ninety million such grades still fit in 63 bits.
const MaxGrade Grade = 100_000_000_000

// ParseGrade reads a grade as people and spreadsheets write it: 8, 8.5, 8.25 or with a decimal comma 8,25.
func ParseGrade[Text string | []byte](text Text) (Grade, error) {
	marks, decimals, point := cutPoint(text)
	whole, ok := wholeNumber(marks, uint64(MaxGrade/100))
	parts, digits := wholeNumber(decimals, uint64(MaxGrade))
	switch {
	case len(text) == 0:
		return 0, errors.New("is empty")
	case text[0] == '-' && negative(text[1:]):
		return 0, errors.New("is negative")
	case !ok || !digits || len(marks) == 0 || point && len(decimals) == 0:
		return 0, errors.New("is not a number such as 8, 8.5 or 8.25")
	case len(decimals) > 2:
		return 0, errors.New("has more than two decimals")
	case len(decimals) == 1:
		parts *= 10
	}
	grade := Grade(100*whole + parts)
	if grade > MaxGrade {
		return 0, errors.New("is greater than " + MaxGrade.String())
	}
	return grade, nil
}

// cutPoint splits a number at its decimal point or comma.
func cutPoint[Text string | []byte](text Text) (marks, decimals Text, point bool) {
	for i := range len(text) {
		if text[i] == '.' || text[i] == ',' {
			return text[:i], text[i+1:], true
		}
	}
	return text, text[len(text):], false
}

// negative reports whether a minus before text makes a negative number.
func negative[Text string | []byte](text Text) bool {
	marks, decimals, _ := cutPoint(text)
	_, whole := wholeNumber(marks, 0)
	_, parts := wholeNumber(decimals, 0)
	return whole && parts
}

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

// ParseDay checks that text is a day of the calendar written YYYY-MM-DD, in the years 1 to 9999, and returns it.
// Days written so are ordered as their text is.
func ParseDay(text string) (string, error) {
	if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() < 1 {
		return "", errors.New("is not a day such as 2026-09-01")
	}
	return text, nil
}
