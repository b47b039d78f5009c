package lanchat

import (
	"io"
	"time"
)

// await waits for the first bytes. It returns none if the client has left or the time is over.
func (c *connection) await() []byte {
	n, _ := c.tcp.Read(c.first[:])
	return c.first[:n]
}

// readNow reads what has already come, and returns how much.
func (c *connection) readNow(b []byte) int {
	c.readBy(time.Now().Add(time.Millisecond))
	n, _ := c.tcp.Read(b)
	return n
}

// arrived reports whether unread bytes have come. Windows does not say, so only the clock decides about silence.
func (c *connection) arrived() bool { return false }

// sendAnswer sends the answer of a plain text.
func (c *connection) sendAnswer() { _, _ = io.WriteString(c.tcp, answer) }
