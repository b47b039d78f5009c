package lanchat

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"
)

// MaxText is the length of the longest text that a server accepts, in bytes, not counting a line ending at its end.
const MaxText = 16 << 20

// maxEnding is the length of the longest line ending.
const maxEnding = 2

// TextLength returns the length of a text as MaxText counts it.
func TextLength(body []byte) int {
	return len(bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r")))
}

// ID identifies one message forever: 128 random bits, chosen by the sender of a frame and by the receiver of a plain
// text.
type ID [16]byte

// NewID returns a new random identifier.
func NewID() ID {
	var id ID
	_, _ = rand.Read(id[:]) // never fails: see crypto/rand
	return id
}

// ParseID reads what String wrote.
func ParseID(text string) (ID, error) {
	var id ID
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(id) {
		return id, fmt.Errorf("%q is not a message id (32 hexadecimal digits)", text)
	}
	copy(id[:], raw)
	return id, nil
}

// String returns 32 hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Message is a text or a file that has arrived.
type Message struct {
	ID ID
	// Number is the inbox's own number for the message, if it numbers messages; set by Inbox.Store.
	Number int64
	// Body holds the exact bytes that were sent, of any encoding or none.
	Body []byte
	// Received is the time at which the message was complete, in whole microseconds.
	Received time.Time
	// Remote is where the message came from.
	Remote netip.AddrPort
	// Sender is the key that the sender claims in a frame or has proved in a TLS handshake; zero for a plain text.
	Sender Key
	// Proved says that the sender holds the private half of Sender: the message came through TLS.
	Proved bool
	// Name is what the sender calls itself. It is not verified.
	Name string
	// Sequence counts the sender's messages; zero for a plain text.
	Sequence uint64
	// ReplyPort is the port on which the sender listens; zero if it did not say.
	ReplyPort uint16
	// File is the file that has come with the message, whose Body is the file's name; nil for a text.
	File *File
}

// File is a file, or a folder, that has arrived.
type File struct {
	Path   string // where it is
	Size   int64  // in bytes; for a folder the size of its tar archive
	SHA256 [32]byte
}

// Framed reports whether the message came in a frame, so that its sender understands frames.
func (m *Message) Framed() bool { return m.Sequence != 0 }
