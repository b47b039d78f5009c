package shell

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/muesli/cancelreader"
	"golang.org/x/term"

	"github.com/pythonweb/goweb/assistant/internal/lineedit"
)

// editor reads lines from a person at a terminal.
type editor struct {
	line    *lineedit.Editor
	tty     *tty
	history *history
	out     io.Writer
}

// Terminals that support it mark what is pasted, so that nothing in it is taken for a key.
const pasteMarks, noPasteMarks = "\x1b[?2004h", "\x1b[?2004l"

func (s *Shell) edit() (lineReader, error) {
	tty, err := openTTY(os.Stdin)
	if err != nil {
		return nil, err
	}
	e := &editor{tty: tty, history: openHistory(s.History), out: s.Terminal.Out}
	e.line = &lineedit.Editor{
		Keys: keys,
		Out:  s.Terminal.Out,
		Width: func() int {
			if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && width > 0 {
				return width
			}
			return 80
		},
		Complete: s.completion,
		History:  func() []string { return e.history.lines },
	}
	return e, tty.running()
}

// keys returns what is typed next. The read ends with ctx, and then consumes nothing.
func keys(ctx context.Context) ([]byte, error) {
	in, err := cancelreader.NewReader(os.Stdin)
	if err != nil {
		return nil, err
	}
	cancelled := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		in.Cancel()
		close(cancelled)
	})
	buffer := make([]byte, 4096)
	n, err := in.Read(buffer)
	if !stop() {
		<-cancelled
	}
	if errors.Is(err, cancelreader.ErrCanceled) {
		err = context.Cause(ctx)
	}
	return buffer[:n], errors.Join(err, in.Close())
}

// Line lets the user edit a line. If ctx ends first, the line stays in the editor, and the next call continues with it:
// it may have been typed at the very moment when Ctrl-C stopped the command that asked for it.
func (e *editor) Line(ctx context.Context, prompt string) (string, error) {
	if err := e.tty.editing(); err != nil {
		return "", err
	}
	// If the terminal does not accept this, it does not show the prompt either.
	_, _ = io.WriteString(e.out, pasteMarks)
	text, err := e.line.Line(ctx, prompt)
	_, _ = io.WriteString(e.out, noPasteMarks)
	running := e.tty.running()
	switch {
	case errors.Is(err, lineedit.ErrInterrupted):
		err = errAgain
	case err == nil:
		err = running
	}
	return text, err
}

// Input reads lines through the editor, which may already have read them.
func (e *editor) Input(ctx context.Context) io.Reader { return &dialogue{ctx, e, ""} }

// Remember saves a command for the arrow keys and the next session. A command that begins with a space is not saved.
func (e *editor) Remember(command string) {
	if !strings.HasPrefix(command, " ") && !strings.Contains(command, "\n") {
		e.history.add(command)
	}
}

// Close restores the terminal.
func (e *editor) Close() error { return errors.Join(e.tty.restore(), e.history.close()) }

// dialogue is the stdin of a command run in an interactive session. An io.Reader takes no context, so dialogue holds
// the command's.
type dialogue struct {
	ctx   context.Context
	lines lineReader
	rest  string
}

// IsTerminal tells package console that a person answers.
func (d *dialogue) IsTerminal() bool { return true }

// Prompt asks a question and returns the answer.
func (d *dialogue) Prompt(question string) (string, error) {
	text, err := d.lines.Line(d.ctx, question)
	if errors.Is(err, errAgain) {
		return "", context.Canceled
	}
	return text, err
}

// Read returns what the user types, line by line, up to Ctrl-D.
func (d *dialogue) Read(p []byte) (int, error) {
	if d.rest == "" {
		text, err := d.Prompt("")
		if err != nil {
			return 0, err
		}
		d.rest = text + "\n"
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// completion returns what may replace the end of a line, from byte start on.
func (s *Shell) completion(before string) (start int, candidates []string) {
	tokens, open := cut(before, nil)
	last := ""
	start = len(before)
	if n := len(tokens); n > 0 && (open != 0 || tokens[n-1].end == len(before)) {
		start, last = tokens[n-1].start, tokens[n-1].value
		tokens = tokens[:n-1]
	}
	if len(tokens) > 0 && tokens[0].value == "assistant" {
		tokens = tokens[1:]
	}
	words, files := s.Complete(append(values(tokens, ""), last))
	for _, word := range words {
		candidates = append(candidates, quoted(word))
	}
	if files {
		candidates = append(candidates, s.files(last)...)
	}
	return start, candidates
}

// files returns the files whose names have the prefix; folders end in a slash.
func (s *Shell) files(prefix string) []string {
	dir := prefix[:strings.LastIndexByte(prefix, '/')+1]
	real := dir
	if rest, tilde := strings.CutPrefix(dir, "~/"); tilde && s.Home != "" {
		real = s.Home + "/" + rest
	}
	if real == "" {
		real = "."
	}
	entries, err := os.ReadDir(real)
	if err != nil {
		return nil
	}
	var list []string
	for _, entry := range entries {
		name := dir + entry.Name()
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(entry.Name(), ".") && prefix == dir {
			continue
		}
		if entry.IsDir() {
			name += "/"
		}
		list = append(list, name)
	}
	return list
}
