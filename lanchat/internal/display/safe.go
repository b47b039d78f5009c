package display

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pythonweb/goweb/console"
)

// marks is how many combining characters may stand on one letter. Vietnamese needs two, Hebrew and Arabic three.
const marks = 4

// Text makes text safe to show: controls, escape sequences, lone carriage returns, bidirectional controls and
// zero-width characters are written as escapes, and heaps of combining characters are cut. Line feeds and tabs stay.
func Text(text string) string {
	return console.Text(unstack(strings.ReplaceAll(text, "\r\n", "\n")))
}

// Line is Text for what must stay on one line, such as a name.
func Line(text string) string { return console.Line(unstack(text)) }

// unstack drops the combining characters that no script puts on one letter.
func unstack(text string) string {
	const first = '\u0300' // no letter before it combines
	stacked := 0
	return strings.Map(func(r rune) rune {
		if r < first || !unicode.In(r, unicode.Mn, unicode.Me) {
			stacked = 0
			return r
		}
		if stacked++; stacked > marks {
			return -1
		}
		return r
	}, text)
}

// JSON returns v as one line of JSON that is safe to show: what a terminal could obey is escaped, and nothing is
// lost.
func JSON(v any) ([]byte, error) {
	var raw strings.Builder
	encoder := json.NewEncoder(&raw)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	var b strings.Builder
	text := raw.String()
	b.Grow(len(text))
	for len(text) > 0 {
		clean := strings.IndexFunc(text, obeyed)
		if clean < 0 {
			clean = len(text)
		}
		b.WriteString(text[:clean])
		text = text[clean:]
		if r, size := utf8.DecodeRuneInString(text); size > 0 {
			escape(&b, r)
			text = text[size:]
		}
	}
	return []byte(b.String()), nil
}

// obeyed says that a terminal could obey r, which is no control below U+0020: JSON has escaped those.
func obeyed(r rune) bool {
	return r >= 0x7f && (r < 0xa0 || unicode.Is(unicode.Cf, r))
}

// escape writes r as JSON does, beyond U+FFFF as a surrogate pair.
func escape(b *strings.Builder, r rune) {
	if r > 0xffff {
		r -= 0x10000
		fmt.Fprintf(b, `\u%04x`, 0xd800+r>>10)
		r = 0xdc00 + r&0x3ff
	}
	fmt.Fprintf(b, `\u%04x`, r)
}
