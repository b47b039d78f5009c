package lanchat

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// stream is a connection as the conversation sees it: TCP, or TLS over it.
type stream interface {
	io.ReadWriter
	CloseWrite() error
}

// dialogue receives one message from s, whose first bytes are start.
func (c *connection) dialogue(s stream, start []byte) (*Message, error) {
	text, kind, err := c.receive(s, start)
	if err != nil {
		return nil, err
	}
	switch kind {
	case TLS:
		return c.secure(text)
	case Framed:
		return c.framed(s, text)
	default:
		return c.settle(s, &Message{ID: NewID(), Body: append([]byte(nil), text...), Sender: c.sender})
	}
}

// receive reads on until the kind of the conversation is known and, but for TLS, the message is complete. The slice
// that it returns may share text's array.
func (c *connection) receive(s stream, text []byte) ([]byte, Kind, error) {
	total := time.Now().Add(whole)
	for {
		kind := Sniff(text)
		limit, missing := total, 0
		switch kind {
		case TLS:
			return text, kind, nil
		case Framed:
			size, err := parseHeader(text)
			if err != nil {
				return nil, kind, err
			}
			if missing = size - len(text); missing <= 0 {
				return text[:size], kind, nil
			}
		default:
			silence := quiet
			if kind == Plain {
				silence = Silence(text)
			}
			if silence == 0 {
				return text, Plain, nil
			}
			limit = earlier(total, time.Now().Add(silence))
		}
		var err error
		if text, err = c.room(text, missing); err != nil {
			return nil, kind, err
		}
		c.readBy(limit)
		n, err := s.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case n > 0:
		case kind == Framed:
			return nil, kind, fmt.Errorf("a frame was cut off: %w", err)
		case errors.Is(err, io.EOF):
			return text, Plain, nil
		case errors.Is(err, os.ErrDeadlineExceeded) && limit != total && !time.Now().Before(limit):
			if c.arrived() {
				continue
			}
			return text, Plain, nil
		default:
			return nil, kind, fmt.Errorf("a text was cut off: %w", err)
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// room returns text with capacity for missing more bytes, or for some if that is unknown.
func (c *connection) room(text []byte, missing int) ([]byte, error) {
	if len(text) < cap(text) && cap(text)-len(text) >= missing {
		return text, nil
	}
	if len(text) > MaxText+headerSize+maxName+checksum {
		return nil, fmt.Errorf("a text is longer than %d bytes", MaxText)
	}
	const least = 16 << 10
	size := len(text) + missing
	if missing == 0 {
		size = max(2*cap(text), least)
	}
	if err := c.bounds.Reserve(c.remote.Addr(), size-c.held); err != nil {
		return nil, err
	}
	c.held = size
	return append(make([]byte, 0, size), text...), nil
}

// settle stores m, answers OK, and takes what its sender adds after that.
func (c *connection) settle(s stream, m *Message) (*Message, error) {
	if TextLength(m.Body) > MaxText {
		return nil, fmt.Errorf("a text is longer than %d bytes", MaxText)
	}
	m.Received, m.Remote, m.Proved = now(), c.remote, !c.sender.IsZero()
	fresh, err := c.store(m)
	if err != nil {
		return nil, fmt.Errorf("message not stored: %w", err)
	}
	c.say(s)
	return c.finish(s, m, fresh, nil)
}

// now returns the time in the precision of messages.
func now() time.Time { return time.Now().Truncate(time.Microsecond) }

// store returns when the inbox has stored m, or failed to.
func (s *service) store(m *Message) (fresh bool, err error) {
	dealtWith := make(chan struct{})
	s.Inbox.Store(m, func(f bool, e error) {
		fresh, err = f, e
		close(dealtWith)
	})
	<-dealtWith
	return fresh, err
}

// finish takes what the sender adds to m after the answer; more is the part that has come already. It returns m if it
// was fresh.
func (c *connection) finish(s stream, m *Message, fresh bool, more []byte) (*Message, error) {
	more = c.drain(s, more)
	if m.Framed() || len(more) == 0 {
		more = nil
	} else if err := c.Inbox.Append(c.storing, m, more); err != nil {
		c.log("%s: %d late bytes not stored: %v", c.remote, len(more), err)
	} else {
		m.Body = append(m.Body, more...)
	}
	if !fresh {
		return nil, nil
	}
	return m, nil
}

// drain reads until the client has ended its half of the connection, so that no unread byte turns the answer into a
// reset. It returns more and what was read after it.
func (c *connection) drain(s stream, more []byte) []byte {
	const large, moment = 16 << 10, 50 * time.Millisecond
	c.readBy(time.Now().Add(draining))
	buf, late := c.first[:], false
	for {
		n, err := s.Read(buf)
		if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) && !late && c.arrived() {
			late = true
			c.readBy(time.Now().Add(moment))
			continue
		}
		if err != nil || len(more)+n > MaxText || c.bounds.Reserve(c.remote.Addr(), n) != nil {
			return append(more, buf[:n]...)
		}
		c.held += n
		more = append(more, buf[:n]...)
		if n == len(buf) && n < large {
			buf = make([]byte, large)
		}
	}
}

// end ends a conversation without a message.
func (c *connection) end(s stream) {
	_ = s.CloseWrite()
	_ = c.drain(s, nil)
}

// framed handles a complete frame.
func (c *connection) framed(s stream, wire []byte) (*Message, error) {
	var f Frame
	if err := f.UnmarshalBinary(wire); err != nil {
		return nil, err
	}
	if !c.sender.IsZero() && f.Sender != c.sender {
		return nil, errors.New("the sender of a frame is not that of the TLS handshake")
	}
	switch f.Kind {
	case FrameText:
		return c.settle(s, &Message{
			ID: f.ID, Body: append([]byte(nil), f.Body...), Sender: f.Sender, Name: f.Name, Sequence: f.Sequence,
			ReplyPort: f.ReplyPort,
		})
	case FrameHello:
		defer c.end(s)
		var body []byte
		if c.Depot != nil {
			body = []byte(takesFiles)
		}
		return nil, errors.Join(errDone, c.send(s, FrameHello, body))
	case FrameOffer:
		return c.receiveFile(s, &f)
	case FrameCommit:
		defer c.end(s)
		return nil, errors.Join(errDone, c.answerPairing(s, &f))
	default:
		return nil, fmt.Errorf("%w: unexpected kind %d", ErrFrame, f.Kind)
	}
}

// send writes a frame of the server's own.
func (c *connection) send(s stream, kind FrameKind, body []byte) error {
	f := Frame{Kind: kind, Name: c.Name, ReplyPort: c.ReplyPort, Sequence: 1, Body: body}
	if c.Identity != nil {
		f.Sender = c.Identity.Key()
	}
	wire, err := f.AppendBinary(nil)
	if err != nil {
		return err
	}
	_, err = s.Write(wire)
	return err
}

// secure answers a TLS handshake, whose first bytes are start, and continues inside TLS.
func (c *connection) secure(start []byte) (*Message, error) {
	if c.tls == nil || !c.sender.IsZero() {
		return nil, errors.New("TLS is not spoken here")
	}
	c.phase.Store(waiting)
	inner := tls.Server(&replayed{TCPConn: c.tcp, start: append([]byte(nil), start...)}, c.tls)
	_ = c.tcp.SetWriteDeadline(time.Now().Add(firstByte))
	c.readBy(time.Now().Add(firstByte))
	if err := inner.Handshake(); err != nil {
		return nil, fmt.Errorf("TLS handshake: %w", err)
	}
	sender, err := peerKey(inner.ConnectionState())
	if err != nil {
		return nil, err
	}
	c.sender = sender
	c.readBy(time.Now().Add(firstByte))
	n, err := inner.Read(c.first[:])
	if n == 0 {
		return nil, errors.Join(errEmpty, err)
	}
	c.phase.Store(receiving)
	_ = c.tcp.SetWriteDeadline(time.Now().Add(whole))
	return c.dialogue(inner, c.first[:n])
}
