package vcf

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decode turns bytes into Unicode. Bytes that are UTF-8 are taken for it unless they say that they are something
// else; others are decoded as charset says or, when it says nothing or what cannot be, as [guess] says.
func decode(b []byte, charset string) string {
	declared, err := htmlindex.Get(strings.TrimSpace(charset))
	name := ""
	if err == nil {
		name, _ = htmlindex.Name(declared)
	}
	if utf8.Valid(b) && (err != nil || name == "utf-8" || ascii(b)) {
		return string(b)
	}
	if err != nil || name == "utf-8" {
		declared = guess(b)
	}
	decoded, err := declared.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(decoded)
}

// guess tells KOI8-U from windows-1251, the two that programs in Ukraine wrote before UTF-8: small letters are at
// 0xC0 to 0xDF in the one and at 0xE0 to 0xFF in the other, and a text has more small letters than capitals.
func guess(b []byte) encoding.Encoding {
	low, high := 0, 0
	for _, c := range b {
		switch {
		case c >= 0xE0:
			high++
		case c >= 0xC0:
			low++
		}
	}
	if low > high {
		return charmap.KOI8U
	}
	return charmap.Windows1251
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

// unquoteLoosely decodes the =XX that there are and leaves everything else.
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
