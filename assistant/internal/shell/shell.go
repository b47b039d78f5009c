// Package shell is the assistant's interactive console: it reads lines, splits them as a shell does, and runs each as a
// command line. On a terminal it is a line editor with history and completion; from a pipe it reads lines and prints no
// prompt.
package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/pythonweb/goweb/console"
)

// A Shell reads commands until its input ends.
type Shell struct {
	Terminal *console.Terminal

	// Run runs one command line, whose stdin is in, and reports its error itself.
	Run func(ctx context.Context, words []string, in io.Reader) console.Code

	// Complete returns what may replace the last word. files says that file names are possible, too.
	Complete func(words []string) (candidates []string, files bool)

	// Help shows the list of commands.
	Help func() error

	// Prose reports whether a line is a command that takes a text, and which words that is; nil means never.
	Prose func(words []string) (Prose, bool)

	// Means returns the command lines that a line which is not a command may mean, or none if it is not understood. nil
	// means never.
	Means func(ctx context.Context, line string, words []string) ([][]string, error)

	Say func(english string) string // translates; nil leaves texts in English

	Names   []string // of the commands, in every language, to detect typing mistakes
	Home    string   // what ~ stands for; "" leaves ~ as it is
	History string   // the file that keeps earlier lines; "" for none
}

// lineReader is where lines come from.
type lineReader interface {
	// Line returns the next line. Its error is io.EOF at the end, and errAgain if the line was abandoned with Ctrl-C. The
	// end of ctx ends the wait.
	Line(ctx context.Context, prompt string) (string, error)

	// Input returns the stdin of a command that runs between two lines, until the end of ctx.
	Input(ctx context.Context) io.Reader

	// Remember adds a command to the history.
	Remember(command string)

	io.Closer
}

// errAgain reports that the user abandoned a line.
var errAgain = errors.New("line given up")

const (
	prompt     = "assistant> "
	promptMore = "      ...> " // a quote is open
)

// Serve runs commands until the input ends, exit is typed or ctx is cancelled. On a terminal its error is nil if the
// user left, or if SIGTERM came at the prompt. From a pipe, if commands have failed, the error has code Partial, or
// Usage if all were usage errors, or Failed if no command succeeded.
func (s *Shell) Serve(ctx context.Context) error {
	lines, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = lines.Close() }()
	part := func() context.Context { return ctx }
	if s.interactive() {
		parts := console.InParts(ctx)
		defer parts.End()
		part = parts.Next // Ctrl-C applies to one line and its command
	}
	var t tally
	var proposed []string // what Enter runs
	for {
		line := part()
		text, words, err := s.command(line, lines)
		if err == nil && text == "" && proposed != nil {
			words = proposed
		} else if err == nil && len(words) > 0 {
			words, proposed, err = s.understood(line, text, words, &t)
			if err == nil && len(words) == 0 {
				continue
			}
		} else {
			proposed = nil
		}
		switch {
		case ctx.Err() != nil:
			return s.stopped(ctx)
		case line.Err() != nil:
			// Ctrl-C came before the terminal was in the editor's mode, in which it would be a key.
			fmt.Fprintln(s.Terminal.Err, "^C")
		case errors.Is(err, errAgain):
			continue
		case errors.Is(err, io.EOF) || (err == nil && len(words) > 0 && leaves(words[0])):
			return s.left(t)
		case errors.Is(err, errQuote):
			t.count(console.Usage)
			s.Terminal.Warnf("%v", err)
		case err != nil:
			return fmt.Errorf("read a command: %w", err)
		case len(words) > 0:
			proposed = nil
			t.count(s.run(line, words, lines))
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
	}
}

// tally counts the commands of a session.
type tally struct{ total, failed, refused int }

func (t *tally) count(code console.Code) {
	t.total++
	if code != console.Done {
		t.failed++
	}
	if code == console.Usage {
		t.refused++
	}
}

// left returns the result of the session. If every command from a pipe was a usage error, so is the whole.
func (s *Shell) left(t tally) error {
	switch {
	case s.interactive():
		return nil
	case t.total == 0:
		s.Terminal.Notef("%s", s.say("no command on stdin; see assistant --help"))
	case t.refused == t.total:
		return console.Errorf(console.Usage, "see assistant --help", "no command of %d was understood", t.total)
	case t.failed == t.total:
		return console.Errorf(console.Failed, "", "no command of %d succeeded", t.total)
	case t.failed > 0:
		return console.Errorf(console.Partial, "", "%d of %d commands failed", t.failed, t.total)
	}
	return nil
}

// stopped returns the result when ctx ends while no command runs. SIGTERM at the prompt, as sent by docker stop, leaves
// nothing undone. In a pipe there may be commands that were not read.
func (s *Shell) stopped(ctx context.Context) error {
	if s.interactive() && console.Signal(ctx) == syscall.SIGTERM {
		return nil
	}
	return context.Cause(ctx)
}

func (s *Shell) interactive() bool {
	return console.IsTerminal(s.Terminal.In) && console.IsTerminal(s.Terminal.Out)
}

func (s *Shell) open(ctx context.Context) (lineReader, error) {
	switch {
	case !s.interactive():
		return newPipe(ctx, s.Terminal.In), nil
	case os.Getenv("TERM") == "dumb":
		return &plain{newPipe(ctx, s.Terminal.In), s.Terminal}, nil
	}
	return s.edit()
}

// leaves reports whether word ends the session.
func leaves(word string) bool {
	switch word {
	case "exit", "quit", "вийти", "вихід":
		return true
	}
	return false
}

// errQuote reports that a line ended within quotes.
var errQuote = errors.New("a quote is not closed")

// command reads one command: the line, and its words. On a terminal the command continues on the next line while a
// quote is open; in a pipe, where nobody can see that, such a line is an error by itself. For an empty line it returns
// neither words nor an error.
func (s *Shell) command(ctx context.Context, lines lineReader) (string, []string, error) {
	text, err := lines.Line(ctx, prompt)
	if err != nil {
		return "", nil, err
	}
	if strings.HasPrefix(strings.TrimSpace(text), "#") {
		return text, nil, nil
	}
	for {
		words, open := s.words(text)
		if open == 0 {
			if len(words) > 0 {
				lines.Remember(text)
			}
			return text, words, nil
		}
		if !s.interactive() {
			return text, nil, fmt.Errorf("%w: a %c opens and no %c ends a word: %s", errQuote, open, open, console.Line(text))
		}
		s.Terminal.Notef(s.say("a %c is open: end the text with %c, or give it up with Ctrl-C"), open, open)
		more, err := lines.Line(ctx, promptMore)
		if errors.Is(err, io.EOF) {
			return text, nil, fmt.Errorf("%w: %s", errQuote, console.Line(text))
		}
		if err != nil {
			return text, nil, err
		}
		text += "\n" + more
	}
}

// words splits a line; open is the quote that is not closed. A quote within a text is part of the text.
func (s *Shell) words(line string) (words []string, open rune) {
	literal := make(map[int]bool)
	for {
		tokens, open := cut(line, literal)
		if len(tokens) > 1 && tokens[0].value == "assistant" {
			tokens = tokens[1:]
		}
		prose, isProse := Prose{}, false
		if s.Prose != nil {
			prose, isProse = s.Prose(values(tokens, ""))
		}
		last := len(tokens) - 1
		switch {
		case !isProse || len(tokens) < prose.Words:
			return values(tokens, s.Home), open
		case open == 0:
			return prose.split(line, tokens), 0
		case last <= prose.Words || tokens[last].isFlag() || tokens[last-1].isFlag():
			return nil, open
		}
		literal[tokens[last].start] = true
	}
}

// run runs one command.
func (s *Shell) run(ctx context.Context, words []string, lines lineReader) console.Code {
	if len(words) == 1 {
		switch words[0] {
		case "help", "?", "допомога":
			err := s.help()
			if err == nil {
				return console.Done
			}
			if ctx.Err() == nil { // otherwise stdout was closed, which Serve notices
				s.Terminal.Warnf("%v", err)
			}
			return console.Failed
		}
	}
	if words[0] == "допомога" {
		words = append([]string{"help"}, words[1:]...)
	}
	if complaint := s.mistyped(words[0]); complaint != "" {
		s.Terminal.Warnf("%s", complaint)
		return console.Usage
	}
	return s.Run(ctx, words, lines.Input(ctx))
}

func (s *Shell) help() error {
	if err := s.Help(); err != nil {
		return err
	}
	s.Terminal.Notef("\nhelp COMMAND explains a command; exit or Ctrl-D ends the session.\n" +
		"The Ukrainian words work, too: контакт додати, контакт показати, пошук, іменинники, нотатка додати, вийти.")
	return nil
}
