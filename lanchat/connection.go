package lanchat

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"
)

// The phases of a connection, which decide what the order to stop does to it.
const (
	waiting   uint32 = iota // nothing has arrived, or a handshake is going on: closed at once
	receiving               // a message has begun: it may end within a moment
)

// connection is one client from accept to close. It belongs to its own goroutine, but for the atomics.
type connection struct {
	*service
	tcp    *net.TCPConn
	raw    syscall.RawConn
	remote netip.AddrPort
	sender Key // proved by TLS
	held   int // bytes of an unfinished message, as reserved
	// first is what the first bytes are read into: all of them, if the message is a short line. An idle connection holds no
	// other buffer.
	first    [128]byte
	phase    atomic.Uint32
	deadline atomic.Int64 // of the reads, in Unix nanoseconds
}

func newConnection(s *service, tcp *net.TCPConn) *connection {
	raw, err := tcp.SyscallConn()
	if err != nil {
		panic(err) // only for a nil connection
	}
	remote := tcp.RemoteAddr().(*net.TCPAddr).AddrPort()
	return &connection{service: s, tcp: tcp, raw: raw, remote: netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())}
}

// Ends of a connection that are no message and nobody's fault.
var (
	errEmpty = errors.New("nothing was sent")
	errDone  = errors.New("no message was wanted")
)

// run is the whole life of c. Whatever an idle connection waits in has to be shallow: a goroutine whose calls fit into its first
// 2 kB of stack keeps to them.
func (c *connection) run(wait time.Duration) {
	defer c.release()
	n := 0
	if wait == 0 || c.pause(wait) {
		n = c.await()
	}
	c.serve(n)
}

// serve does what the first n bytes demand.
func (c *connection) serve(n int) {
	var m *Message
	err := guard(func() (err error) {
		defer c.tcp.Close()
		if n > 0 {
			m, err = c.converse(n)
		}
		return err
	})
	if err == nil && m != nil && c.Received != nil {
		err = guard(func() error { c.Received(m); return nil })
	}
	if err != nil && !errors.Is(err, errEmpty) && !errors.Is(err, errDone) {
		c.log("%s: %v", c.remote, err)
	}
}

// guard turns a panic of f into an error, so that it ends this connection and no other.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// pause waits before the first read, and says false when the server stops meanwhile.
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

// await waits for the first bytes, and returns how many have come: none when the client left, or time is over. The deadline was set
// when the connection was taken in.
func (c *connection) await() int {
	n := 0
	try := func(fd uintptr) bool {
		for {
			var err error
			if n, err = syscall.Read(int(fd), c.first[:]); !errors.Is(err, syscall.EINTR) {
				return !errors.Is(err, syscall.EAGAIN)
			}
		}
	}
	if err := c.raw.Read(try); errors.Is(err, os.ErrDeadlineExceeded) {
		// A process that was stopped for a while finds its deadline passed and the bytes there.
		_ = c.raw.Control(func(fd uintptr) { try(fd) })
	}
	return max(n, 0)
}

// converse goes on after the first n bytes. It returns the message that was stored, if it was fresh.
func (c *connection) converse(n int) (*Message, error) {
	c.phase.Store(receiving)
	text := c.first[:n]
	if n == len(c.first) && Sniff(text) != TLS {
		// There may be more, which decides whether a newline was the end.
		var err error
		if text, err = c.room(text, 0); err != nil {
			return nil, err
		}
		_ = c.raw.Control(func(fd uintptr) {
			more, _ := syscall.Read(int(fd), text[n:cap(text)])
			text = text[:n+max(more, 0)]
		})
	}
	return c.dialogue(c.tcp, text)
}

// readBy sets the deadline of the next reads, which is never later than the server's own end.
func (c *connection) readBy(t time.Time) {
	c.deadline.Store(t.UnixNano())
	_ = c.tcp.SetReadDeadline(t)
	if stop := c.stopBy.Load(); stop != 0 {
		c.hurry(stop)
	}
}

// hurry carries out the order to stop. The server calls it from its own goroutine.
func (c *connection) hurry(by int64) {
	switch {
	case c.phase.Load() == waiting:
		_ = c.tcp.SetDeadline(time.Unix(1, 0))
	case c.deadline.Load() > by:
		_ = c.tcp.SetReadDeadline(time.Unix(0, by))
	}
}
