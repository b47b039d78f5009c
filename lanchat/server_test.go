package lanchat_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/lanchat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is an inbox that remembers until the test ends.
type memory struct {
	mu     sync.Mutex
	order  []lanchat.ID
	bodies map[lanchat.ID][]byte
	fail   error
}

func (m *memory) Store(msg *lanchat.Message, stored func(bool, error)) {
	stored(m.store(msg))
}

func (m *memory) store(msg *lanchat.Message) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return false, m.fail
	}
	if _, ok := m.bodies[msg.ID]; ok {
		return false, nil
	}
	if m.bodies == nil {
		m.bodies = map[lanchat.ID][]byte{}
	}
	m.bodies[msg.ID] = bytes.Clone(msg.Body)
	m.order = append(m.order, msg.ID)
	return true, nil
}

func (m *memory) Append(_ context.Context, msg *lanchat.Message, more []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bodies[msg.ID] = append(m.bodies[msg.ID], more...)
	return nil
}

func (m *memory) texts() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, id := range m.order {
		all = append(all, string(m.bodies[id]))
	}
	return all
}

// station is a running server.
type station struct {
	*memory
	address  string
	identity *lanchat.Identity
	received chan *lanchat.Message
	stop     func()
}

func start(t *testing.T, adjust func(*lanchat.Server)) *station {
	t.Helper()
	return startOn(t, adjust, func(l net.Listener) net.Listener { return l })
}

// startOn starts a server on what wrap makes of a listener.
func startOn(t *testing.T, adjust func(*lanchat.Server), wrap func(net.Listener) net.Listener) *station {
	t.Helper()
	identity, err := lanchat.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &station{
		memory: &memory{}, address: listener.Addr().String(), identity: identity, received: make(chan *lanchat.Message, 100),
	}
	server := &lanchat.Server{
		Inbox: s.memory, Identity: identity, Name: "station", Log: t.Logf,
		Received: func(m *lanchat.Message) { s.received <- m },
	}
	if adjust != nil {
		adjust(server)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, wrap(listener)) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// dial connects as a stranger would.
func (s *station) dial(t *testing.T) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// TestPlainClients serves clients of many habits, by the event loop and by goroutines only, as where there is no
// epoll.
func TestPlainClients(t *testing.T) {
	t.Run("event loop", func(t *testing.T) {
		testPlainClients(t, func(l net.Listener) net.Listener { return l })
	})
	t.Run("goroutines", func(t *testing.T) {
		testPlainClients(t, func(l net.Listener) net.Listener { return struct{ net.Listener }{l} })
	})
}

func testPlainClients(t *testing.T, wrap func(net.Listener) net.Listener) {
	long := strings.Repeat("x", 5000)
	for _, tc := range []struct {
		name  string
		write []string // segments
		half  bool     // ends its half
		want  string
	}{
		{"line", []string{"hello\n"}, false, "hello\n"},
		{"line and half-close", []string{"hello\n"}, true, "hello\n"},
		{"no newline and half-close", []string{"hello"}, true, "hello"},
		{"no newline, stays open", []string{"hello"}, false, "hello"},
		{"long, no newline", []string{long}, true, long},
		{"long line stays open", []string{long + "\n"}, false, long + "\n"},
		{"one byte", []string{"\xf5"}, false, "\xf5"},
		{"the magic alone", []string{"\xf5\x4c\x43\x01"}, true, "\xf5\x4c\x43\x01"},
		{"the magic and text", []string{"\xf5\x4c\x43\x01" + long + "\n"}, false, "\xf5\x4c\x43\x01" + long + "\n"},
		{"the first byte of TLS", []string{"\x16"}, true, "\x16"},
		{"nul bytes", []string{"a\x00b\n"}, false, "a\x00b\n"},
		{"only a newline", []string{"\n"}, false, "\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := startOn(t, nil, wrap)
			conn := s.dial(t)
			for _, part := range tc.write {
				if _, err := io.WriteString(conn, part); err != nil {
					t.Fatal(err)
				}
			}
			if tc.half {
				_ = conn.CloseWrite()
			}
			answer, err := io.ReadAll(conn)
			if string(answer) != "OK" || err != nil {
				t.Errorf("answer %q, %v", answer, err)
			}
			if diff := cmp.Diff([]string{tc.want}, s.texts()); diff != "" {
				t.Error(diff)
			}
			conn.Close()
			if m := <-s.received; string(m.Body) != tc.want {
				t.Errorf("received %q", m.Body)
			}
		})
	}
}

func TestLateBytesAreKept(t *testing.T) {
	s := start(t, nil)
	conn := s.dial(t)
	_, _ = io.WriteString(conn, "first\n")
	answer := make([]byte, 2)
	if _, err := io.ReadFull(conn, answer); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, "second\n")
	conn.Close()
	if m := <-s.received; string(m.Body) != "first\nsecond\n" {
		t.Errorf("received %q", m.Body)
	}
	if diff := cmp.Diff([]string{"first\nsecond\n"}, s.texts()); diff != "" {
		t.Error(diff)
	}
}

func TestNoMessageNoOK(t *testing.T) {
	long := strings.Repeat("x", lanchat.MaxText+1)
	frame := wire(t, &lanchat.Frame{Sequence: 1, Body: []byte("cut off")})
	damaged := bytes.Clone(frame)
	damaged[len(damaged)-6] ^= 1
	for _, tc := range []struct{ name, text string }{
		{"empty", ""},
		{"too long", long},
		{"half a frame", string(frame[:len(frame)-3])},
		{"damaged frame", string(damaged)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := start(t, nil)
			conn := s.dial(t)
			_, _ = io.WriteString(conn, tc.text)
			_ = conn.CloseWrite()
			answer, _ := io.ReadAll(conn)
			if len(answer) > 0 {
				t.Errorf("answer %q", answer)
			}
			s.stop()
			if len(s.texts()) > 0 {
				t.Errorf("stored %.20q", s.texts())
			}
		})
	}
}

func TestNotStoredNoOK(t *testing.T) {
	s := start(t, func(server *lanchat.Server) {
		server.Inbox.(*memory).fail = errors.New("disk full")
	})
	conn := s.dial(t)
	_, _ = io.WriteString(conn, "hello\n")
	if answer, _ := io.ReadAll(conn); len(answer) > 0 {
		t.Errorf("answer %q", answer)
	}
}

func TestHandlerPanicEndsOneConnection(t *testing.T) {
	s := start(t, func(server *lanchat.Server) {
		server.Received = func(*lanchat.Message) { panic("the reader is broken") }
	})
	for range 2 {
		conn := s.dial(t)
		_, _ = io.WriteString(conn, "hello\n")
		if answer, _ := io.ReadAll(conn); string(answer) != "OK" {
			t.Errorf("answer %q", answer)
		}
	}
}

func TestStopClosesIdleConnections(t *testing.T) {
	s := start(t, nil)
	idle, half := s.dial(t), s.dial(t)
	_, _ = half.Write([]byte("\x16\x03\x01"))
	// A complete message proves that the server has accepted the two before it.
	conn := s.dial(t)
	_, _ = io.WriteString(conn, "hello\n")
	_, _ = io.ReadAll(conn)
	s.stop()
	for _, conn := range []net.Conn{idle, half} {
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		if n, err := conn.Read(make([]byte, 1)); n > 0 || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("read %d, %v", n, err)
		}
	}
}

func wire(t testing.TB, f *lanchat.Frame) []byte {
	t.Helper()
	b, err := f.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
