package shell

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/chzyer/readline"
)

// editor reads lines from a person at a terminal.
type editor struct {
	rl      *readline.Instance
	stdin   *readline.CancelableStdin
	tty     *tty
	history *history
	ended   <-chan struct{} // closed at the end of the session's context, which closes stdin, too
	stop    func() bool     // forgets that
	reading chan read       // where the line arrives that is being edited; nil when none is
}

// read is what came of editing a line.
type read struct {
	text string
	err  error
}

func (s *Shell) edit(ctx context.Context) (lineReader, error) {
	tty, err := openTTY(os.Stdin)
	if err != nil {
		return nil, err
	}
	stdin := readline.NewCancelableStdin(os.Stdin)
	rl, err := readline.NewEx(&readline.Config{
		Stdin:                  stdin,
		Prompt:                 prompt,
		AutoComplete:           completer(s.Complete),
		InterruptPrompt:        "^C",
		HistoryLimit:           historyLimit,
		DisableAutoSaveHistory: true,
		HistorySearchFold:      true,
		FuncMakeRaw:            tty.editing,
		FuncExitRaw:            tty.running,
		FuncFilterInputRune:    func(r rune) (rune, bool) { return r, r != readline.CharCtrlZ },
	})
	if err != nil {
		return nil, err
	}
	e := &editor{rl: rl, stdin: stdin, tty: tty, history: openHistory(s.History), ended: ctx.Done()}
	for _, line := range e.history.lines {
		// Nothing is written: there is no history file of readline's own.
		_ = rl.SaveHistory(line)
	}
	// A signal ends the line that is being edited as the end of input would. rl itself is closed by the session alone: it
	// must not be while its own goroutine may still be starting.
	e.stop = context.AfterFunc(ctx, func() { _ = stdin.Close() })
	return e, nil
}

// Line lets the user edit a line. When ctx ends first, the line stays in the editor, and the next call goes on with it: a
// read of the terminal cannot be called off. It may be typed at the very moment in which Ctrl-C stops the command that asked.
func (e *editor) Line(ctx context.Context, prompt string) (string, error) {
	e.rl.SetPrompt(prompt)
	if e.reading == nil {
		line := make(chan read, 1)
		e.reading = line
		go func() {
			text, err := e.rl.Readline()
			line <- read{text, err}
		}()
	} else {
		e.rl.Refresh()
	}
	select {
	case line := <-e.reading:
		e.reading = nil
		if errors.Is(line.err, readline.ErrInterrupt) {
			return "", errAgain
		}
		return line.text, line.err
	case <-ctx.Done():
		select {
		case <-e.ended:
			<-e.reading // the terminal is put back before the session goes on to end
			e.reading = nil
		default:
		}
		return "", context.Cause(ctx)
	}
}

// Input reads lines through the editor, which may have read them ahead.
func (e *editor) Input(ctx context.Context) io.Reader { return &dialogue{ctx, e, ""} }

// Remember saves a command for the arrow keys and the next session. One that begins with a space is not saved.
func (e *editor) Remember(command string) {
	if strings.HasPrefix(command, " ") || strings.Contains(command, "\n") {
		return
	}
	_ = e.rl.SaveHistory(command)
	e.history.add(command)
}

// Close restores the terminal.
func (e *editor) Close() error {
	e.stop()
	return errors.Join(e.stdin.Close(), e.rl.Close(), e.tty.restore(), e.history.close())
}

// dialogue is the stdin of a command within an interactive session. A reader takes no context, so it holds the command's.
type dialogue struct {
	ctx  context.Context
	e    *editor
	rest string
}

// IsTerminal tells console that a person answers.
func (d *dialogue) IsTerminal() bool { return true }

// Prompt asks a question and returns the answer.
func (d *dialogue) Prompt(question string) (string, error) {
	text, err := d.e.Line(d.ctx, question)
	if errors.Is(err, errAgain) {
		return "", context.Canceled
	}
	return text, err
}

// Read returns what the user types, line by line, until Ctrl-D.
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

// completer completes the word before the cursor.
type completer func(words []string) []string

// Do returns the missing ends of the words that fit, and how many runes of the word are typed already.
func (c completer) Do(line []rune, pos int) ([][]rune, int) {
	text := string(line[:pos])
	last := text[strings.LastIndexAny(text, " \t")+1:]
	tokens, open := cut(strings.TrimSuffix(text, last), nil)
	if open != 0 {
		return nil, 0
	}
	var ends [][]rune
	for _, word := range c(append(values(tokens, ""), last)) {
		if end, ok := strings.CutPrefix(word, last); ok {
			ends = append(ends, []rune(end+" "))
		}
	}
	return ends, len([]rune(last))
}
