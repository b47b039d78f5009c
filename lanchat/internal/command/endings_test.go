package command_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat"
)

// TestEndings ends a busy listener by every signal, while connections are idle, in the middle of a TLS handshake, in
// the middle of a message, and waiting for the end of a drain.
func TestEndings(t *testing.T) {
	for _, tc := range []struct {
		signal syscall.Signal
		code   int
	}{
		{syscall.SIGINT, 130}, {syscall.SIGTERM, 0}, {syscall.SIGHUP, 129}, {syscall.SIGQUIT, 131},
	} {
		t.Run(tc.signal.String(), func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			l := listen(t, data, "")
			var held []net.Conn
			open := func(text string) {
				conn, err := net.Dial("tcp", l.address)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.WriteString(conn, text)
				held = append(held, conn)
			}
			for range consoletest.Count(100, 5000) {
				open("")
			}
			open("\x16\x03\x01\x02") // a handshake that hangs
			open("begun")            // a message that may be complete, or not
			open("drained\n")        // answered, and never closed by this side
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			texts := make(chan []string)
			go func() { texts <- blast(ctx, l.address, "text", consoletest.Count(20, 100)) }()
			waitFor(t, data)
			began := time.Now()
			_ = l.Process.Signal(tc.signal)
			if code := l.end(t); code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			t.Logf("ended within %v", time.Since(began).Round(time.Millisecond))
			cancel()
			confirmed := <-texts
			for _, conn := range held {
				_ = conn.SetReadDeadline(time.Now().Add(patience))
				if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error("a peer has not seen the end of its connection")
				}
				_ = conn.Close()
			}
			check(t, stored(t, data), confirmed)
			listen(t, data, l.address) // the port is free again, and so is the directory
		})
	}
}

// waitFor returns when something is stored in data.
func waitFor(t *testing.T, data string) {
	t.Helper()
	for len(stored(t, data)) < 20 {
		if t.Context().Err() != nil {
			t.Fatal("nothing arrives")
		}
	}
}

// TestSecondSignalEndsAtOnce does not wait for a message that never ends.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	l := listen(t, t.TempDir(), "")
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, strings.Repeat("x", 5000))
	_ = l.Process.Signal(syscall.SIGINT)
	_ = l.Process.Signal(syscall.SIGINT)
	if code := l.end(t); code != 130 {
		t.Errorf("exit code %d", code)
	}
}

// TestSendEndedBySignal never reports success, and keeps the message.
func TestSendEndedBySignal(t *testing.T) {
	t.Parallel()
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	for signal, code := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130, syscall.SIGHUP: 129} {
		data := t.TempDir()
		cmd := exec.Command("lanchat", "send", "--data", data, mute.Addr().String(), "hello")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		conn, err := mute.Accept()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadAll(conn)
		_ = cmd.Process.Signal(signal)
		_ = cmd.Wait()
		conn.Close()
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Errorf("%v: exit code %d, want %d", signal, got, code)
		}
		out, err := exec.Command("lanchat", "outbox", "--json", "--data", data).Output()
		if err != nil || !strings.Contains(string(out), `"text":"hello"`) ||
			!strings.Contains(string(out), `"state":"unknown"`) {
			t.Errorf("%v: outbox %s, %v", signal, out, err)
		}
	}
}

// TestStoppedAndContinued loses nothing that arrived while the process was stopped.
func TestStoppedAndContinued(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	l := listen(t, data, "")
	_ = l.Process.Signal(syscall.SIGSTOP)
	texts := make(chan []string)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { texts <- blast(ctx, l.address, "text", 5) }()
	conn, err := net.Dial("tcp", l.address) // the kernel takes it in
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "while stopped\n")
	_ = l.Process.Signal(syscall.SIGCONT)
	if answer, err := io.ReadAll(conn); string(answer) != "OK" {
		t.Errorf("answer %q, %v", answer, err)
	}
	waitFor(t, data)
	cancel()
	confirmed := append(<-texts, "while stopped")
	_ = l.Process.Signal(syscall.SIGTERM)
	l.end(t)
	check(t, stored(t, data), confirmed)
}

// TestDescriptorsExhausted takes all descriptors from a listener, which backs off and recovers.
func TestDescriptorsExhausted(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	l := listen(t, data, "", "bash", "-c", `ulimit -n 32; exec "$@"`, "-")
	var held []net.Conn
	for range 60 {
		conn, err := net.Dial("tcp", l.address)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, conn)
	}
	for _, conn := range held {
		_ = conn.Close()
	}
	after := exec.Command("lanchat", "send", "--data", t.TempDir(), l.address, "after")
	if out, err := after.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestDiskFull says no OK while there is no space, goes on living, and says OK when there is space again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("lanchat", disk, "tmpfs", 0, "size=2m"); err != nil {
		privileged(t, "mount", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	data := filepath.Join(disk, "data")
	l := listen(t, data, "")
	client := &lanchat.Client{}
	send := func(text string) error {
		_, err := client.Send(
			t.Context(), lanchat.Route{Address: l.address}, lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte(text)},
		)
		return err
	}
	filler := filepath.Join(disk, "filler")
	full, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(full, zeros{})
	_ = full.Close()
	large := strings.Repeat("x", 200_000)
	if err := send(large); err == nil {
		t.Error("OK without space")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := send(large + "again"); err != nil {
		t.Errorf("no OK with space: %v", err)
	}
	_ = l.Process.Signal(syscall.SIGTERM)
	l.end(t)
	check(t, stored(t, data), []string{large + "again"})
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// privileged skips a test that needs a right which the process has not, or fails it where everything has to be
// tested.
func privileged(t *testing.T, what string, err error) {
	t.Helper()
	consoletest.Missing(t, "%s: %v (run as root)", what, err)
}
