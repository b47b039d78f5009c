package lanchat

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"
)

// Pairing is what one side knows of the other while two people compare codes.
type Pairing struct {
	// Peer is the key that the other side has proved in the TLS handshake.
	Peer Key
	// Name is what the other side calls itself.
	Name string
	// Address is where the other side can be written to; its port is 0 when it does not listen.
	Address netip.AddrPort
	// Code is shown on both sides. It differs when somebody stands between them.
	Code string
	// Confirmed says that the person on the calling side has seen the same code.
	Confirmed bool
}

// Pairing compares short codes, so it must keep an attacker in the middle from trying many keys until the two codes
// agree. The caller therefore commits to its nonce before it sees the other's (as in RFC 6189, 4.4.1.1): one attempt
// has one chance in 2^40.
const nonceSize = 32

// code returns the eight characters that both sides show.
func code(caller, called Key, callerNonce, calledNonce []byte) string {
	h := sha256.New()
	for _, part := range [][]byte{[]byte("lanchat pairing 1"), caller[:], called[:], callerNonce, calledNonce} {
		h.Write(part)
	}
	return base32.StdEncoding.EncodeToString(h.Sum(nil)[:5])
}

// confirmWithin is how long two people may compare codes.
const confirmWithin = 110 * time.Second

// answerPairing plays the called side. The caller's commitment has arrived in f.
func (c *connection) answerPairing(s stream, f *Frame) error {
	if c.sender.IsZero() || c.Paired == nil {
		return errors.New("pairing was refused: it needs TLS")
	}
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce)
	if err := c.send(s, FrameNonce, nonce); err != nil {
		return err
	}
	c.readBy(time.Now().Add(firstByte))
	reveal, err := readFrame(s, FrameNonce)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(reveal.Body); !bytes.Equal(sum[:], f.Body) {
		return errors.New("pairing was refused: the nonce is not the promised one")
	}
	p := Pairing{
		Peer:    c.sender,
		Name:    f.Name,
		Address: netip.AddrPortFrom(c.remote.Addr(), f.ReplyPort),
		Code:    code(c.sender, c.Identity.Key(), reveal.Body, nonce),
	}
	c.Paired(p)
	c.readBy(time.Now().Add(confirmWithin))
	if _, err := readFrame(s, FrameConfirm); err != nil {
		return fmt.Errorf("pairing was not confirmed: %w", err)
	}
	p.Confirmed = true
	c.Paired(p)
	return c.send(s, FrameConfirm, nil)
}

// Pair plays the calling side towards address. It calls confirm with the code; when that returns true, both sides hold the
// pairing for confirmed.
func (c *Client) Pair(ctx context.Context, address string, confirm func(Pairing) (bool, error)) (Pairing, error) {
	call, err := c.dial(ctx, Route{Address: address, Secure: true})
	if err != nil {
		return Pairing{}, err
	}
	defer call.close()
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce)
	sum := sha256.Sum256(nonce)
	if err := c.write(call, FrameCommit, sum[:]); err != nil {
		return Pairing{}, err
	}
	reply, err := readFrame(call.stream, FrameNonce)
	if err != nil {
		return Pairing{}, err
	}
	if err := c.write(call, FrameNonce, nonce); err != nil {
		return Pairing{}, err
	}
	remote := call.remote()
	p := Pairing{
		Peer:    call.peer,
		Name:    reply.Name,
		Address: remote,
		Code:    code(c.Identity.Key(), call.peer, nonce, reply.Body),
	}
	p.Confirmed, err = confirm(p)
	if err != nil || !p.Confirmed {
		return p, err
	}
	if err := c.write(call, FrameConfirm, nil); err != nil {
		return p, err
	}
	_, err = readFrame(call.stream, FrameConfirm)
	return p, err
}

// readFrame reads the next frame, which must be of the kind that is due.
func readFrame(r io.Reader, due FrameKind) (*Frame, error) {
	wire := make([]byte, headerSize, 256)
	if _, err := io.ReadFull(r, wire); err != nil {
		return nil, err
	}
	size, err := parseHeader(wire)
	if err != nil {
		return nil, err
	}
	const longest = headerSize + maxName + nonceSize + checksum // no frame of a dialogue carries more
	if size > longest {
		return nil, fmt.Errorf("%w: %d bytes in a dialogue", ErrFrame, size)
	}
	wire = wire[:size]
	if _, err := io.ReadFull(r, wire[headerSize:]); err != nil {
		return nil, err
	}
	var f Frame
	if err := f.UnmarshalBinary(wire); err != nil {
		return nil, err
	}
	if f.Kind != due {
		return nil, fmt.Errorf("%w: kind %d out of turn", ErrFrame, f.Kind)
	}
	return &f, nil
}
