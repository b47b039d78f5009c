package vcf

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decode turns bytes into Unicode. Bytes that are valid UTF-8 are taken as such unless charset names another encoding;
// other bytes are decoded as charset says. If that says UTF-8, or says nothing and nearly all of the bytes are UTF-8,
// the others become U+FFFD: one truncated letter does not mean that the rest is in another encoding. Otherwise the
// bytes are in the legacy encoding, whose name is then returned.
func decode(b []byte, charset string, legacy encoding.Encoding) (text, guessed string) {
	declared, err := htmlindex.Get(strings.TrimSpace(charset))
	name := ""
	if err == nil {
		name, _ = htmlindex.Name(declared)
	}
	switch {
	case utf8.Valid(b) && (err != nil || name == "utf-8" || ascii(b)):
		return string(b), ""
	case name == "utf-8" || err != nil && nearlyUTF8(b):
		return strings.ToValidUTF8(string(b), "\uFFFD"), ""
	case err != nil:
		declared = legacy
		guessed, _ = htmlindex.Name(legacy)
	}
	decoded, err := declared.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD"), ""
	}
	return string(decoded), guessed
}

// nearlyUTF8 reports whether most of the letters beyond ASCII are whole in UTF-8.
func nearlyUTF8(b []byte) bool {
	whole, bad := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size <= 1:
			bad++
		case size > 1:
			whole++
		}
		b = b[size:]
	}
	return whole > 0 && whole >= 2*bad
}

// guess distinguishes the older encodings in which cards without a declaration may be, by the text of a whole file. In
// Western languages a letter beyond ASCII is found among ASCII letters, in Cyrillic among its like. KOI8-U and
// windows-1251, the two of Ukraine, differ in where the small letters are, of which a text has more than capitals: at
// 0xC0 to 0xDF in the one and at 0xE0 to 0xFF in the other.
func guess(b []byte) encoding.Encoding {
	low, high, alike, western := 0, 0, 0, 0
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		if r, size := utf8.DecodeRune(b[i:]); r != utf8.RuneError {
			i += size // a part of the file is UTF-8: it says nothing
			continue
		}
		switch c := b[i]; {
		case c >= 0xE0:
			high++
		case c >= 0xC0:
			low++
		}
		for _, j := range []int{i - 1, i + 1} {
			switch {
			case j < 0 || j >= len(b):
			case b[j] >= 0xC0 || b[j] >= 0xA0 && b[j] < 0xC0 && b[j] != 0xA0:
				alike++
			case b[j]|0x20 >= 'a' && b[j]|0x20 <= 'z':
				western++
			}
		}
		i++
	}
	switch {
	case western > alike:
		return charmap.Windows1252
	case low > high:
		return charmap.KOI8U
	}
	return charmap.Windows1251
}

// plainText decodes the quoted-printable at the beginning of a file, for [guess].
func plainText(b []byte) []byte {
	if bytes.Contains(b, []byte("=")) {
		return unquoteLoosely(bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("=\r\n"), nil), []byte("=\n"), nil))
	}
	return b
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == 0x1b {
			return false // 0x1b: ISO-2022-JP
		}
	}
	return true
}

// clean replaces what no value can hold: control characters other than a tab.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, s)
}

// unquoteLoosely decodes every valid =XX and leaves everything else.
func unquoteLoosely(value []byte) []byte {
	var out []byte
	for i := 0; i < len(value); i++ {
		if value[i] == '=' && i+2 < len(value) {
			if high, low := unhex(value[i+1]), unhex(value[i+2]); high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, value[i])
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// Decode returns the text of a file of another address book: UTF-8 or UTF-16, with a mark or without, or what the bytes
// are probably in.
func Decode(file []byte) string {
	b, err := io.ReadAll(byMark(bytes.NewReader(file)))
	if err != nil {
		b = file // not valid UTF-16
	}
	text, _ := decode(b, "", guess(b))
	return text
}
