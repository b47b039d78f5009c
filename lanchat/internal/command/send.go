package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func sendCommand() *cli.Command {
	return &cli.Command{
		Name:      "send",
		Usage:     "send one message and wait for the OK",
		ArgsUsage: "PEER [MESSAGE|-]",
		Description: "PEER is HOST, HOST:PORT, [IPv6%zone]:PORT, or the name of a peer. Without MESSAGE, or with -, the message is read from " +
			"standard input. Without OK the exit code is 1 and the message stays in the outbox.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "plain", Usage: "send plain text, also to a peer that understands more"},
			&cli.BoolFlag{Name: "secure", Usage: "send through TLS, and remember the peer's key"},
			&cli.DurationFlag{Name: "timeout", Value: 30 * time.Second, Usage: "give up after `TIME`"},
			&cli.BoolFlag{Name: "wait", Usage: "try again until there is an OK or the time is over"},
		},
		Action: send,
	}
}

func send(c *cli.Context) error {
	words := c.Args().Slice()
	mode := mailbox.Auto
	switch {
	case c.Bool("plain") && c.Bool("secure"):
		return console.Errorf(console.Usage, "choose one", "--plain and --secure exclude each other")
	case c.Bool("plain"):
		mode = mailbox.Plain
	case c.Bool("secure"):
		mode = mailbox.Secure
	}
	if err := checkPeer(words[0]); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(c.Context, c.Duration("timeout"), errTimeout)
	defer cancel()
	body, err := readMessage(ctx, words[1:], console.From(c).In)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		peer, _, err := s.Resolve(ctx, words[0])
		if err != nil {
			return peerError(err)
		}
		o, err := s.Mailbox.Enqueue(ctx, peer, mode, body)
		if err != nil {
			return err
		}
		deliver := s.Courier.Deliver
		if c.Bool("wait") {
			deliver = s.Courier.Persist
		}
		if err := deliver(ctx, o); err != nil {
			return sendError(ctx, o, err)
		}
		return delivered(console.From(c), o)
	})
}

// errTimeout is why --timeout ends a command.
var errTimeout = errors.New("the time is over (--timeout)")

// checkPeer refuses what can be no peer.
func checkPeer(peer string) error {
	_, err := lanchat.ParseAddress(peer)
	return peerError(err)
}

// readMessage returns the message in words, or the one on standard input.
func readMessage(ctx context.Context, words []string, in io.Reader) ([]byte, error) {
	var body []byte
	if len(words) == 1 && words[0] != "-" {
		body = []byte(words[0])
	} else {
		type result struct {
			body []byte
			err  error
		}
		read := make(chan result, 1)
		go func() {
			body, err := io.ReadAll(io.LimitReader(in, lanchat.MaxText+3))
			read <- result{body, err}
		}()
		select {
		case r := <-read:
			if r.err != nil {
				return nil, fmt.Errorf("read the message: %w", r.err)
			}
			body = r.body
		case <-ctx.Done():
			return nil, fmt.Errorf("read the message: %w", context.Cause(ctx))
		}
	}
	switch {
	case len(body) == 0:
		return nil, console.Errorf(console.Usage, "an empty text is no message", "nothing to send")
	case lanchat.TextLength(body) > lanchat.MaxText:
		return nil, console.Errorf(console.Usage, "send it in parts", "the message is longer than %d bytes", lanchat.MaxText)
	}
	return body, nil
}

// deliveredJSON is what send --json prints.
type deliveredJSON struct {
	ID    string `json:"id"`
	To    string `json:"to"`
	State string `json:"state"`
}

func delivered(t *console.Terminal, o *mailbox.Outgoing) error {
	if t.JSON() {
		line, err := display.JSON(deliveredJSON{o.ID.String(), o.Peer, "delivered"})
		if err == nil {
			_, err = t.Out.Write(line)
		}
		return err
	}
	t.Notef("OK from %s", display.Line(o.Peer))
	return nil
}

// sendError adds to the reason why there was no OK what became of the message and what can be done.
func sendError(ctx context.Context, o *mailbox.Outgoing, err error) error {
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		err = fmt.Errorf("%w (%w)", err, context.Canceled) // a signal
	}
	kept := fmt.Sprintf("it is kept: lanchat outbox retry %s", o.ID)
	var changed *lanchat.ChangedKeyError
	switch {
	case errors.As(err, &changed):
		kept = "if the peer really has a new key: lanchat peers forget PEER, then lanchat pair PEER; " + kept
	case errors.Is(err, courier.ErrPinned):
		kept = "send without --plain, or forget the key: lanchat peers forget PEER; " + kept
	case errors.Is(err, courier.ErrUnknown):
		kept = "ask the other side; to send it again: lanchat outbox retry " + o.ID.String()
	case errors.Is(err, syscall.ECONNREFUSED):
		kept = "nobody listens there: start lanchat listen on that side; " + kept
	}
	return console.Errorf(console.Failed, kept, "%w", err)
}

// peerError says what to do about a word that leads to no peer.
func peerError(err error) error {
	var ambiguous *mailbox.AmbiguousError
	var bad *lanchat.AddressError
	switch {
	case errors.As(err, &bad):
		return console.Errorf(console.Usage, bad.Hint, "%w", err)
	case errors.Is(err, mailbox.ErrNotFound):
		return console.Errorf(console.NotFound, "give HOST[:PORT] (the port is "+lanchat.DefaultPort+
			" unless that side chose another), or a name that lanchat peers shows", "%w", err)
	case errors.As(err, &ambiguous):
		return console.Errorf(console.Failed, "give the address; a peer that should not have the name: lanchat peers forget ADDRESS", "%w", err)
	}
	return err
}
