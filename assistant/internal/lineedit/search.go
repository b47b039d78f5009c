package lineedit

import (
	"strings"

	text "github.com/pythonweb/goweb/assistant/search"
)

// A search looks for words in the earlier lines, in any script and ignoring case.
type search struct {
	words  string
	line   int // the one found; len(lines) if none
	prompt string
	draft  string
}

func (e *Editor) beginSearch() error {
	e.search = &search{line: len(e.lines), prompt: e.screen.prompt, draft: string(e.text)}
	return e.showSearch()
}

// showSearch shows the search in place of the prompt.
func (e *Editor) showSearch() error {
	return e.screen.again("(search) "+e.search.words+": ", e.screen.width, e.text, e.at)
}

// searching applies a key in a search; for a key that ends the search and has yet to be applied to the line, done is
// false.
func (e *Editor) searching(k key) (done bool, err error) {
	s := e.search
	switch k.name {
	case "":
		s.words += k.text
		e.find(len(e.lines))
	case "backspace", "ctrl+h":
		if runes := []rune(s.words); len(runes) > 0 {
			s.words = string(runes[:len(runes)-1])
			e.find(len(e.lines))
		}
	case "ctrl+r":
		e.find(s.line)
	case "ctrl+g", "escape", "ctrl+c":
		e.set(s.draft)
		e.search = nil
		return true, e.screen.again(s.prompt, e.screen.width, e.text, e.at)
	default:
		e.search = nil
		return false, e.screen.again(s.prompt, e.screen.width, e.text, e.at)
	}
	return true, e.showSearch()
}

// find goes to the newest line before another one that contains the words. If there is none, the last one found stays.
func (e *Editor) find(before int) {
	words := text.Fold(e.search.words)
	for i := before - 1; i >= 0 && words != ""; i-- {
		if strings.Contains(text.Fold(e.lines[i]), words) {
			e.search.line, e.line = i, i
			e.set(e.lines[i])
			return
		}
	}
}
