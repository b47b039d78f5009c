package lanchat

import (
	"io"
	"time"
)

// await waits for the first bytes: none when the client left, or time is over.
func (c *connection) await() []byte {
	n, _ := c.tcp.Read(c.first[:])
	return c.first[:n]
}

// readNow reads what has come already, and returns how much.
func (c *connection) readNow(b []byte) int {
	c.readBy(time.Now().Add(time.Millisecond))
	n, _ := c.tcp.Read(b)
	return n
}

// arrived reports whether bytes have come that nobody has read. Windows does not say; silence is what the clock says.
func (c *connection) arrived() bool { return false }

// sendAnswer sends the answer of a plain text.
func (c *connection) sendAnswer() { _, _ = io.WriteString(c.tcp, answer) }
