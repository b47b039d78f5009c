package assistant

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// DecodeText returns what a user wrote as text: UTF-8, without a byte order mark at its beginning, or UTF-16,
// recognised by its mark. What is neither, or holds NUL, is refused with a [FieldError]: nothing is ever replaced
// silently.
func DecodeText(field string, b []byte) (string, error) {
	if len(b) >= 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		if decoded, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(b); err == nil {
			b = decoded
		}
	}
	s := strings.TrimPrefix(string(b), "\ufeff")
	return s, checkText(field, s)
}

// checkText refuses what no store can keep.
func checkText(field, s string) error {
	switch {
	case !utf8.ValidString(s):
		return &FieldError{Field: field, Problem: "the text is not UTF-8", Hint: "convert it first: iconv -f CP1251 -t UTF-8"}
	case strings.Contains(s, "\x00"):
		return &FieldError{Field: field, Problem: "there is a NUL character in the text", Hint: "remove it: tr -d '\\000'"}
	}
	return nil
}

// CheckTexts refuses texts that are not UTF-8 or hold NUL.
func CheckTexts(field string, texts ...string) error {
	for _, s := range texts {
		if err := checkText(field, s); err != nil {
			return err
		}
	}
	return nil
}

// line makes one line of s, without space around it.
func line(s string) string { return strings.Join(strings.Fields(text(s)), " ") }

// text keeps the lines of s, and removes the space around it and what no store can keep.
func text(s string) string { return strings.TrimSpace(lines(s)) }

// prose keeps the lines of a text as they were typed, with the indentation of the first; blank lines at its ends go.
func prose(s string) string {
	s = strings.TrimRight(lines(strings.TrimPrefix(s, "\ufeff")), " \t\n\r\v\f")
	for {
		first, rest, more := strings.Cut(s, "\n")
		if !more || strings.TrimSpace(first) != "" {
			return s
		}
		s = rest
	}
}

func lines(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	return strings.ReplaceAll(s, "\r\n", "\n")
}
