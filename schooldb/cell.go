package schooldb

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Cells hold what ParseID, ParseMark and ParseDay accept, or the same as spreadsheets write it.

// blanks may surround a value; no-break spaces come from web pages.
const blanks = " \t\r\n\u00a0\u202f"

func cellID(text []byte) (int64, error) {
	id, err := ParseID(text)
	if err != nil {
		return ParseID(withoutZeros(trim(text)))
	}
	return id, nil
}

func cellMark(text []byte) (Mark, error) {
	mark, err := ParseMark(text)
	if err != nil {
		return ParseMark(withoutZeros(trim(text)))
	}
	return mark, nil
}

// trim is bytes.TrimSpace for all blanks; it also removes the apostrophe that a spreadsheet puts before a text that
// looks like a number.
func trim(text []byte) []byte { return bytes.TrimPrefix(bytes.Trim(text, blanks), []byte("'")) }

// withoutZeros removes trailing zeros from a number's decimals: 8.500 becomes 8.5 and 1.0 becomes 1.
func withoutZeros(text []byte) []byte {
	marks, decimals, point := cutPoint(text)
	if !point || len(decimals) == 0 {
		return text
	}
	if decimals = bytes.TrimRight(decimals, "0"); len(decimals) == 0 {
		return marks
	}
	return text[:len(marks)+1+len(decimals)]
}

// cellDay reads a day as ReadDay does, with or without a time after it, or the number of a day as a spreadsheet counts:
// from the end of 1899 or, with since1904, from 1904.
func cellDay(text []byte, since1904 bool) (Day, error) {
	day, err := ParseDay(string(text))
	if err == nil {
		return day, nil
	}
	words := string(trim(text))
	if i := strings.IndexAny(words, " T\u00a0"); i > 0 && isTime(strings.Trim(words[i:], blanks+"T")) {
		words = words[:i]
	}
	if day, failed := ReadDay(words); failed == nil {
		return day, nil
	}
	if days, fraction, _ := strings.Cut(words, "."); strings.Trim(fraction, "0123456789") == "" {
		// Day 60 is 29 February 1900, which did not exist.
		if n, failed := strconv.Atoi(days); failed == nil && (n > 60 || since1904 && n >= 0) && n < 2_958_466 {
			first := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
			if since1904 {
				first = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
			}
			return ParseDay(first.AddDate(0, 0, n).Format(time.DateOnly))
		}
	}
	return "", err
}

// isTime reports whether text is a time of day.
func isTime(text string) bool {
	for _, layout := range []string{"15:04:05", "15:04", "15:04:05Z07:00", "15:04:05-07", "15:04:05Z0700"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}
