package report

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// ErrTimeout is why --timeout ends a command.
var ErrTimeout = errors.New("timed out (--timeout)")

// deliveredJSON is what send --json prints.
type deliveredJSON struct {
	ID    string `json:"id"`
	To    string `json:"to"`
	State string `json:"state"`
	File  string `json:"file,omitempty"`
	Size  int64  `json:"size,omitempty"`
}

func Delivered(t *console.Terminal, o *mailbox.Outgoing) error {
	if t.JSON() {
		line, err := display.JSON(deliveredJSON{o.ID.String(), o.Peer, "delivered", o.Path, o.Size})
		if err == nil {
			_, err = t.Out.Write(line)
		}
		return err
	}
	if o.Path != "" {
		t.Notef("OK from %s: %s (%s)", display.Line(o.Peer), display.Line(string(o.Body)), display.Size(o.Size))
		return nil
	}
	t.Notef("OK from %s", display.Line(o.Peer))
	return nil
}

// Undelivered adds to the reason why there was no OK what happens to the message and what can be done.
func Undelivered(ctx context.Context, o *mailbox.Outgoing, err error) error {
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		err = fmt.Errorf("%w (%w)", err, context.Canceled) // a signal
	}
	kept := fmt.Sprintf("it is kept: lanchat outbox retry %s", o.ID)
	var changed *lanchat.ChangedKeyError
	var refused *lanchat.RefusedError
	switch {
	case errors.As(err, &changed):
		kept = "if the peer really has a new key: lanchat peers forget PEER, then lanchat pair PEER; " + kept
	case errors.Is(err, courier.ErrUnpaired):
		kept = "lanchat pair " + display.Line(o.Peer) + ", then lanchat outbox retry " + o.ID.String()
	case errors.Is(err, courier.ErrChanged):
		kept = "send it again; the old one: lanchat outbox drop " + o.ID.String()
	case errors.As(err, &refused):
		kept = "it is kept, and sent again only by lanchat outbox retry " + o.ID.String()
	case errors.Is(err, courier.ErrPinned):
		kept = "send without --plain, or forget the key: lanchat peers forget PEER; " + kept
	case errors.Is(err, courier.ErrUnknown):
		kept = "ask the other side; to send it again: lanchat outbox retry " + o.ID.String()
	case errors.Is(err, syscall.ECONNREFUSED):
		kept = "nothing listens there: start lanchat listen on that side; " + kept
	}
	return console.Errorf(console.Failed, kept, "%w", err)
}
