// Package lineedit lets a user edit a line at a terminal: with the keys of readline, completion, a history and a search
// in it. It writes only what changes on the screen, so that a letter costs the same however long the line is. It reads
// only while a line is being edited, and keeps type-ahead for the next one.
package lineedit

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// ErrInterrupted reports that the line was abandoned with Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// An Editor edits one line after another. All exported fields are required, except Complete and History.
type Editor struct {
	// Keys returns what was typed next. Its error is io.EOF if there will be nothing more.
	Keys  func(ctx context.Context) ([]byte, error)
	Out   io.Writer
	Width func() int // of the terminal, in columns

	// Complete returns what may replace the text before the cursor, from the byte start on.
	Complete func(before string) (start int, candidates []string)

	// History returns the earlier lines, oldest first.
	History func() []string

	buffer
	screen  screen
	typed   []byte // not decoded yet
	lines   []string
	line    int    // in lines; len(lines) is the one being typed
	draft   string // the one being typed, while another is shown
	search  *search
	unended bool // the last line was not ended: editing it continues
}

// escapeWait is how long the rest of an escape sequence may take, and so how long a user who presses Escape waits.
const escapeWait = 50 * time.Millisecond

// Line lets a user edit a line after a prompt. Its error is [ErrInterrupted], io.EOF for Ctrl-D on an empty line, or an
// error of Keys. If ctx ends, the line is kept, and the next call continues with it.
func (e *Editor) Line(ctx context.Context, prompt string) (string, error) {
	e.screen.out = e.Out
	if !e.unended {
		e.set("")
		e.pasted, e.pastedLines = false, false
	}
	e.unended = true
	if e.lines = nil; e.History != nil {
		e.lines = e.History()
	}
	e.line = len(e.lines)
	if err := e.screen.begin(prompt, max(e.Width(), 2)); err != nil {
		return "", err
	}
	for {
		ended, err := e.pressAll(ctx)
		if err != nil || ended {
			return e.end(err)
		}
		if width := max(e.Width(), 2); width != e.screen.width {
			err = e.screen.again(e.screen.prompt, width, e.text, e.at)
		} else {
			err = e.screen.show(e.text, e.at)
		}
		if err != nil {
			return "", err
		}
		typed, err := e.Keys(ctx)
		if err != nil {
			return "", err
		}
		e.typed = append(e.typed, typed...)
	}
}

// end leaves the line.
func (e *Editor) end(err error) (string, error) {
	e.unended = false
	mark := ""
	if errors.Is(err, ErrInterrupted) {
		mark = "^C"
	}
	shown := errors.Join(e.screen.show(e.text, len(e.text)), e.screen.leave(mark))
	switch {
	case err != nil:
		return "", err
	case shown != nil:
		return "", shown
	}
	text := string(e.text)
	if e.pasted {
		text = pastedText.Replace(text)
	}
	if e.pastedLines {
		// Lines that were pasted at the beginning of a line are treated as if they had been typed.
		first, rest, more := strings.Cut(text, "\n")
		if text = first; more {
			e.typed = slices.Concat([]byte(strings.ReplaceAll(rest, "\n", "\r")+"\r"), e.typed)
		}
	}
	return text, nil
}

// pressAll applies all the keys that were typed, up to the end of a line.
func (e *Editor) pressAll(ctx context.Context) (ended bool, err error) {
	for len(e.typed) > 0 {
		k, n := decode(e.typed, false)
		if n == 0 && strings.HasPrefix(string(e.typed), pasteBegin) {
			return false, nil // however long the rest takes
		}
		if n == 0 {
			wait, cancel := context.WithTimeout(ctx, escapeWait)
			more, err := e.Keys(wait)
			cancel()
			if err != nil && wait.Err() == nil {
				return false, err
			}
			if e.typed = append(e.typed, more...); len(more) > 0 {
				continue
			}
			k, n = decode(e.typed, true)
		}
		e.typed = e.typed[n:]
		if ended, err := e.press(k); ended || err != nil {
			return ended, err
		}
	}
	e.typed = nil
	return false, nil
}

// press applies a key.
func (e *Editor) press(k key) (ended bool, err error) {
	if e.search != nil {
		if done, err := e.searching(k); done || err != nil {
			return false, err
		}
	}
	switch k.name {
	case "":
		e.insert([]rune(k.text))
	case "paste":
		e.paste(k.text)
	case "enter", "ctrl+j":
		return true, nil
	case "ctrl+c":
		return true, ErrInterrupted
	case "ctrl+d":
		if len(e.text) == 0 {
			return true, io.EOF
		}
		e.buffer.press(k.name)
	case "up", "ctrl+p":
		e.look(e.line - 1)
	case "down", "ctrl+n":
		e.look(e.line + 1)
	case "ctrl+r":
		return false, e.beginSearch()
	case "ctrl+l":
		if _, err := io.WriteString(e.Out, "\x1b[H\x1b[2J"); err != nil {
			return false, err
		}
		return false, e.screen.begin(e.screen.prompt, e.screen.width)
	case "tab":
		return false, e.complete()
	default:
		e.buffer.press(k.name)
	}
	return false, nil
}

// look shows an earlier line, or the one being typed.
func (e *Editor) look(line int) {
	if line < 0 || line > len(e.lines) || line == e.line {
		return
	}
	if e.line == len(e.lines) {
		e.draft = string(e.text)
	}
	if e.line = line; line == len(e.lines) {
		e.set(e.draft)
		return
	}
	e.set(e.lines[line])
}

// Pasted line feeds and tabs are shown as these symbols in the line, and turn into themselves when it ends.
const lineFeed, tab = '␊', '␉'

var pastedText = strings.NewReplacer(string(lineFeed), "\n", string(tab), "\t")

// paste inserts a text as it is. Nothing in it is taken for a key.
func (e *Editor) paste(text string) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.TrimSuffix(text, "\n")
	if strings.ContainsAny(text, "\n\t") {
		e.pasted = true
		e.pastedLines = e.pastedLines || len(e.text) == 0
	}
	e.insert([]rune(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return lineFeed
		case r == '\t':
			return tab
		case r < ' ' || r == 0x7f:
			return -1
		}
		return r
	}, text)))
}

// complete completes the text before the cursor as far as it is unambiguous, or lists the candidates.
func (e *Editor) complete() error {
	if e.Complete == nil {
		return nil
	}
	before := string(e.text[:e.at])
	start, candidates := e.Complete(before)
	if len(candidates) == 0 {
		return nil
	}
	common := candidates[0]
	for _, c := range candidates[1:] {
		for !strings.HasPrefix(c, common) {
			runes := []rune(common)
			common = string(runes[:len(runes)-1])
		}
	}
	if len(candidates) == 1 {
		common += " "
	}
	typed := before[start:]
	if len(common) > len(typed) || len(candidates) == 1 {
		e.text = slices.Replace(e.text, len([]rune(before[:start])), e.at, []rune(common)...)
		e.at = len([]rune(before[:start])) + len([]rune(common))
		return nil
	}
	return e.list(candidates)
}

// maxListed is how many candidates are listed at most.
const maxListed = 60

// list shows the candidates below the line, and then the line again.
func (e *Editor) list(candidates []string) error {
	if err := errors.Join(e.screen.show(e.text, e.at), e.screen.leave("")); err != nil {
		return err
	}
	rest := ""
	if len(candidates) > maxListed {
		candidates, rest = candidates[:maxListed], "  ..."
	}
	if _, err := io.WriteString(e.Out, strings.Join(candidates, "  ")+rest+"\r\n"); err != nil {
		return err
	}
	return e.screen.begin(e.screen.prompt, e.screen.width)
}
