package lanchat

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// Content is the content of a file, the same at every attempt.
type Content interface {
	// Open returns the content from its first byte on.
	Open() (io.ReadCloser, error)
}

// SendFile delivers a file over one TLS connection, and returns nil only after the peer has stored and verified it.
// What has arrived at an earlier attempt is not sent again. Progress, if not nil, is called with how much of the
// content is written there. SendFile gives up if there is no progress for as long as patience. Every failure is a
// *SendError; a *RefusedError inside it says that the peer does not want the file.
func (c *Client) SendFile(
	ctx context.Context,
	to Route,
	o Offer,
	content Content,
	patience time.Duration,
	progress func(written int64),
) (Key, error) {
	to.Secure = true
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(patience, func() { cancel(errStill) })
	defer watchdog.Stop()
	// An older lanchat would mistake an offer for a text.
	switch hello, err := c.Hello(ctx, to); {
	case err != nil:
		return Key{}, &SendError{Address: to.Address, Err: err}
	case string(hello.Body) != takesFiles:
		return Key{}, &SendError{Address: to.Address, Err: &RefusedError{"the lanchat there does not accept files"}}
	}
	call, err := c.dial(ctx, to)
	if err != nil {
		return Key{}, &SendError{Address: to.Address, Err: err}
	}
	defer call.close()
	s := &sending{
		Client: c, call: call, offer: o, content: content, patience: patience, watchdog: watchdog, progress: progress,
	}
	if err := s.run(); err != nil {
		return call.peer, &SendError{Address: to.Address, Err: cause(ctx, err)}
	}
	return call.peer, nil
}

var errStill = errors.New("no progress for too long")

// sending is the calling side of a transfer.
type sending struct {
	*Client
	call     *call
	offer    Offer
	content  Content
	patience time.Duration
	watchdog *time.Timer
	progress func(int64)
}

func (s *sending) run() error {
	body, err := s.offer.marshal()
	if err != nil {
		return err
	}
	f := Frame{
		Kind: FrameOffer, ReplyPort: s.ReplyPort, Sequence: s.offer.Sequence, Sender: s.Identity.Key(), ID: s.offer.ID,
		Name: s.Name, Body: body,
	}
	wire, err := f.AppendBinary(nil)
	if err == nil {
		_, err = s.call.stream.Write(wire)
	}
	if err != nil {
		return err
	}
	// A person may be asked, and the other side reads what it has.
	s.watchdog.Reset(max(s.patience, confirmWithin) + hashTime(s.offer.Size))
	answer, err := readFrame(s.call.stream, FrameAccept, FrameRefuse, FrameStored)
	if err != nil {
		return err
	}
	switch answer.Kind {
	case FrameRefuse:
		return &RefusedError{string(answer.Body)}
	case FrameStored:
		return nil
	}
	there, err := parseCount(answer.Body, s.offer.Size)
	if err != nil || len(answer.Body) != 8+sha256.Size {
		return errors.Join(ErrFrame, err)
	}
	return s.resume(there, [sha256.Size]byte(answer.Body[8:]))
}

// resume continues after what the other side has, if the content begins with that.
func (s *sending) resume(there int64, sum [sha256.Size]byte) error {
	s.watchdog.Reset(s.patience + hashTime(there))
	r, running, err := s.skip(there)
	if err != nil {
		return err
	}
	if [sha256.Size]byte(running.Sum(nil)) != sum {
		_ = r.Close()
		there = 0
		if r, running, err = s.skip(0); err != nil {
			return err
		}
	}
	defer r.Close()
	if err := s.write(s.call, FrameResume, count(there)); err != nil {
		return err
	}
	return s.pour(r, there, running)
}

// skip opens the content after its first n bytes, and returns their sum.
func (s *sending) skip(n int64) (io.ReadCloser, hash.Hash, error) {
	r, err := s.content.Open()
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.New()
	if m, err := io.CopyBuffer(sum, io.LimitReader(r, n), make([]byte, block)); err != nil || m != n {
		return nil, nil, errors.Join(errShort, err, r.Close())
	}
	return r, sum, nil
}

var errShort = errors.New("the file has become shorter while it was sent")

// pour sends the rest of the content, never more than a window ahead of what the other side has written, and waits
// until it is stored.
func (s *sending) pour(r io.Reader, from int64, sum hash.Hash) error {
	written := make(chan int64, 1)
	ended := make(chan error, 1)
	go func() { ended <- s.hear(from, written) }()
	poured := s.push(r, from, sum, written)
	if poured != nil && !errors.Is(poured, errHalted) {
		_ = s.call.tcp.Close() // or hear would wait for ever
		if heard := <-ended; isRefused(heard) {
			return heard
		}
		return poured
	}
	return <-ended
}

func isRefused(err error) bool {
	var refused *RefusedError
	return errors.As(err, &refused)
}

// errHalted says that the other side has stopped the transfer, and will say why.
var errHalted = errors.New("the other side has ended the transfer")

// push writes blocks and the sum.
func (s *sending) push(r io.Reader, from int64, sum hash.Hash, written <-chan int64) error {
	buf := make([]byte, block)
	there := from
	for at := from; at < s.offer.Size; {
		for at-there > window-block {
			n, ok := <-written
			if !ok {
				return errHalted
			}
			there = n
		}
		n, err := io.ReadFull(r, buf[:min(block, s.offer.Size-at)])
		if err != nil {
			return errors.Join(errShort, err)
		}
		sum.Write(buf[:n])
		if _, err := s.call.stream.Write(buf[:n]); err != nil {
			return err
		}
		at += int64(n)
	}
	if n, _ := r.Read(buf[:1]); n > 0 {
		return errors.New("the file has become longer while it was sent")
	}
	_, err := s.call.stream.Write(sum.Sum(nil))
	return err
}

// hear reads how much is written and, at the end, that all is stored. It closes written when nothing more is to be
// sent.
func (s *sending) hear(from int64, written chan int64) error {
	defer close(written)
	last := from
	for b := make([]byte, 8); last < s.offer.Size; {
		if _, err := io.ReadFull(s.call.stream, b); err != nil {
			return err
		}
		if binary.BigEndian.Uint64(b) == halted {
			break
		}
		n, err := parseCount(b, s.offer.Size)
		if err != nil || n <= last {
			return fmt.Errorf("%w: counts in the wrong order", ErrFrame)
		}
		last = n
		s.watchdog.Reset(s.patience)
		if s.progress != nil {
			s.progress(n)
		}
		select {
		case <-written: // the older count is obsolete
		default:
		}
		written <- n
	}
	s.watchdog.Reset(s.patience + hashTime(s.offer.Size)) // a folder is unpacked, everything is flushed
	answer, err := readFrame(s.call.stream, FrameStored, FrameRefuse)
	if err == nil && answer.Kind == FrameRefuse {
		return &RefusedError{string(answer.Body)}
	}
	return err
}
