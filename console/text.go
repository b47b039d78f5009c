package console

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// Text makes text from elsewhere (a file's name, a message, a database) safe to show on a terminal: control characters,
// escape sequences, invalid UTF-8, and characters that are invisible or change the order of others are
// written as escapes (\x1b, \u202e). Line feeds and tabs stay. An emoji may keep its joiners.
func Text(s string) string { return escape(s, "\n\t") }

// Line is Text for what must stay on one line: line feeds and tabs are escaped too.
func Line(s string) string { return escape(s, "") }

func escape(s, keep string) string {
	if _, simple := simpleWidth(s); simple {
		return s
	}
	var b strings.Builder
	runes := []rune(s)
	at := 0 // index in s, for the bytes that are not UTF-8
	for i, r := range runes {
		size := len(string(r))
		if r == unicode.ReplacementChar && (at+size > len(s) || s[at:at+size] != "\uFFFD") {
			size = 1
			fmt.Fprintf(&b, `\x%02x`, s[at])
		} else if strings.ContainsRune(keep, r) || !treacherous(r) || joinsEmoji(runes, i) {
			b.WriteRune(r)
		} else if r < 0x100 {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else if r < 0x10000 {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		at += size
	}
	return b.String()
}

// treacherous reports whether r could change how the text around it is shown: controls (Cc), line and paragraph
// separators, format characters (Cf: bidirectional overrides, zero-width spaces and joiners, tags).
func treacherous(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// joinsEmoji reports whether runes[i] is a zero-width joiner between two pictures, or a tag of a flag (England,
// Scotland, Wales).
func joinsEmoji(runes []rune, i int) bool {
	picture := func(r rune) bool { return unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || r == '\uFE0F' }
	switch r := runes[i]; {
	case r == '\u200D':
		return i > 0 && i+1 < len(runes) && picture(runes[i-1]) && unicode.Is(unicode.So, runes[i+1])
	case r >= 0xE0020 && r <= 0xE007F:
		for i > 0 && runes[i] >= 0xE0020 && runes[i] <= 0xE007F {
			i--
		}
		return runes[i] == '🏴'
	}
	return false
}

// keycap makes a digit a picture of two columns (1️⃣), which uniseg counts as one.
const keycap = "\uFE0F\u20E3"

// Width returns the number of terminal columns that s takes: Cyrillic letters one each, CJK and emoji two,
// combining marks none.
func Width(s string) int {
	if width, simple := simpleWidth(s); simple {
		return width
	}
	return uniseg.StringWidth(s) + strings.Count(s, keycap)
}

// simpleWidth is how many characters a text has, and whether each is a letter, digit or sign of the Latin or Cyrillic
// script that takes a column of its own and does nothing to its neighbours: nearly every text is so, and needs no
// table of Unicode.
func simpleWidth(s string) (width int, simple bool) {
	for _, r := range s {
		switch {
		case r >= ' ' && r < 0x7f:
		case r > 0xA0 && r < 0x300 && r != 0xA9 && r != 0xAD && r != 0xAE: // two pictures, and the soft hyphen
		case r >= 0x400 && r < 0x530 && (r < 0x483 || r > 0x489): // marks above a letter
		default:
			return 0, false
		}
		width++
	}
	return width, true
}

// Pad returns s followed by spaces, together width columns; a longer s is returned as it is.
func Pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-Width(s)))
}
