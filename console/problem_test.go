package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
)

var errLost = errors.New("it is lost")

// depthError is a typed error, of which the hint depends on its data.
type depthError struct{ depth int }

func (e *depthError) Error() string { return fmt.Sprintf("%d m is too deep", e.depth) }

func problems() console.Problems {
	return console.Problems{
		{Is: errLost, Code: console.NotFound, Hint: "look again"},
		console.As(func(e *depthError) console.Problem {
			return console.Problem{Name: "too_deep", Hint: fmt.Sprintf("dig %d m less", e.depth), Err: errors.New("too deep")}
		}),
		{Is: syscall.ECONNREFUSED, Code: console.Failed, Name: "nobody"},
	}
}

func TestProblems(t *testing.T) {
	consoletest.Problems(t, problems(), []string{"consoletest"}, nil, []consoletest.Outcome{
		{Name: "errLost", Err: errLost, Code: console.NotFound, Hint: "look again"},
		{Name: "depthError", Err: &depthError{3}, Code: console.Failed, JSON: "too_deep", Hint: "dig 3 m less"},
		{Name: "refused", Err: syscall.ECONNREFUSED, Code: console.Failed, JSON: "nobody"},
		{Name: "no file", Err: fs.ErrNotExist, Code: console.NotFound, Hint: "check the path"},
		{Name: "a file", Err: fs.ErrExist, Code: console.Failed, JSON: "exists", Hint: "name another file"},
		{Name: "no permission", Err: syscall.EACCES, Code: console.Failed, JSON: "permission", Hint: "check the permissions"},
		{Name: "full", Err: syscall.ENOSPC, Code: console.Failed, JSON: "disk_full", Hint: "free some space on the disk"},
	})
	var e *console.Error
	if err := problems().Explain(&depthError{3}); !errors.As(err, &e) || e.Error() != "too deep" {
		t.Errorf("got %v, want the row's own words", err)
	}
	own := console.Errorf(console.Partial, "", "%w", errLost)
	if err := problems().Explain(own); err != own {
		t.Errorf("an error with a code was given another: %v", err)
	}
	other := errors.New("something else")
	if err := problems().Explain(other); err != other {
		t.Errorf("an error of no row became %v", err)
	}
	if err := problems().Explain(nil); err != nil {
		t.Errorf("nothing became %v", err)
	}
}

// TestAdaptor: what is opened is closed whatever happens, and each error has its code.
func TestAdaptor(t *testing.T) {
	for _, test := range []struct {
		name           string
		opening, doing error
		panics         bool
		closing        error
		code           int
		stderr, want   string
	}{
		{name: "done", want: "open do close"},
		{name: "not opened", opening: errLost, code: 4, stderr: "a: it is lost (look again)\n", want: "open"},
		{name: "failed", doing: errLost, code: 4, stderr: "a: it is lost (look again)\n", want: "open do close"},
		{name: "not closed", closing: &depthError{2}, code: 1, stderr: "a: too deep (dig 2 m less)\n", want: "open do close"},
		{
			name: "both", doing: errLost, closing: errors.New("stuck"), code: 4, want: "open do close",
			stderr: "a: it is lost; stuck (look again)\n",
		},
		{name: "panic", panics: true, code: 1, want: "open do close"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log []string
			a := console.Adaptor[*[]string]{
				Open: func(*cli.Context) (*[]string, error) {
					log = append(log, "open")
					return &log, test.opening
				},
				Close: func(log *[]string) error {
					*log = append(*log, "close")
					return test.closing
				},
				Problems: problems(),
			}
			app := &cli.App{Name: "a", Action: a.Action(func(_ *cli.Context, log *[]string) error {
				*log = append(*log, "do")
				if test.panics {
					panic("oh")
				}
				return test.doing
			})}
			var stderr bytes.Buffer
			code := console.Run(context.Background(), app, []string{"a"}, console.Streams{Out: &bytes.Buffer{}, Err: &stderr})
			if code != test.code || (!test.panics && stderr.String() != test.stderr) {
				t.Errorf("exit code %d, %q, want %d, %q", code, stderr.String(), test.code, test.stderr)
			}
			if diff := cmp.Diff(test.want, strings.Join(log, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestHooks: Before and After surround the action, from the program inwards and back, as in cli.
func TestHooks(t *testing.T) {
	var log []string
	say := func(word string, err error) func(*cli.Context) error {
		return func(c *cli.Context) error {
			log = append(log, word+" "+c.Command.Name)
			return err
		}
	}
	app := func(before error) *cli.App {
		return &cli.App{Name: "a", Before: say("before", nil), After: say("after", nil), Commands: []*cli.Command{
			{Name: "b", Before: say("before", before), After: say("after", errLost), Action: say("do", nil)},
		}}
	}
	run := func(before error, want string, code int) {
		t.Helper()
		log = nil
		streams := console.Streams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}
		got := console.Run(context.Background(), app(before), []string{"a", "b"}, streams)
		if diff := cmp.Diff(want, strings.Join(log, ", ")); diff != "" || got != code {
			t.Errorf("exit code %d, want %d\n%s", got, code, diff)
		}
	}
	run(nil, "before a, before b, do b, after b, after a", 1)
	run(console.Errorf(console.NotFound, "", "no"), "before a, before b, after b, after a", 4)
}
