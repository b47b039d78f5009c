package lanchat

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"
)

// The phases of a connection, which decide what happens to it when the server stops.
const (
	waiting   uint32 = iota // nothing has arrived, or a handshake is going on: closed at once
	receiving               // a message has begun: it gets a moment to end
)

// connection is one client. It belongs to a goroutine of its own, except for the atomics.
type connection struct {
	*service
	tcp    *net.TCPConn
	raw    syscall.RawConn
	remote netip.AddrPort
	sender Key // proved by TLS
	held   int // bytes of an unfinished message, as reserved
	// first is what the first bytes are read into: all of them, if the message is a short line. An idle connection
	// holds no other buffer.
	first    [128]byte
	phase    atomic.Uint32
	deadline atomic.Int64 // of the reads, in Unix nanoseconds
}

// newConnection returns the connection of an admitted client. It lives until the function given to begin has returned.
func newConnection(s *service, tcp *net.TCPConn, remote netip.AddrPort, phase uint32) *connection {
	raw, err := tcp.SyscallConn()
	if err != nil {
		panic(err) // only for a nil connection
	}
	c := &connection{service: s, tcp: tcp, raw: raw, remote: remote}
	c.phase.Store(phase)
	s.mu.Lock()
	s.connections[c] = struct{}{}
	s.mu.Unlock()
	return c
}

// begin runs f in a goroutine of its own and then forgets c.
func (c *connection) begin(f func(*connection)) {
	c.running.Go(func() {
		defer func() {
			c.mu.Lock()
			delete(c.connections, c)
			c.mu.Unlock()
			c.leave(c.remote.Addr(), c.held)
		}()
		f(c)
	})
}

// Ends of a connection without a message that are not errors.
var (
	errEmpty = errors.New("nothing was sent")
	errDone  = errors.New("no message was wanted")
)

// run is the whole life of c from its first byte on, which is read only after wait. The calls in which an idle
// connection waits must be shallow, so that the goroutine needs no more than its first 2 kB of stack.
func (c *connection) run(wait time.Duration) {
	var start []byte
	if wait == 0 || c.pause(wait) {
		c.readBy(time.Now().Add(firstByte))
		start = c.await()
	}
	c.serve(start)
}

// serve handles a conversation that begins with start; it does nothing if that is empty.
func (c *connection) serve(start []byte) {
	c.conclude(func() (*Message, error) {
		if len(start) == 0 {
			return nil, errEmpty
		}
		return c.converse(start)
	})
}

// goOn ends a conversation whose plain message m has been answered, although more has come after it.
func (c *connection) goOn(m *Message, fresh bool, more []byte) {
	c.conclude(func() (*Message, error) { return c.finish(c.tcp, m, fresh, more) })
}

// conclude ends c with the last part of its conversation, which returns the message that was stored, if it was fresh.
func (c *connection) conclude(converse func() (*Message, error)) {
	var m *Message
	err := guard(func() (err error) {
		defer c.tcp.Close()
		m, err = converse()
		return err
	})
	if err != nil && !errors.Is(err, errEmpty) && !errors.Is(err, errDone) {
		c.log("%s: %v", c.remote, err)
	}
	c.tell(m)
}

// tell passes m to Received, unless it is nil.
func (s *service) tell(m *Message) {
	if m == nil || s.Received == nil {
		return
	}
	if err := guard(func() error { s.Received(m); return nil }); err != nil {
		s.log("%s: %v", m.Remote, err)
	}
}

// guard turns a panic of f into an error, so that it ends only this connection.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// pause waits before the first read, and returns false if the server stops meanwhile.
func (c *connection) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.stopped:
		return false
	}
}

// converse continues after the first bytes. It returns the message that was stored, if it was fresh.
func (c *connection) converse(text []byte) (*Message, error) {
	c.phase.Store(receiving)
	if n := len(text); n == cap(text) && Sniff(text) != TLS {
		// Whether there is more decides whether a newline was the end.
		var err error
		if text, err = c.room(text, 0); err != nil {
			return nil, err
		}
		text = text[:n+c.readNow(text[n:cap(text)])]
	}
	return c.dialogue(c.tcp, text)
}

// readBy sets the deadline of the next reads, which is never later than the server's own.
func (c *connection) readBy(t time.Time) {
	c.deadline.Store(t.UnixNano())
	_ = c.tcp.SetReadDeadline(t)
	if stop := c.stopBy.Load(); stop != 0 {
		c.hurry(stop)
	}
}

// hurry makes the connection end soon. The server calls it from its own goroutine when it stops.
func (c *connection) hurry(by int64) {
	switch {
	case c.phase.Load() == waiting:
		_ = c.tcp.SetDeadline(time.Unix(1, 0))
	case c.deadline.Load() > by:
		_ = c.tcp.SetReadDeadline(time.Unix(0, by))
	}
}
