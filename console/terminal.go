package console

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"
)

// Terminal is what a command knows of the world outside: its streams, and how the user wants things shown. Out may
// be used by several goroutines at once; a line per Write stays whole.
type Terminal struct {
	In  io.Reader
	Out io.Writer // data, and nothing else; not buffered
	Err io.Writer // everything else

	program     string
	out         *output
	json, quiet bool
	format      string
	plain       bool // --no-color
	messages    messages
	about       About
}

// terminalKey is where cli.App.Metadata holds the Terminal.
const terminalKey = "github.com/pythonweb/goweb/console"

// From returns the Terminal of the command that c belongs to.
func From(c *cli.Context) *Terminal { return c.App.Metadata[terminalKey].(*Terminal) }

func newTerminal(program string, s Streams, closed func(error)) *Terminal {
	out, nested := s.Out.(*output)
	if !nested {
		out = &output{w: s.Out, closed: closed}
	}
	return &Terminal{In: s.In, Out: out, Err: s.Err, program: program, out: out}
}

func (t *Terminal) configure(line commandLine) {
	t.json, t.quiet, t.plain = line.isSet("json"), line.isSet("quiet"), line.isSet("no-color")
	for _, given := range line.flags {
		if given.name == formatName {
			t.format = given.value
		}
	}
}

// JSON reports whether data is wanted as JSON.
func (t *Terminal) JSON() bool { return t.json }

// UseJSON makes the command print data and errors as if --json had been given.
func (t *Terminal) UseJSON() { t.json = true }

// Quiet reports whether the user wants no messages except errors.
func (t *Terminal) Quiet() bool { return t.quiet }

// Value writes v to stdout as one line of JSON. Several calls make JSON Lines.
func (t *Terminal) Value(v any) error {
	enc := json.NewEncoder(t.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// WriteValues writes each value of a list like [Terminal.Value], many at once. It stops at the first error of the list,
// with what came before it written.
func WriteValues[T any](t *Terminal, list iter.Seq2[T, error]) error {
	out := bufio.NewWriterSize(t.Out, writeSize)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for v, err := range list {
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		if err := enc.Encode(v); err != nil {
			_ = out.Flush() // which meets the same error, if it was one of writing
			return err
		}
	}
	return out.Flush()
}

// writeSize is how much of a long list is written at once.
const writeSize = 32 << 10

// OutlivesOutput says that the work is worth finishing when nobody reads stdout any more: the context stays alive,
// and what is written to Out from then on goes nowhere.
func (t *Terminal) OutlivesOutput() {
	t.out.mu.Lock()
	defer t.out.mu.Unlock()
	t.out.outlives = true
}

// Interactive reports whether a person can be asked: stdin and stderr are terminals.
func (t *Terminal) Interactive() bool { return IsTerminal(t.In) && IsTerminal(t.Err) }

// Confirm returns nil when yes is true (the flag --yes), or when the user says so. The question is asked on stderr
// and only of a person; a program that runs without one gets a usage error that names --yes.
func (t *Terminal) Confirm(yes bool, format string, args ...any) error {
	question := fmt.Sprintf(format, args...)
	if yes {
		return nil
	}
	if !t.Interactive() {
		return Usagef("add --yes", "%s needs to be confirmed", strings.TrimRight(question, "? "))
	}
	answer, err := t.ask(Text(question) + " [y/N] ")
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "т", "так":
		return nil
	}
	return Errorf(Failed, "", "nothing was changed")
}

// Ask asks a person a question, on stderr, and returns the answer without the end of its line. Only one who is there
// can answer: see [Terminal.Interactive].
func (t *Terminal) Ask(question string) (string, error) {
	answer, err := t.ask(Text(question))
	return strings.TrimRight(answer, "\r\n"), err
}

// ask asks a person. An In that is a line editor has a method Prompt for it.
func (t *Terminal) ask(question string) (string, error) {
	if editor, ok := t.In.(interface{ Prompt(string) (string, error) }); ok {
		return editor.Prompt(question)
	}
	fmt.Fprint(t.Err, question)
	answer, err := bufio.NewReader(t.In).ReadString('\n')
	if err == io.EOF {
		err = nil
	}
	return answer, err
}

// Width returns the number of columns of stdout, or 0 when it is not a terminal.
func (t *Terminal) Width() int {
	f, ok := t.out.w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// IsTerminal reports whether stream, a reader or a writer, is a terminal: a file that is one, or something that
// says so with a method IsTerminal.
func IsTerminal(stream any) bool {
	if o, ok := stream.(*output); ok {
		stream = o.w
	}
	if s, ok := stream.(interface{ IsTerminal() bool }); ok {
		return s.IsTerminal()
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
