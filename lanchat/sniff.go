package lanchat

import "bytes"

// Kind is what the first bytes of a connection announce.
type Kind uint8

// The kinds of conversation that share a port.
const (
	Undecided Kind = iota // a beginning of Frame or TLS, too short to tell
	Plain                 // text
	Framed                // a frame with a sane header
	TLS                   // a TLS handshake record
)

// The two beginnings that are not text. F5 alone proves nothing: it is a letter in CP1251.
const (
	magic     = "\xf5\x4c\x43\x01"
	handshake = "\x16\x03"
)

// Sniff determines the kind of a conversation by the bytes received so far. It returns Undecided only while more bytes
// could still change the result; a caller whose peer then falls silent treats them as Plain.
func Sniff(start []byte) Kind {
	switch {
	case begins(start, handshake):
		if len(start) >= len(handshake) {
			return TLS
		}
		return Undecided
	case begins(start, magic):
		if len(start) < headerSize {
			return Undecided
		}
		if _, err := parseHeader(start); err != nil {
			return Plain
		}
		return Framed
	default:
		return Plain
	}
}

// begins reports whether start and sign agree over the length of the shorter one.
func begins(start []byte, sign string) bool {
	n := min(len(start), len(sign))
	return n > 0 && bytes.Equal(start[:n], []byte(sign[:n]))
}
