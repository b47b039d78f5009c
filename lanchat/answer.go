package lanchat

import (
	"io"
)

// answer is all that a server ever says to a text.
const answer = "OK"

// say answers OK and ends the server's half of the connection. A client that cannot be told is its own loss: the
// message is stored, and it will ask again.
func (c *connection) say(s stream) {
	if s != stream(c.tcp) {
		_, _ = io.WriteString(s, answer)
		_ = s.CloseWrite()
		_ = c.tcp.CloseWrite()
		return
	}
	// The answer and the end travel in one segment, which takes a third off the cost of a message.
	c.sendAnswer()
	_ = c.tcp.CloseWrite()
}
