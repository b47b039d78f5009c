package sentence

import (
	"slices"
	"strings"
	"unicode"

	"github.com/pythonweb/goweb/assistant/search"
)

// A token is a word of a sentence: folded and without the punctuation around it, and its position.
type token struct {
	word       string
	start, end int // in the text, without the punctuation
	capital    bool
}

// tokens splits a sentence. A word of punctuation only, such as a dash, is not a token.
func tokens(text string) []token {
	var list []token
	for at := 0; at < len(text); {
		n := strings.IndexFunc(text[at:], unicode.IsSpace)
		if n < 0 {
			n = len(text) - at
		}
		if t, ok := newToken(text, at, at+n); ok {
			list = append(list, t)
		}
		at += n + 1
		for at < len(text) && !isStart(text[at]) { // the rest of a space that is several bytes long
			at++
		}
	}
	return list
}

func isStart(b byte) bool { return b < 0x80 || b >= 0xC0 }

func newToken(text string, start, end int) (token, bool) {
	word := text[start:end]
	left := strings.TrimLeft(word, "«\"“„'(")
	start += len(word) - len(left)
	right := strings.TrimRight(left, "»\"”“'),;:?!")
	if strings.Trim(right, "0123456789.") != "" { // 25.12. is a date
		right = strings.TrimRight(right, ".")
	}
	if strings.Trim(right, "-–—…") == "" {
		return token{}, false
	}
	first := []rune(right)[0]
	return token{search.Fold(right), start, start + len(right), unicode.IsUpper(first)}, true
}

// trim removes polite words without meaning from both ends.
func (s *reading) trim() {
	for i := len(s.tokens) - 1; i > 0; i-- {
		switch {
		case s.has(i, []string{"будь", "ласка"}):
			s.tokens = slices.Delete(s.tokens, i, i+2)
		case s.has(i, []string{"please"}):
			s.tokens = slices.Delete(s.tokens, i, i+1)
		}
	}
	for again := true; again; {
		again = false
		for _, words := range grammar().polite {
			if s.has(0, words) {
				s.tokens, again = s.tokens[len(words):], true
			}
			if n := len(s.tokens) - len(words); n > 0 && s.has(n, words) {
				s.tokens, again = slices.Clip(s.tokens[:n]), true
			}
		}
	}
}
