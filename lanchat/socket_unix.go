//go:build unix

package lanchat

import (
	"errors"
	"os"
	"syscall"
)

// await waits for the first bytes. It returns none if the client has left or the time is over.
func (c *connection) await() []byte {
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
	return c.first[:max(n, 0)]
}

// readNow reads what has already come, and returns how much.
func (c *connection) readNow(b []byte) int {
	n := 0
	_ = c.raw.Control(func(fd uintptr) { n, _ = syscall.Read(int(fd), b) })
	return max(n, 0)
}

// arrived reports whether unread bytes have come: to a process that was slow or stopped, the clock suggests a silence
// that there was not.
func (c *connection) arrived() bool {
	n := 0
	_ = c.raw.Control(func(fd uintptr) {
		n, _, _ = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
	})
	return n > 0
}

// sendAnswer sends the answer of a plain text, together with the end of the stream where that is possible.
func (c *connection) sendAnswer() {
	_ = c.raw.Write(func(fd uintptr) bool {
		return syscall.Sendto(int(fd), []byte(answer), endFollows, nil) != syscall.EAGAIN
	})
}
