package lineedit

import (
	"bytes"
	"unicode/utf8"
)

// A key is one key press, or text: letters that were typed or pasted.
type key struct {
	name string // "left", "ctrl+a", "paste"; "" for text
	text string
}

const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// sequence returns the name of the key for which terminals send s: xterm's sequences, and those of the Linux console
// and of rxvt.
func sequence(s string) string {
	switch s {
	case "\x1b[A", "\x1bOA":
		return "up"
	case "\x1b[B", "\x1bOB":
		return "down"
	case "\x1b[C", "\x1bOC":
		return "right"
	case "\x1b[D", "\x1bOD":
		return "left"
	case "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~":
		return "home"
	case "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~":
		return "end"
	case "\x1b[3~":
		return "delete"
	case "\x1b[1;5C", "\x1b[1;3C", "\x1bOc", "\x1b[5C":
		return "ctrl+right"
	case "\x1b[1;5D", "\x1b[1;3D", "\x1bOd", "\x1b[5D":
		return "ctrl+left"
	case "\x1b\x7f", "\x1b\b":
		return "alt+backspace"
	}
	return "unknown"
}

// decode decodes the first key of what was typed. It consumes nothing if the key is incomplete; last says that no more
// input will follow.
func decode(b []byte, last bool) (k key, n int) {
	switch c := b[0]; {
	case c == 0x1b:
		return decodeEscape(b, last)
	case c == '\r' || c == '\n':
		return key{name: "enter"}, 1
	case c == '\t':
		return key{name: "tab"}, 1
	case c == 0x7f:
		return key{name: "backspace"}, 1
	case c < 0x20:
		return key{name: "ctrl+" + string('a'+rune(c)-1)}, 1
	}
	// Letters that arrive together are one text.
	for n < len(b) && b[n] >= 0x20 && b[n] != 0x7f {
		if !utf8.FullRune(b[n:]) && !last {
			break
		}
		_, size := utf8.DecodeRune(b[n:])
		n += size
	}
	return key{text: string(bytes.ToValidUTF8(b[:n], []byte("\uFFFD")))}, n
}

func decodeEscape(b []byte, last bool) (key, int) {
	if text, isPaste := bytes.CutPrefix(b, []byte(pasteBegin)); isPaste {
		end := bytes.Index(text, []byte(pasteEnd))
		if end < 0 {
			return key{}, 0 // the rest is still to come
		}
		pasted := bytes.ToValidUTF8(text[:end], []byte("\uFFFD"))
		return key{"paste", string(pasted)}, len(pasteBegin) + end + len(pasteEnd)
	}
	n := escapeLength(b)
	switch {
	case n == 0 && !last:
		return key{}, 0
	case n == 0:
		return key{name: "escape"}, 1
	case n == 2 && b[1] >= 'a' && b[1] <= 'z':
		return key{name: "alt+" + string(b[1])}, n
	}
	return key{name: sequence(string(b[:n]))}, n
}

// escapeLength returns the length of the escape sequence at the beginning (ECMA-48, 5.4), or 0 if it is incomplete.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for n := 2; n < len(b); n++ {
			if b[n] >= 0x40 && b[n] <= 0x7e {
				return n + 1
			}
		}
		return 0
	case 'O':
		if len(b) < 3 {
			return 0
		}
		return 3
	}
	return 2
}
