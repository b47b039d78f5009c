package consoletest

import (
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Screen is a program that runs on a terminal of its own, 80 columns by 24 lines, as a person would use it.
type Screen struct {
	t    testing.TB
	tty  *os.File
	cmd  *exec.Cmd
	text transcript
	done chan struct{}
	seen int // bytes of text that Await has passed
}

// Terminal starts a program of Main, or another on PATH, on a terminal. The environment is that of the test with
// TERM=xterm, and what env adds ("NAME=value"). The program is killed at the end of the test.
func Terminal(t testing.TB, env []string, program string, args ...string) *Screen {
	t.Helper()
	s := &Screen{t: t, cmd: exec.Command(program, args...), done: make(chan struct{})}
	s.cmd.Dir = t.TempDir()
	s.cmd.Env = append(append(os.Environ(), "TERM=xterm", "NO_COLOR=", "HOME="+s.cmd.Dir), env...)
	Tie(s.cmd)
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	s.tty = tty
	go func() {
		defer close(s.done)
		buffer := make([]byte, 4096)
		for {
			// When the program has ended and nothing is left to read, Linux says EIO.
			n, err := tty.Read(buffer)
			_, _ = s.text.Write(buffer[:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		// The program leads a session of its own: what it has started holds the terminal, too.
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		_ = s.cmd.Wait()
		<-s.done
		_ = tty.Close()
	})
	return s
}

// Type sends text as if it were typed: "\r" is the Enter key, "\x03" Ctrl-C, "\x04" Ctrl-D, "\x1b[A" the up arrow.
func (s *Screen) Type(text string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(text); err != nil {
		s.t.Fatalf("type %q: %v", text, err)
	}
}

// Await waits until the program writes something that matches re, after what the last Await found, and returns the
// match.
func (s *Screen) Await(re string) string {
	s.t.Helper()
	pattern := regexp.MustCompile(re)
	timeout := time.After(patience)
	for ended := false; ; {
		text, more := s.text.read()
		if at := pattern.FindStringIndex(text[s.seen:]); at != nil {
			match := text[s.seen+at[0] : s.seen+at[1]]
			s.seen += at[1]
			return match
		}
		if ended {
			s.t.Fatalf("the program ended without writing %q; it wrote %q", re, text)
		}
		select {
		case <-more:
		case <-s.done:
			ended = true
		case <-timeout:
			s.t.Fatalf("the program does not write %q; it wrote %q", re, text)
		}
	}
}

// Text returns everything that the program has written so far. The terminal writes \r\n for \n and echoes what is
// typed.
func (s *Screen) Text() string { return s.text.String() }

// Signal sends a signal to the program.
func (s *Screen) Signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// Ended waits until the program has ended and returns its exit code, 128 and the signal's number when a signal
// killed it.
func (s *Screen) Ended() int {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		s.t.Fatalf("the program does not end; it wrote %q", s.Text())
	}
	_ = s.cmd.Wait()
	if status := s.cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		return 128 + int(status.Signal())
	}
	return s.cmd.ProcessState.ExitCode()
}
