package shell

import (
	"os"

	"golang.org/x/sys/unix"
)

// tty is the terminal's mode during a session. The line editor needs every key as it is. Between two lines, while a
// command runs, Ctrl-C has to be a signal again; but type-ahead still has to wait for the editor unprocessed: a Ctrl-D
// that the terminal itself handled would be the end of the input for good, and its echo would be mixed with the output.
type tty struct {
	fd    int
	saved unix.Termios
}

// openTTY remembers the mode of the terminal before the session.
func openTTY(f *os.File) (*tty, error) {
	t := &tty{fd: int(f.Fd())}
	saved, err := unix.IoctlGetTermios(t.fd, unix.TCGETS)
	if err != nil {
		return nil, err
	}
	t.saved = *saved
	return t, nil
}

// editing sets the mode of the line editor.
func (t *tty) editing() error { return t.set(0) }

// running sets the mode while a command runs.
func (t *tty) running() error { return t.set(unix.ISIG) }

// restore sets the mode from before the session.
func (t *tty) restore() error { return unix.IoctlSetTermios(t.fd, unix.TCSETS, &t.saved) }

// set passes every key to the program, without echo. Output processing is unchanged.
func (t *tty) set(local uint32) error {
	mode := t.saved
	mode.Iflag &^= unix.ISTRIP | unix.INLCR | unix.ICRNL | unix.IGNCR | unix.IXON | unix.IXOFF
	mode.Lflag &^= unix.ECHO | unix.ICANON | unix.ISIG | unix.IEXTEN
	mode.Lflag |= local
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	mode.Cc[unix.VSUSP] = 0 // suspended in this mode, the session would leave the mode to the shell
	return unix.IoctlSetTermios(t.fd, unix.TCSETS, &mode)
}
