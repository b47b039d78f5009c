package command_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// taking starts a listener that takes files.
func taking(t *testing.T, data, address string) *listener {
	t.Helper()
	return listenWith(t, data, address, []string{"--accept", "1G"})
}

// relay is a wire that counts what goes to the called side, and that can be cut after so many bytes.
type relay struct {
	address string
	sent    atomic.Int64

	mu    sync.Mutex
	to    string
	limit int64 // of what the next connection may carry; 0 is none
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{address: l.Addr().String(), to: to}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { r.carry(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); running.Wait() })
	return r
}

func (r *relay) carry(from net.Conn) {
	defer from.Close()
	r.mu.Lock()
	to, limit := r.to, r.limit
	r.mu.Unlock()
	conn, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer conn.Close()
	go func() { _, _ = io.Copy(from, conn); from.Close() }()
	var src io.Reader = from
	if limit > 0 {
		src = io.LimitReader(from, limit)
	}
	n, _ := io.Copy(conn, src)
	r.sent.Add(n)
}

func (r *relay) cutAfter(n int64) { r.mu.Lock(); r.limit = n; r.mu.Unlock() }

// big makes a file of n bytes that are not all the same.
func big(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big.bin")
	content := make([]byte, n)
	for i := range content {
		content[i] = byte(i>>8) ^ byte(i*7) ^ byte(i>>16)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sameFile says that two files hold the same.
func sameFile(t *testing.T, a, b string) {
	t.Helper()
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		t.Errorf("%s and %s differ", a, b)
	}
}

// TestFileGoesOn sends a file over a wire that is cut, to a listener that is killed, by a sender that is killed: it
// arrives once and whole, and at each end no more than a megabyte is sent again.
func TestFileGoesOn(t *testing.T) {
	t.Parallel()
	const size, piece, again = 24 << 20, 5 << 20, 1 << 20
	from, to, path := t.TempDir(), t.TempDir(), big(t, size)
	l := taking(t, to, "")
	wire := newRelay(t, l.address)
	run(t, "lanchat", "pair", "--yes", "--no-mdns", "--data", from, wire.address)
	wire.sent.Store(0)
	send := func() *exec.Cmd {
		return exec.Command("lanchat", "send", "--no-mdns", "--data", from, wire.address, "--file", path)
	}
	ends := 0
	cut := func() {
		t.Helper()
		wire.cutAfter(piece)
		if err := send().Run(); err == nil {
			t.Fatal("OK over a cut wire")
		}
		wire.cutAfter(0)
		ends++
	}
	cut()
	cut()
	// Both ends are killed in the middle of the third attempt.
	progress := filepath.Join(to, "files", ".lanchat-incoming")
	arrived := func() int64 {
		parts, _ := filepath.Glob(progress + "/*.part")
		if len(parts) != 1 {
			return 0
		}
		info, err := os.Stat(parts[0])
		if err != nil {
			return 0
		}
		return info.Size()
	}
	for _, kill := range []func(*exec.Cmd){
		func(*exec.Cmd) { _ = l.Process.Kill(); _ = l.Wait() },
		func(sender *exec.Cmd) { _ = sender.Process.Kill() },
	} {
		before := arrived()
		wire.cutAfter(piece) // where the kill may find it, at the latest
		sender := send()
		if err := sender.Start(); err != nil {
			t.Fatal(err)
		}
		for arrived() < before+1<<20 {
			if t.Context().Err() != nil {
				t.Fatal("nothing arrives")
			}
		}
		kill(sender)
		_ = sender.Wait()
		ends++
		wire.cutAfter(0)
		if l.ProcessState != nil {
			l = taking(t, to, l.address)
		}
	}
	if err := send().Run(); err != nil {
		t.Fatal(err)
	}
	sameFile(t, path, filepath.Join(to, "files", "big.bin"))
	if n := stored(t, to)["big.bin"]; n != 1 {
		t.Errorf("%d messages", n)
	}
	if sent, most := wire.sent.Load(), int64(size+size/50+ends*(again+64<<10)); sent > most {
		t.Errorf("%d bytes were sent for %d and %d ends, more than %d", sent, size, ends, most)
	}
	if out := run(t, "lanchat", "outbox", "--data", from); out != "" {
		t.Errorf("left in the outbox: %s", out)
	}
	if entries, _ := os.ReadDir(filepath.Join(to, "files")); len(entries) != 1 {
		t.Errorf("%d entries, want one", len(entries))
	}
}

// TestFileQuestion asks the person at a listening terminal, who does not want one file and takes another.
func TestFileQuestion(t *testing.T) {
	t.Parallel()
	from, path := t.TempDir(), big(t, 3000)
	there := consoletest.Terminal(t, nil, "lanchat", "listen", "--no-mdns", "--addr", "127.0.0.1:0", "--files", "inbox")
	address := strings.Fields(there.Await(`listening on \S+:\d+`))[2]
	run(t, "lanchat", "pair", "--yes", "--data", from, address)
	send := func(want int) string {
		t.Helper()
		cmd := exec.Command("lanchat", "send", "--data", from, address, "--file", path)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != want {
			t.Errorf("exit code %d, want %d: %s", code, want, out)
		}
		return string(out)
	}
	answers := func(text string) {
		there.Await(`wants to send the file big.bin, 2.9 KiB`)
		there.Type(text + "\r")
	}
	go answers("n")
	if out := send(1); !strings.Contains(out, "refused: the person there does not want it") {
		t.Error(out)
	}
	go answers("y")
	send(0)
	there.Await(`file big.bin \(2.9 KiB\) in \S+/inbox/big.bin`)
}
