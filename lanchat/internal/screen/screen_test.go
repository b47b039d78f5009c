package screen_test

import (
	"errors"
	"io"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"

	tea "charm.land/bubbletea/v2"

	"github.com/pythonweb/goweb/lanchat/internal/screen"
)

// TestPanicRestoresTerminal lets the conversation panic in the middle of the screen.
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
	go func() { _, _ = io.Copy(io.Discard, outer) }()
	s := screen.New(inner, inner, screen.Conversation{Title: "t", Say: func(string) (screen.Entry, error) { panic("broken") }})
	go func() { _, _ = io.WriteString(outer, "hello\r") }()
	if err := s.Run(t.Context()); !errors.Is(err, tea.ErrProgramPanic) {
		t.Errorf("err %v", err)
	}
	s.Mark("id", "after the end nobody is there, and nobody waits")
	after, err := term.GetState(int(inner.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if *before != *after {
		t.Errorf("terminal before %+v, after %+v", before, after)
	}
}
