package lanchat

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// The wire form of a frame, big-endian:
//
//	 0  4  F5 4C 43 01: the magic, whose last byte is the version
//	 4  1  kind
//	 5  1  length of the name, at most 64
//	 6  2  the port on which the sender listens, or 0
//	 8  8  sequence, from 1
//	16 32  the sender's Ed25519 public key
//	48 16  message id
//	64  4  length of the body, at most MaxText and a line ending
//	68  4  CRC-32C of the bytes before
//	72     name, body, CRC-32C of both
const (
	headerSize = 72
	checksum   = 4
	maxName    = 64
)

// FrameKind says what a frame is for.
type FrameKind uint8

// The kinds of frames.
const (
	FrameText    FrameKind = iota // a message: answered with OK
	FrameHello                    // asks who is there: answered with a FrameHello
	FrameCommit                   // pairing, from the caller: a commitment to its nonce
	FrameNonce                    // pairing: a nonce
	FrameConfirm                  // pairing: the person saw the same code
	FrameOffer                    // a file: answered with FrameAccept, FrameRefuse or FrameStored
	FrameAccept                   // how much of the file the receiver has
	FrameResume                   // from the caller: where it continues
	FrameStored                   // the file is stored and verified
	FrameRefuse                   // the file is refused; the body says why
	frameKinds
)

// ErrFrame says that bytes are not a complete and undamaged frame.
var ErrFrame = errors.New("damaged frame")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Frame is a message that carries its length and its identity, so that it can be sent again without being stored twice.
type Frame struct {
	Kind      FrameKind
	ReplyPort uint16
	Sequence  uint64
	Sender    Key
	ID        ID
	Name      string
	Body      []byte
}

// AppendBinary appends the wire form of f to b. It fails for a body that is longer than a text may be (see TextLength).
func (f *Frame) AppendBinary(b []byte) ([]byte, error) {
	if TextLength(f.Body) > MaxText {
		return b, fmt.Errorf("a text of %d bytes is longer than %d", len(f.Body), MaxText)
	}
	name := clipName(f.Name)
	start := len(b)
	b = append(b, magic...)
	b = append(b, byte(f.Kind), byte(len(name)))
	b = binary.BigEndian.AppendUint16(b, f.ReplyPort)
	b = binary.BigEndian.AppendUint64(b, f.Sequence)
	b = append(b, f.Sender[:]...)
	b = append(b, f.ID[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.Body)))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
	b = append(b, name...)
	b = append(b, f.Body...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b[start+headerSize:], castagnoli)), nil
}

// UnmarshalBinary reads a frame from exactly its wire form. The frame's body is a part of b.
func (f *Frame) UnmarshalBinary(b []byte) error {
	size, err := parseHeader(b)
	if err != nil {
		return err
	}
	if len(b) != size {
		return fmt.Errorf("%w: %d bytes, its header says %d", ErrFrame, len(b), size)
	}
	tail := b[headerSize : size-checksum]
	if crc32.Checksum(tail, castagnoli) != binary.BigEndian.Uint32(b[size-checksum:]) {
		return fmt.Errorf("%w: checksum of the body", ErrFrame)
	}
	name := int(b[5])
	*f = Frame{
		Kind:      FrameKind(b[4]),
		ReplyPort: binary.BigEndian.Uint16(b[6:]),
		Sequence:  binary.BigEndian.Uint64(b[8:]),
		Sender:    Key(b[16:48]),
		ID:        ID(b[48:64]),
		Name:      string(tail[:name]),
		Body:      tail[name:],
	}
	return nil
}

// parseHeader returns the whole size of the frame that begins with b, or an error when no sane header does.
func parseHeader(b []byte) (int, error) {
	if len(b) < headerSize || string(b[:len(magic)]) != magic {
		return 0, fmt.Errorf("%w: no header", ErrFrame)
	}
	if crc32.Checksum(b[:headerSize-checksum], castagnoli) != binary.BigEndian.Uint32(b[headerSize-checksum:]) {
		return 0, fmt.Errorf("%w: checksum of the header", ErrFrame)
	}
	body := binary.BigEndian.Uint32(b[64:])
	if FrameKind(b[4]) >= frameKinds || b[5] > maxName || body > MaxText+maxEnding || binary.BigEndian.Uint64(b[8:]) == 0 {
		return 0, fmt.Errorf("%w: header out of bounds", ErrFrame)
	}
	return headerSize + int(b[5]) + int(body) + checksum, nil
}

// clipName cuts a name, between characters, to what a frame can carry.
func clipName(name string) string {
	if len(name) > maxName {
		name = name[:maxName]
	}
	return strings.ToValidUTF8(name, "")
}
