//go:build !linux

package shell

import (
	"os"

	"golang.org/x/term"
)

// tty is the terminal's mode during a session, as far as package term supports it: while a command runs, the terminal
// is in the mode from before the session.
type tty struct {
	fd    int
	saved *term.State
}

func openTTY(f *os.File) (*tty, error) {
	saved, err := term.GetState(int(f.Fd()))
	return &tty{int(f.Fd()), saved}, err
}

func (t *tty) editing() error {
	_, err := term.MakeRaw(t.fd)
	return err
}

func (t *tty) running() error { return t.restore() }

func (t *tty) restore() error { return term.Restore(t.fd, t.saved) }
