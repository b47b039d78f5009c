package rfc4180

import "bytes"

// AppendField appends a field, in quotes where it needs them.
func AppendField(b, field []byte) []byte {
	if !bytes.ContainsAny(field, ",;\t\"\r\n") {
		return append(b, field...)
	}
	b = append(b, '"')
	for _, c := range field {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}
