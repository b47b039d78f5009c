package rfc4180

import "strings"

// AppendField appends a field, in quotes where it needs them.
func AppendField(b []byte, field string) []byte {
	if !strings.ContainsAny(field, ",;\t\"\r\n") {
		return append(b, field...)
	}
	b = append(b, '"')
	for i := range len(field) {
		c := field[i]
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}
