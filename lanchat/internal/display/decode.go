// Package display turns messages, which may hold anything, into text that is safe to show.
package display

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Encoding is how messages without a byte order mark are decoded. The zero Encoding is UTF-8.
type Encoding struct{ decoder encoding.Encoding }

// encodings maps the names that ParseEncoding knows.
var encodings = map[string]encoding.Encoding{
	"utf-8": nil, "cp1251": charmap.Windows1251, "koi8-u": charmap.KOI8U, "cp866": charmap.CodePage866,
	"latin1": charmap.ISO8859_1,
}

// ParseEncoding returns the encoding of that name: utf-8, cp1251, koi8-u, cp866 or latin1, in any case.
func ParseEncoding(name string) (Encoding, error) {
	decoder, ok := encodings[strings.ToLower(name)]
	if !ok {
		return Encoding{}, fmt.Errorf("unknown encoding %q", name)
	}
	return Encoding{decoder}, nil
}

// Decode returns body as UTF-8, without the line ending with which plain clients end a message. Text with a byte order
// mark is decoded by it. Text that is UTF-8 stays as it is, whatever the encoding; bytes that are not text become
// U+FFFD.
func (e Encoding) Decode(body []byte) string {
	var text string
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		text = decode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), body)
	case e.decoder != nil && !utf8.Valid(body):
		text = decode(e.decoder, body)
	default:
		text = strings.ToValidUTF8(string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))), "\uFFFD")
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
}

// Fails reports whether Decode cannot read all of body: it is in another encoding, or not text.
func (e Encoding) Fails(body []byte) bool {
	marked := bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff"))
	return e.decoder == nil && !marked && !utf8.Valid(body)
}

func decode(e encoding.Encoding, body []byte) string {
	text, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	return string(text)
}
