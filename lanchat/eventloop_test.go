package lanchat_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// slow is an inbox that lets the test decide when a message is stored.
type slow struct {
	*memory
	begun chan func() // each stores one message
}

func (s *slow) Store(m *lanchat.Message, stored func(bool, error)) {
	s.begun <- func() { s.memory.Store(m, stored) }
}

func startSlow(t *testing.T) (*station, *slow) {
	t.Helper()
	var inbox *slow
	s := start(t, func(server *lanchat.Server) {
		inbox = &slow{memory: server.Inbox.(*memory), begun: make(chan func(), 1000)}
		server.Inbox = inbox
	})
	return s, inbox
}

// TestAnswersWait gives nobody an OK before the message is stored, and lets nobody wait for another's message.
func TestAnswersWait(t *testing.T) {
	s, inbox := startSlow(t)
	first, second := s.dial(t), s.dial(t)
	_, _ = io.WriteString(first, "first\n")
	storeFirst := <-inbox.begun
	_, _ = io.WriteString(second, "second\n")
	(<-inbox.begun)()
	if answer, err := io.ReadAll(second); string(answer) != "OK" || err != nil {
		t.Errorf("second: %q, %v", answer, err)
	}
	_ = first.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, err := first.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("an answer before the message is stored: %d, %v", n, err)
	}
	storeFirst()
	_ = first.SetReadDeadline(time.Time{})
	if answer, err := io.ReadAll(first); string(answer) != "OK" || err != nil {
		t.Errorf("first: %q, %v", answer, err)
	}
}

// TestWhileStoring keeps what a client says, and that it ends, while its message is on the way to the disk.
func TestWhileStoring(t *testing.T) {
	for _, tc := range []struct {
		name string
		do   func(*net.TCPConn)
		want string
	}{
		{"more", func(c *net.TCPConn) { _, _ = io.WriteString(c, "more\n") }, "hello\nmore\n"},
		{"the end", func(c *net.TCPConn) { _ = c.CloseWrite() }, "hello\n"},
		{"more and the end", func(c *net.TCPConn) {
			_, _ = io.WriteString(c, "more")
			_ = c.CloseWrite()
		}, "hello\nmore"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, inbox := startSlow(t)
			conn := s.dial(t)
			_, _ = io.WriteString(conn, "hello\n")
			store := <-inbox.begun
			tc.do(conn)
			// Whoever comes later is heard later: the server has seen what conn did.
			_, _ = io.WriteString(s.dial(t), "later\n")
			storeLater := <-inbox.begun
			store()
			if answer, err := io.ReadAll(conn); string(answer) != "OK" || err != nil {
				t.Errorf("answer %q, %v", answer, err)
			}
			_ = conn.CloseWrite()
			if m := <-s.received; string(m.Body) != tc.want {
				t.Errorf("received %q", m.Body)
			}
			storeLater()
		})
	}
}

// TestInboxPanicEndsOneConnection goes on after an inbox that breaks.
func TestInboxPanicEndsOneConnection(t *testing.T) {
	s := start(t, func(server *lanchat.Server) { server.Inbox = broken{server.Inbox.(*memory)} })
	bad, good := s.dial(t), s.dial(t)
	_, _ = io.WriteString(bad, "bad\n")
	if answer, _ := io.ReadAll(bad); len(answer) > 0 {
		t.Errorf("answer %q", answer)
	}
	_, _ = io.WriteString(good, "good\n")
	if answer, _ := io.ReadAll(good); string(answer) != "OK" {
		t.Errorf("answer %q", answer)
	}
}

// broken is an inbox that panics at a bad message.
type broken struct{ *memory }

func (b broken) Store(m *lanchat.Message, stored func(bool, error)) {
	if strings.HasPrefix(string(m.Body), "bad") {
		panic("the inbox is broken")
	}
	b.memory.Store(m, stored)
}

// TestFullServer lets clients wait while the server holds as many connections as it may, and serves them when one
// has gone.
func TestFullServer(t *testing.T) {
	const slots = 4
	s := start(t, func(server *lanchat.Server) { server.Connections = slots })
	var idle []*net.TCPConn
	for range slots {
		idle = append(idle, s.dial(t))
	}
	late := s.dial(t)
	_, _ = io.WriteString(late, "late\n")
	_ = late.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, err := late.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("served beyond the bound: %d, %v", n, err)
	}
	_ = idle[0].Close()
	_ = late.SetReadDeadline(time.Now().Add(10 * time.Second))
	if answer, err := io.ReadAll(late); string(answer) != "OK" || err != nil {
		t.Errorf("answer %q, %v", answer, err)
	}
}

// TestManyAtOnce loses and doubles nothing of what many clients of several habits say at the same time.
func TestManyAtOnce(t *testing.T) {
	s := start(t, func(server *lanchat.Server) { server.Received = nil })
	const clients, each = 50, 20
	var running sync.WaitGroup
	for i := range clients {
		running.Go(func() {
			for j := range each {
				conn, err := net.Dial("tcp", s.address)
				if err != nil {
					t.Error(err)
					return
				}
				text := fmt.Sprintf("%d of %d", j, i)
				if j%3 != 0 {
					text += "\n"
				}
				_, _ = io.WriteString(conn, text)
				if j%3 != 1 {
					_ = conn.(*net.TCPConn).CloseWrite()
				}
				if answer, err := io.ReadAll(conn); string(answer) != "OK" || err != nil {
					t.Errorf("%q: %q, %v", text, answer, err)
				}
				conn.Close()
			}
		})
	}
	running.Wait()
	got := map[string]int{}
	for _, text := range s.texts() {
		got[strings.TrimSuffix(text, "\n")]++
	}
	for i := range clients {
		for j := range each {
			if text := fmt.Sprintf("%d of %d", j, i); got[text] != 1 {
				t.Errorf("%q is there %d times", text, got[text])
			}
		}
	}
}
