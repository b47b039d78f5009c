package lanchat

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
)

// A file travels inside TLS, between two sides that know each other's keys:
//
//	caller  FrameOffer   {"name":…,"size":…,"folder":…}; the frame's ID identifies the transfer forever
//	called  FrameAccept  8 bytes: how much of the content it has, 32 bytes: SHA-256 of that
//	        or FrameRefuse with the reason, or FrameStored: the file was stored before
//	caller  FrameResume  8 bytes: where it continues, 0 if the beginning there differs
//	        the rest of the content, 32 bytes: SHA-256 of the whole
//	called  after every block 8 bytes: how much of the content is written; all ones announce a FrameRefuse
//	        FrameStored, when it is flushed and verified, or FrameRefuse
//
// The caller is never more than a window ahead of what is written, so an interruption costs no more than that.
const (
	block  = 256 << 10
	window = 1 << 20
	halted = ^uint64(0)
)

// takesFiles is the body of the hello of a side that understands offers.
const takesFiles = "files"

// Offer is a file, or a folder, that a peer wants to send.
type Offer struct {
	// ID is the same at every attempt to send the file.
	ID ID `json:"-"`
	// Name is the file's own name, without its folder. It is the sender's claim, and may be anything.
	Name string `json:"name"`
	// Size is the length of the content in bytes.
	Size int64 `json:"size"`
	// Folder says that the content is a tar archive of a folder.
	Folder bool `json:"folder,omitempty"`

	// Sender is the key that the sender has proved, Called what it calls itself, Remote where it is, ReplyPort where
	// it listens, or 0.
	Sender    Key            `json:"-"`
	Called    string         `json:"-"`
	Remote    netip.AddrPort `json:"-"`
	ReplyPort uint16         `json:"-"`
	Sequence  uint64         `json:"-"`
}

// Depot stores the files that a server receives.
type Depot interface {
	// Open decides whether a file is wanted, which may take as long as a person needs, and opens the place for its
	// content. A *RefusedError says why it is not wanted.
	Open(ctx context.Context, o Offer) (Deposit, error)
}

// Deposit is the place for one file. It belongs to one goroutine.
type Deposit interface {
	// Stored returns the message of a file that is completely stored already, otherwise nil.
	Stored() *Message
	// Size returns how much of the content is there.
	Size() int64
	// Begin returns what is there, from its first byte on.
	Begin() (io.Reader, error)
	// Restart discards what is there.
	Restart() error
	// Write appends to the content.
	io.Writer
	// Commit makes the content durable under its final name and stores its message, after the sum was found to match.
	Commit(ctx context.Context, sum [32]byte) (*Message, error)
	// Close releases the deposit; what is there stays for the next attempt.
	Close() error
}

// RefusedError says why the other side does not take a file.
type RefusedError struct{ Why string }

// Error gives the reason.
func (e *RefusedError) Error() string { return "refused: " + e.Why }

func (o *Offer) marshal() ([]byte, error) { return json.Marshal(o) }

// parseOffer reads the body of a FrameOffer.
func parseOffer(body []byte) (Offer, error) {
	var o Offer
	if err := json.Unmarshal(body, &o); err != nil {
		return o, fmt.Errorf("%w: offer: %w", ErrFrame, err)
	}
	if o.Size < 0 || o.Name == "" {
		return o, fmt.Errorf("%w: offer of %d bytes", ErrFrame, o.Size)
	}
	return o, nil
}

// count encodes a number of bytes for the wire.
func count(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// parseCount reads what count returned.
func parseCount(b []byte, limit int64) (int64, error) {
	if len(b) < 8 {
		return 0, fmt.Errorf("%w: no count", ErrFrame)
	}
	n := binary.BigEndian.Uint64(b)
	if n > uint64(limit) {
		return 0, fmt.Errorf("%w: %d bytes of %d", ErrFrame, n, limit)
	}
	return int64(n), nil
}

var errChecksum = errors.New("the content that arrived differs from the content that was sent")
