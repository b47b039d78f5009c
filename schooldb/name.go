package schooldb

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckName returns nil when name can be the name of something: valid UTF-8, not empty, without the character NUL.
// Names need not differ.
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
func ParseID(text string) (int64, error) {
	if text == "" {
		return 0, errors.New("is empty")
	}
	if !digits(text) {
		return 0, errors.New("is not a positive whole number")
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errors.New("is greater than 9223372036854775807")
	}
	if id == 0 {
		return 0, errors.New("is not a positive whole number")
	}
	return id, nil
}
