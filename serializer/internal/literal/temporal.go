package literal

import (
	"bytes"
	"strings"
	"time"
)

// The texts of the kinds of time:
//
//	KindDatetime   2026-11-25T19:52:57.123456789+02:00[fold=1]
//	KindDate       2026-11-25
//	KindTime       19:52:57.123456789+02:00[fold=1]
//	KindTimedelta  -86399.999999
//
// Fraction and fold are written unless they are zero; an offset of zero is Z, and without an offset a value is naive.
// Offsets may have seconds. The fold is Python's (PEP 495): the second of two equal times when clocks go back.

// NormalDatetime checks a date and time of day and returns it in the one form that equal values have.
func NormalDatetime(text []byte) ([]byte, bool) {
	s := string(text)
	if len(s) < 12 || s[10]|0x20 != 't' || !validDate(s[:10]) {
		return nil, false
	}
	clock, ok := normalClock(s[11:], true)
	return []byte(s[:10] + "T" + clock), ok
}

// NormalDate checks a date, which has one form only.
func NormalDate(text []byte) ([]byte, bool) { return text, validDate(string(text)) }

// NormalClock checks a time of day and returns it in the one form that equal values have.
func NormalClock(text []byte) ([]byte, bool) {
	clock, ok := normalClock(string(text), false)
	return []byte(clock), ok
}

// number reads a field of exactly n digits; it returns -1 for anything else.
func number(s string, n int) int {
	if len(s) < n {
		return -1
	}
	v := 0
	for i := range n {
		if !IsDigit(s[i]) {
			return -1
		}
		v = v*10 + int(s[i]-'0')
	}
	return v
}

func validDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	year, month, day := number(s, 4), number(s[5:], 2), number(s[8:], 2)
	if year < 0 || month < 1 || month > 12 || day < 1 {
		return false
	}
	return day <= time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// normalClock checks a time of day with fraction, offset and fold.
func normalClock(s string, leap bool) (string, bool) {
	s, fold := strings.CutSuffix(s, "[fold=1]")
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return "", false
	}
	hour, minute, second := number(s, 2), number(s[3:], 2), number(s[6:], 2)
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 || second == 60 && !leap {
		return "", false
	}
	clock, rest := s[:8], s[8:]
	fraction, rest, ok := cutFraction(rest, 9)
	if !ok {
		return "", false
	}
	offset, ok := normalOffset(rest)
	if !ok {
		return "", false
	}
	clock += fraction + offset
	if fold {
		clock += "[fold=1]"
	}
	return clock, true
}

// cutFraction cuts .123 off the front, drops trailing zeros, and allows at most the given number of digits.
func cutFraction(s string, most int) (fraction, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return "", s, true
	}
	n := 1
	for n < len(s) && IsDigit(s[n]) {
		n++
	}
	fraction = strings.TrimRight(s[:n], "0")
	if n == 1 || len(fraction) > most+1 {
		return "", "", false
	}
	return strings.TrimSuffix(fraction, "."), s[n:], true
}

func normalOffset(s string) (string, bool) {
	switch s {
	case "":
		return "", true
	case "Z", "z", "+00:00":
		return "Z", true
	}
	if len(s) < 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return "", false
	}
	hour, minute := number(s[1:], 2), number(s[4:], 2)
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return "", false
	}
	short, rest := s[:6], s[6:]
	if rest == "" {
		return short, true
	}
	second := -1
	if len(rest) >= 3 && rest[0] == ':' {
		second = number(rest[1:], 2)
	}
	if second < 0 || second > 59 {
		return "", false
	}
	fraction, left, ok := cutFraction(rest[3:], 6)
	if !ok || left != "" {
		return "", false
	}
	if second == 0 && fraction == "" {
		return normalOffset(short)
	}
	return short + rest[:3] + fraction, true
}

// NormalSeconds checks decimal seconds such as -86399.999999 and returns them in the one form that equal values have.
func NormalSeconds(text []byte) ([]byte, bool) {
	s := string(text)
	digits, negative := strings.CutPrefix(s, "-")
	n := 0
	for n < len(digits) && IsDigit(digits[n]) {
		n++
	}
	fraction, rest, ok := cutFraction(digits[n:], 9)
	if n == 0 || n > 1 && digits[0] == '0' || rest != "" || !ok || len(digits) > 40 {
		return nil, false
	}
	normal := digits[:n] + fraction
	if negative && normal != "0" {
		normal = "-" + normal
	}
	return []byte(normal), true
}

// StandardDatetime reports whether the text of a KindDatetime is RFC 3339: it has an offset of whole minutes and no
// fold.
func StandardDatetime(text []byte) bool {
	if bytes.HasSuffix(text, []byte("]")) {
		return false
	}
	if bytes.HasSuffix(text, []byte("Z")) {
		return true
	}
	return len(text) > 25-1 && (text[len(text)-6] == '+' || text[len(text)-6] == '-') &&
		!bytes.ContainsAny(text[19:len(text)-6], "+-")
}

// Instant returns the seconds since 1970 and the nanoseconds of a datetime in UTC. It returns false for other offsets,
// naive datetimes, folds and leap seconds.
func Instant(text []byte) (seconds int64, nanos uint32, ok bool) {
	s := string(text)
	if !strings.HasSuffix(s, "Z") || s[17:19] == "60" {
		return 0, 0, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, 0, false
	}
	return t.Unix(), uint32(t.Nanosecond()), true
}

// AppendInstant writes the text of a KindDatetime in UTC, if its year has four digits.
func AppendInstant(b []byte, seconds int64, nanos uint32) ([]byte, bool) {
	const first, last = -62167219200, 253402300799 // 0000-01-01 and the end of 9999
	if seconds < first || seconds > last || nanos > 999_999_999 {
		return nil, false
	}
	return time.Unix(seconds, int64(nanos)).UTC().AppendFormat(b, time.RFC3339Nano), true
}
