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
	"slices"
	"time"
)

// Pairing is what one side knows about the other while two people compare codes.
type Pairing struct {
	// Peer is the key that the other side has proved in the TLS handshake.
	Peer Key
	// Name is what the other side calls itself.
	Name string
	// Address is where messages reach the other side; its port is 0 if it does not listen.
	Address netip.AddrPort
	// Code is shown on both sides. It differs if there is a man in the middle.
	Code string
	// FirstUse says that the caller trusts the first key that it sees, without a comparison of codes.
	FirstUse bool
	// Confirmed says that the pairing is complete: both people have seen the same code, or it is on first use.
	Confirmed bool
}

// Pairing compares short codes, so it must keep a man in the middle from trying many keys until the two codes agree.
// The caller therefore commits to its nonce before it sees the other's (as in RFC 6189, 4.4.1.1): one attempt has one
// chance in 2^40.
const nonceSize = 32

// code returns the eight characters that both sides show.
func code(caller, called Key, callerNonce, calledNonce []byte) string {
	h := sha256.New()
	for _, part := range [][]byte{[]byte("lanchat pairing 1"), caller[:], called[:], callerNonce, calledNonce} {
		h.Write(part)
	}
	return base32.StdEncoding.EncodeToString(h.Sum(nil)[:5])
}

// onFirstUse is the body of the confirmation of a caller that has not asked a person. No other frame carries it, so
// that the two kinds of confirmation cannot be mistaken for each other.
const onFirstUse = "first use"

// ErrNotConfirmed says that the person on the other side has not confirmed the code, or was not there.
var ErrNotConfirmed = errors.New("the other side has not confirmed the code")

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
	same := c.compare(p)
	c.readBy(time.Now().Add(confirmWithin))
	confirmed, err := readFrame(s, FrameConfirm)
	if err != nil {
		_ = same(false)
		return fmt.Errorf("pairing was not confirmed there: %w", err)
	}
	p.FirstUse = string(confirmed.Body) == onFirstUse
	if err := same(!p.FirstUse); err != nil {
		return fmt.Errorf("pairing was not confirmed here: %w", err)
	}
	p.Confirmed = true
	c.Paired(p)
	return c.send(s, FrameConfirm, nil)
}

// compare starts to ask the person on this side. The function that it returns ends that: if need is set, it waits for
// the answer, which has to be yes.
func (c *connection) compare(p Pairing) func(need bool) error {
	ctx, cancel := context.WithTimeout(c.storing, confirmWithin)
	answer := make(chan error, 1)
	go func() {
		if c.Compare == nil {
			answer <- errors.New("there is nobody to compare the code")
			return
		}
		same, err := c.Compare(ctx, p)
		if err == nil && !same {
			err = errors.New("the codes differ")
		}
		answer <- err
	}()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-c.stopped:
			cancel()
		case <-ctx.Done():
		}
	}()
	return func(need bool) error {
		if !need {
			cancel()
		}
		err := <-answer
		cancel()
		<-stopped
		if !need {
			return nil
		}
		return err
	}
}

// Pair plays the calling side towards address. It calls confirm with the code; when that returns true, and the person
// on the other side confirms it, too, both sides consider the pairing confirmed. With firstUse the person on the other
// side is not asked: the key that is seen is trusted.
func (c *Client) Pair(
	ctx context.Context,
	address string,
	firstUse bool,
	confirm func(Pairing) (bool, error),
) (Pairing, error) {
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
	p.FirstUse = firstUse
	yes, err := confirm(p)
	if err != nil || !yes {
		return p, err
	}
	var body []byte
	if firstUse {
		body = []byte(onFirstUse)
	}
	if err := c.write(call, FrameConfirm, body); err != nil {
		return p, cause(ctx, err)
	}
	_, err = readFrame(call.stream, FrameConfirm)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return p, ErrNotConfirmed
	case err != nil:
		return p, cause(ctx, err)
	}
	p.Confirmed = true
	return p, nil
}

// readFrame reads the next frame, which must be of one of the due kinds.
func readFrame(r io.Reader, due ...FrameKind) (*Frame, error) {
	wire := make([]byte, headerSize, 256)
	if _, err := io.ReadFull(r, wire); err != nil {
		return nil, err
	}
	size, err := parseHeader(wire)
	if err != nil {
		return nil, err
	}
	const longest = headerSize + maxName + 1024 + checksum // no frame of a dialogue carries more
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
	if !slices.Contains(due, f.Kind) {
		return nil, fmt.Errorf("%w: unexpected kind %d", ErrFrame, f.Kind)
	}
	return &f, nil
}
