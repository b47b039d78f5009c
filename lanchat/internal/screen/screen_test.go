package screen_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"

	tea "charm.land/bubbletea/v2"

	"github.com/pythonweb/goweb/lanchat/internal/screen"
)

// broken tells a process of this test to be the one that panics.
const broken = "LANCHAT_TEST_BROKEN"

func TestMain(m *testing.M) {
	if os.Getenv(broken) != "" {
		breakDown()
		return
	}
	os.Exit(m.Run())
}

// breakDown shows a conversation that panics on the terminal that is stdin, and prints whether that was told.
func breakDown() {
	s := screen.New(
		os.Stdin, os.Stdin, screen.Conversation{Title: "t", Say: func(string) (screen.Entry, error) { panic("broken") }},
	)
	err := s.Run(context.Background())
	s.Mark("id", "after the end nobody is there, and nobody waits")
	fmt.Print(errors.Is(err, tea.ErrProgramPanic))
}

// TestPanicRestoresTerminal lets the conversation panic in the middle of the screen, in a process of its own: bubbletea
// closes the terminal while a goroutine of its own reads it, which the race detector is told to overlook there.
func TestPanicRestoresTerminal(t *testing.T) {
	outer, inner, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer outer.Close()
	defer inner.Close()
	if err := pty.Setsize(outer, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(inner.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = outer.Read(make([]byte, 1)) // from the first sign on the terminal is the conversation's
		_, _ = io.WriteString(outer, "hello\r")
		_, _ = io.Copy(io.Discard, outer)
	}()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), broken+"=1", "GORACE=exitcode=0")
	cmd.Stdin = inner
	if out, err := cmd.Output(); err != nil || string(out) != "true" {
		t.Errorf("the panic was told: %s, %v", out, err)
	}
	after, err := term.GetState(int(inner.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if *before != *after {
		t.Errorf("terminal before %+v, after %+v", before, after)
	}
}
