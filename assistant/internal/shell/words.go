package shell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is one word of a line: its value and its position.
type token struct {
	value      string
	start, end int  // in the line, quotes included
	quoted     bool // the whole word is in quotes
}

// cut splits a line. A quote opens only at the beginning of a word or after an equals sign, and closes only at the end
// of one, so that п'ять, 15" and 'Ім'я' are what they look like. A backslash is literal, except before a quote, a space
// or a backslash, which it escapes. open is the quote that is not closed, or 0 if none is. In words that begin at
// literal positions a quote is an ordinary character.
func cut(line string, literal map[int]bool) (tokens []token, open rune) {
	for at := 0; at < len(line); {
		r, size := utf8.DecodeRuneInString(line[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		t, quote := word(line, at, literal[at])
		tokens = append(tokens, t)
		if quote != 0 {
			return tokens, quote
		}
		at = t.end
	}
	return tokens, 0
}

// word reads the word that begins at start.
func word(line string, start int, literal bool) (token, rune) {
	t := token{start: start, end: len(line)}
	var value strings.Builder
	var quote rune
	before := ' ' // the character before
	for at := start; at < len(line); {
		r, size := utf8.DecodeRuneInString(line[at:])
		next, nextSize := utf8.DecodeRuneInString(line[at+size:])
		switch {
		case r == '\\' && nextSize > 0 && (strings.ContainsRune(`'"\`, next) || next == ' ' && quote == 0):
			value.WriteString(line[at+size : at+size+nextSize])
			size += nextSize
		case quote == 0 && unicode.IsSpace(r):
			t.end = at
			t.value = value.String()
			return t, 0
		case quote == 0 && !literal && (r == '"' || r == '\'') && (before == ' ' || before == '='):
			quote, t.quoted = r, before == ' '
		case quote != 0 && r == quote && (nextSize == 0 || unicode.IsSpace(next)):
			quote = 0
		default:
			value.WriteString(line[at : at+size])
		}
		before = r
		at += size
	}
	t.value = value.String()
	return t, quote
}

// values returns the values of the words. In a word that begins with ~/ and is not in quotes, ~ is replaced by the home
// directory.
func values(tokens []token, home string) []string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.value
		if rest, tilde := strings.CutPrefix(t.value, "~/"); tilde && !t.quoted && home != "" {
			words[i] = strings.TrimSuffix(home, "/") + "/" + rest
		}
	}
	return words
}

// isFlag reports whether a word of a text is a flag: two hyphens and a letter. Many a list item begins with a single
// hyphen, and so does a negative number.
func (t token) isFlag() bool {
	rest, hyphens := strings.CutPrefix(t.value, "--")
	r, _ := utf8.DecodeRuneInString(rest)
	return hyphens && !t.quoted && unicode.IsLetter(r)
}

// A Prose says that the operands of a command are a text, which is taken exactly as it is in the line.
type Prose struct {
	Words int // how many words precede the text: those of the command, and what it works on

	// TakesValue reports whether a value follows a flag of the command, "--tag".
	TakesValue func(flag string) bool
}

// split returns the words of a line in which the text is one word: everything up to the first flag, and between flags,
// as it was typed. Quotes around the whole text are dropped.
func (p Prose) split(line string, tokens []token) []string {
	words := values(tokens[:p.Words], "")
	var texts []string
	rest := tokens[p.Words:]
	for len(rest) > 0 {
		if rest[0].isFlag() {
			words = append(words, rest[0].value)
			takes := !strings.Contains(rest[0].value, "=") && p.TakesValue(rest[0].value)
			rest = rest[1:]
			if takes && len(rest) > 0 {
				words = append(words, rest[0].value)
				rest = rest[1:]
			}
			continue
		}
		n := 1
		for n < len(rest) && !rest[n].isFlag() {
			n++
		}
		text := line[rest[0].start:rest[n-1].end]
		if n == 1 && rest[0].quoted {
			text = rest[0].value
		}
		texts = append(texts, text)
		rest = rest[n:]
	}
	if len(texts) == 0 {
		return words
	}
	return append(words, "--", strings.Join(texts, " "))
}
