package lanchat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"
)

// Route is how a peer is reached.
type Route struct {
	// Address is HOST:PORT or [IPv6%zone]:PORT.
	Address string
	// Frames says that the peer understands frames.
	Frames bool
	// Secure asks for TLS, with frames inside.
	Secure bool
	// Pin is the key that the peer has to show; with a zero Pin any key will do. A Pin implies Secure.
	Pin Pin
	// Elsewhere, if set, is called for another address of the peer if Address does not answer within a moment, or if
	// another key answers there. The first connection that is established is used.
	Elsewhere func(ctx context.Context) (string, error)
	// Moved, if set, is called with the address that Elsewhere has returned once the peer is reached there.
	Moved func(address string)
}

// Post is one message to be sent, the same at every attempt.
type Post struct {
	ID       ID
	Sequence uint64 // from 1
	Body     []byte // not empty
}

// SendError says why there was no OK.
type SendError struct {
	// Address is where the message was to go.
	Address string
	// Reached says that the message may have arrived nevertheless: if it is sent again, a plain peer may get it twice.
	Reached bool
	// Err is the reason.
	Err error
}

// Error names the address and the reason.
func (e *SendError) Error() string { return fmt.Sprintf("no OK from %s: %v", e.Address, e.Err) }

// Unwrap returns the reason.
func (e *SendError) Unwrap() error { return e.Err }

// ErrNoAnswer says that a peer ended the connection without an answer.
var ErrNoAnswer = errors.New("it closed the connection without an answer")

// Client sends messages. It is safe for concurrent use.
type Client struct {
	// Identity is who the client is in frames and in TLS; required for both.
	Identity *Identity
	// Name is what the client calls itself in frames.
	Name string
	// ReplyPort is where it listens itself, or 0.
	ReplyPort uint16
}

// Send delivers p over one connection, and returns nil only after the peer's OK. It returns the peer's key when the
// peer has proved one. Every failure is a *SendError.
func (c *Client) Send(ctx context.Context, to Route, p Post) (Key, error) {
	call, err := c.dial(ctx, to)
	if err != nil {
		return Key{}, &SendError{Address: to.Address, Err: err}
	}
	defer call.close()
	n, err := c.put(call, to, p)
	if err == nil {
		err = readAnswer(call)
	}
	if err != nil {
		return call.peer, &SendError{Address: to.Address, Reached: n > 0, Err: cause(ctx, err)}
	}
	return call.peer, nil
}

// put writes the message in the form that the peer reads, and returns how many bytes were sent.
func (c *Client) put(call *call, to Route, p Post) (int, error) {
	if to.Frames || call.secure() {
		f := Frame{
			Kind: FrameText, ReplyPort: c.ReplyPort, Sequence: p.Sequence, Sender: c.Identity.Key(), ID: p.ID, Name: c.Name,
			Body: p.Body,
		}
		wire, err := f.AppendBinary(nil)
		if err != nil {
			return 0, err
		}
		// No half-close: the server closes first and keeps the TIME_WAIT, or the client would run out of ports.
		return call.stream.Write(wire)
	}
	line := p.Body
	if (len(line) == 0 || line[len(line)-1] != '\n') && len(line) < MaxText {
		// Many readers expect lines. The longest text has no room for one more byte: the end of the connection ends it.
		line = append(line[:len(line):len(line)], '\n')
	}
	n, err := call.stream.Write(line)
	if err != nil {
		return n, err
	}
	return n, call.stream.CloseWrite()
}

// Hello asks who listens at an address, and stores nothing there.
func (c *Client) Hello(ctx context.Context, to Route) (*Frame, error) {
	call, err := c.dial(ctx, to)
	if err != nil {
		return nil, err
	}
	defer call.close()
	if err := c.write(call, FrameHello, nil); err != nil {
		return nil, cause(ctx, err)
	}
	reply, err := readFrame(call.stream, FrameHello)
	return reply, cause(ctx, err)
}

// write sends a frame that is not a message.
func (c *Client) write(call *call, kind FrameKind, body []byte) error {
	f := Frame{Kind: kind, ReplyPort: c.ReplyPort, Sequence: 1, Name: c.Name, Body: body}
	if c.Identity != nil {
		f.Sender = c.Identity.Key()
	}
	wire, err := f.AppendBinary(nil)
	if err != nil {
		return err
	}
	_, err = call.stream.Write(wire)
	return err
}

// call is an open connection to a peer. When its context ends, so does any operation on it.
type call struct {
	tcp    net.Conn
	stream stream
	peer   Key // proved by TLS
	unhook func() bool
}

func (c *Client) dial(ctx context.Context, to Route) (*call, error) {
	tcp, at, err := to.connect(ctx)
	if err != nil {
		return nil, err
	}
	result, err := c.greet(ctx, to, tcp)
	var changed *ChangedKeyError
	if errors.As(err, &changed) && at == to.Address && to.Elsewhere != nil {
		// Another computer has the address now; the peer may have another one.
		other, lookup := to.Elsewhere(ctx)
		if lookup != nil || other == to.Address {
			return nil, err
		}
		if tcp, lookup = dialTCP(ctx, other); lookup != nil {
			return nil, err
		}
		at = other
		result, err = c.greet(ctx, to, tcp)
	}
	if err == nil && at != to.Address && to.Moved != nil {
		to.Moved(at)
	}
	return result, err
}

// greet turns a connection into a call, with TLS if the route says so.
func (c *Client) greet(ctx context.Context, to Route, tcp net.Conn) (*call, error) {
	result := &call{tcp: tcp, stream: tcp.(*net.TCPConn)}
	result.unhook = context.AfterFunc(ctx, func() { _ = tcp.SetDeadline(time.Unix(1, 0)) })
	if !to.Secure && to.Pin.IsZero() {
		return result, nil
	}
	inner := tls.Client(tcp, c.Identity.clientConfig(to.Pin))
	if err := inner.HandshakeContext(ctx); err != nil {
		result.close()
		return nil, cause(ctx, err)
	}
	result.stream = inner
	var err error
	if result.peer, err = peerKey(inner.ConnectionState()); err != nil {
		result.close()
		return nil, err
	}
	return result, nil
}

func (c *call) secure() bool { return !c.peer.IsZero() }

func (c *call) close() {
	c.unhook()
	_ = c.tcp.Close()
}

func (c *call) remote() netip.AddrPort {
	at := c.tcp.RemoteAddr().(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// cause returns the reason why ctx ended instead of its effect on the network, and the bare error of a failed system
// call.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var call *os.SyscallError
	var name *net.DNSError
	switch {
	case errors.As(err, &call):
		return call.Err
	case errors.As(err, &name):
		return &NameError{Host: name.Name, Unknown: name.IsNotFound}
	}
	return err
}

// NameError says that a host name could not be resolved.
type NameError struct {
	Host string
	// Unknown says that there is no such name; otherwise the lookup itself failed.
	Unknown bool
}

// Error names the host.
func (e *NameError) Error() string {
	if e.Unknown {
		return fmt.Sprintf("unknown host %q", e.Host)
	}
	return fmt.Sprintf("cannot look up the name %q", e.Host)
}

// readAnswer reads OK, alone or with a line ending, in however many segments it comes. It does not wait for the peer to
// close the connection.
func readAnswer(c *call) error {
	const stays = 250 * time.Millisecond
	var text []byte
	buf := make([]byte, 64)
	for {
		n, err := c.stream.Read(buf)
		text = append(text, buf[:n]...)
		said := string(text)
		switch {
		case strings.HasPrefix(said, answer) && strings.HasPrefix(answer+"\r\n", said), said == answer+"\n":
			if err != nil {
				return nil // whatever happens to the connection afterwards
			}
			_ = c.tcp.SetReadDeadline(time.Now().Add(stays))
		case !strings.HasPrefix(answer, said):
			return fmt.Errorf("it answered %.32q", said)
		case errors.Is(err, io.EOF):
			return ErrNoAnswer
		case err != nil:
			return err
		}
	}
}
