package command_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/console/consoletest"
)

// session is a program on a terminal of its own.
type session struct {
	*exec.Cmd
	terminal *os.File

	mu   sync.Mutex
	seen strings.Builder
	more chan struct{}
}

func onTerminal(t *testing.T, name string, args ...string) *session {
	t.Helper()
	s := &session{Cmd: exec.Command(name, args...), more: make(chan struct{}, 1)}
	s.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+t.TempDir())
	consoletest.Tie(s.Cmd)
	blocking, err := pty.StartWithSize(s.Cmd, &pty.Winsize{Rows: 24, Cols: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = blocking.Close() }()
	// One that does not block is closed at once, and not when the read that is going on has ended.
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	s.terminal = os.NewFile(uintptr(fd), blocking.Name())
	t.Cleanup(func() { _ = s.Process.Kill(); _ = s.terminal.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := s.terminal.Read(buf)
			s.mu.Lock()
			s.seen.Write(buf[:n])
			s.mu.Unlock()
			select {
			case s.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

// await waits until the terminal has shown text.
func (s *session) await(t *testing.T, text string) string {
	t.Helper()
	timeout := time.After(patience)
	for {
		s.mu.Lock()
		seen := s.seen.String()
		s.mu.Unlock()
		if strings.Contains(seen, text) {
			return seen
		}
		select {
		case <-s.more:
		case <-timeout:
			t.Fatalf("the terminal does not show %q:\n%q", text, seen)
		}
	}
}

// chatScript starts a chat between two looks at the terminal's settings.
const chatScript = `stty -g; lanchat chat --no-mdns --data "$1" --listen 127.0.0.1:0 "$2"; echo "code $?"; ` +
	"stty -g; echo end"

// TestChatOnTerminal drives the full screen: what is typed is sent, what arrives is shown harmless, and the
// terminal is as before.
func TestChatOnTerminal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, keys, code string }{
		{"Ctrl-C", "\x03", "code 130"},
		{"Ctrl-D", "\x04", "code 0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			l := listen(t, data, "")
			s := onTerminal(t, "bash", "-c", chatScript, "-", t.TempDir(), l.address)
			seen := s.await(t, "listening on ")
			_, address, _ := strings.Cut(seen, "listening on ")
			address, _, _ = strings.Cut(address, ",")
			_, _ = io.WriteString(s.terminal, "Привіт\r")
			s.await(t, "OK")
			if n := stored(t, data)["Привіт"]; n != 1 {
				t.Errorf("stored %d times", n)
			}
			out, err := exec.Command("lanchat", "send", "--data", t.TempDir(), address, "evil \x1b[2J\u202e").CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			s.await(t, `evil \x1b[2J\u202e`)
			_, _ = io.WriteString(s.terminal, tc.keys)
			s.await(t, "end\r\n")
			_ = s.Wait()
			seen = s.await(t, tc.code)
			first, _, _ := strings.Cut(seen, "\r\n")
			rest, _ := strings.CutSuffix(seen, "\r\nend\r\n")
			if last := rest[strings.LastIndex(rest, "\n")+1:]; first != last {
				t.Errorf("stty before %q, after %q", first, last)
			}
		})
	}
}

// TestChatRemembers shows after a restart what was said before, by both sides, and how far it has come.
func TestChatRemembers(t *testing.T) {
	t.Parallel()
	data, theirs := t.TempDir(), t.TempDir()
	l := listen(t, theirs, "")
	address := l.address
	send := func(data, to, text string) {
		t.Helper()
		cmd := exec.Command("lanchat", "send", "--no-mdns", "--timeout", "5s", "--data", data, to, text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Logf("%v: %s", err, out)
		}
	}
	send(data, address, "it arrived")
	_ = l.Process.Signal(syscall.SIGTERM)
	l.end(t)
	send(data, address, "it waits")
	mine := listen(t, data, "")
	send(theirs, mine.address, "an answer")
	_ = mine.Process.Signal(syscall.SIGTERM)
	mine.end(t)

	s := onTerminal(t, "lanchat", "chat", "--no-mdns", "--data", data, "--listen", "127.0.0.1:0", address)
	seen := s.await(t, "it waits")
	for _, want := range []string{"me:", "it arrived", "OK", "no OK from", "an answer"} {
		if !strings.Contains(seen, want) {
			seen = s.await(t, want)
		}
	}
	listen(t, theirs, address)
	waitText(t, theirs, "it waits")
	if _, err := io.WriteString(s.terminal, "\x04"); err != nil {
		t.Fatal(err)
	}
	_ = s.Wait()
	if code := s.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestTerminalClosed ends the chat when its window goes away.
func TestTerminalClosed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := onTerminal(t, "lanchat", "chat", "--no-mdns", "--data", data, "--listen", "127.0.0.1:0", "127.0.0.1:1")
	s.await(t, "listening on")
	_ = s.terminal.Close()
	timer := time.AfterFunc(patience, func() { _ = s.Process.Kill() })
	defer timer.Stop()
	_ = s.Wait()
	if code := s.ProcessState.ExitCode(); code != 129 {
		t.Errorf("exit code %d", code)
	}
	listen(t, data, "") // the lock is free
}

// TestSignalsOnTerminal leaves the terminal as it was, whatever ends the chat.
func TestSignalsOnTerminal(t *testing.T) {
	t.Parallel()
	for signal, code := range map[string]int{"TERM": 0, "INT": 130, "HUP": 129, "QUIT": 131} {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			s := onTerminal(t, "bash", "-c", chatScript, "-", t.TempDir(), "127.0.0.1:1")
			s.await(t, "listening on")
			kill := exec.Command("pkill", "-"+signal, "-P", fmt.Sprint(s.Process.Pid), "lanchat")
			if out, err := kill.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			seen := s.await(t, "end\r\n")
			_ = s.Wait()
			if !strings.Contains(seen, fmt.Sprintf("code %d\r\n", code)) {
				t.Errorf("no code %d: %q", code, seen)
			}
			first, _, _ := strings.Cut(seen, "\r\n")
			rest, _ := strings.CutSuffix(seen, "\r\nend\r\n")
			if last := rest[strings.LastIndex(rest, "\n")+1:]; first != last {
				t.Errorf("stty before %q, after %q", first, last)
			}
		})
	}
}
