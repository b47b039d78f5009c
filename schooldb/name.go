package schooldb

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// CheckName returns nil when name can be the name of something: valid UTF-8, not empty, without the character NUL.
// Names need not be unique.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("is empty")
	case !utf8.ValidString(name):
		return errors.New("is not valid UTF-8")
	case strings.IndexByte(name, 0) >= 0:
		return errors.New("contains the character NUL")
	}
	return nil
}

// ParseID reads an identifier: a positive whole number below 2^63.
func ParseID[Text string | []byte](text Text) (int64, error) {
	id, ok := wholeNumber(text, math.MaxInt64)
	switch {
	case len(text) == 0:
		return 0, errors.New("is empty")
	case !ok || id == 0:
		return 0, errors.New("is not a positive whole number")
	case id > math.MaxInt64:
		return 0, errors.New("is greater than 9223372036854775807")
	}
	return int64(id), nil
}

// wholeNumber returns the number that the digits are, limit + 1 when it is greater than limit, and 0 for no digits. It
// reports false when there is anything but digits.
func wholeNumber[Text string | []byte](digits Text, limit uint64) (uint64, bool) {
	var n uint64
	for i := range len(digits) {
		digit := digits[i] - '0'
		if digit > 9 {
			return 0, false
		}
		if n > limit/10 {
			n = limit + 1
			continue
		}
		n = min(10*n+uint64(digit), limit+1)
	}
	return n, true
}
