package lanchat

import "time"

// When a plain text whose sender has not ended it is considered complete. The numbers come from measurements with the
// clients named in the README: segment is what one TCP segment carries on Ethernet, and quiet must exceed TCP's
// retransmission floor of 200 ms, or a single lost packet would cut a message in two.
const (
	segment   = 1400
	lineQuiet = 50 * time.Millisecond
	quiet     = 700 * time.Millisecond
)

// Silence returns how long the sender must have been silent for text to count as a complete message while its
// connection is still open: not at all for a short line, a moment for longer text that ends in a newline, and longer
// than a retransmission for everything else. A connection that its sender has ended needs no silence.
func Silence(text []byte) time.Duration {
	switch {
	case len(text) == 0 || text[len(text)-1] != '\n':
		return quiet
	case len(text) < segment:
		return 0
	default:
		return lineQuiet
	}
}
