package schooldb

import (
	"errors"
	"strconv"
)

// Mark is the value of a grade, in hundredths: 850 is eight and a half. It is between 0 and MaxMark.
type Mark int64

// MaxMark is a thousand million marks: sums of ninety million such grades still fit in 63 bits.
const MaxMark Mark = 100_000_000_000

// ParseMark reads a grade as people and spreadsheets write it: 8, 8.5, 8.25 or with a decimal comma 8,25.
func ParseMark[Text string | []byte](text Text) (Mark, error) {
	marks, decimals, point := cutPoint(text)
	whole, ok := wholeNumber(marks, uint64(MaxMark/100))
	parts, digits := wholeNumber(decimals, uint64(MaxMark))
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
	mark := Mark(100*whole + parts)
	if err := mark.check(); err != nil {
		return 0, err
	}
	return mark, nil
}

// check returns why a grade cannot have this mark.
func (m Mark) check() error {
	switch {
	case m < 0:
		return errors.New("is negative")
	case m > MaxMark:
		return errors.New("is greater than " + MaxMark.String())
	}
	return nil
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

// String returns the mark with no more decimals than it needs.
func (m Mark) String() string { return string(m.append(nil)) }

func (m Mark) append(b []byte) []byte {
	b = strconv.AppendInt(b, int64(m/100), 10)
	switch cents := m % 100; {
	case cents == 0:
		return b
	case cents%10 == 0:
		return append(b, '.', byte('0'+cents/10))
	default:
		return append(b, '.', byte('0'+cents/10), byte('0'+cents%10))
	}
}

// MarshalJSON returns it as a number of marks.
func (m Mark) MarshalJSON() ([]byte, error) { return m.append(nil), nil }
