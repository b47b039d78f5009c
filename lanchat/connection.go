package lanchat

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"sync"
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
	tcp      *net.TCPConn
	raw      syscall.RawConn
	remote   netip.AddrPort
	sender   Key // proved by TLS
	held     int // bytes of an unfinished message, as reserved
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

// run is the whole life of c.
func (c *connection) run(wait time.Duration) {
	defer c.release(c)
	var m *Message
	err := guard(func() (err error) {
		defer c.tcp.Close()
		if wait > 0 && !c.pause(wait) {
			return errEmpty
		}
		m, err = c.converse()
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

// block is the memory that a message is first read into.
type block [16 << 10]byte

// blocks lends blocks. An idle connection has none.
var blocks = sync.Pool{New: func() any { return new(block) }}

// converse reads the first bytes and goes on as they demand. It returns the message that was stored, if it was fresh.
func (c *connection) converse() (*Message, error) {
	first, n, err := c.await()
	if err != nil {
		return nil, err
	}
	defer blocks.Put(first)
	c.phase.Store(receiving)
	return c.dialogue(c.tcp, first[:n])
}

// await waits for the first bytes, and takes a block for them only when they are there.
func (c *connection) await() (first *block, n int, err error) {
	c.readBy(time.Now().Add(firstByte))
	try := func(fd uintptr) bool {
		first, n, err = readBlock(int(fd))
		return !errors.Is(err, syscall.EAGAIN)
	}
	waited := c.raw.Read(try)
	if errors.Is(waited, os.ErrDeadlineExceeded) {
		// A process that was stopped for a while finds its deadline passed and the bytes there.
		_ = c.raw.Control(func(fd uintptr) { try(fd) })
	}
	if first == nil {
		return nil, 0, errEmpty
	}
	return first, n, nil
}

// readBlock reads what is there. Without any bytes it returns no block.
func readBlock(fd int) (*block, int, error) {
	b := blocks.Get().(*block)
	for {
		n, err := syscall.Read(fd, b[:])
		switch {
		case n > 0:
			return b, n, nil
		case errors.Is(err, syscall.EINTR):
		default:
			blocks.Put(b)
			return nil, 0, err
		}
	}
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
