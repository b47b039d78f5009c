package lanchat

import (
	"io"
)

// answer is all that a server ever answers to a text.
const answer = "OK"

// say answers OK and ends the server's half of the connection. A failure to do so is ignored: the message is stored,
// and the client will try again.
func (c *connection) say(s stream) {
	if s != stream(c.tcp) {
		_, _ = io.WriteString(s, answer)
		_ = s.CloseWrite()
		_ = c.tcp.CloseWrite()
		return
	}
	// The answer and the end travel in one segment, which saves a third of the cost of a message.
	c.sendAnswer()
	_ = c.tcp.CloseWrite()
}
