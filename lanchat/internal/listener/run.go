package listener

import (
	"context"
	"errors"
	"os"
	"syscall"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

// ErrOnce ends a listener that has received its one message.
var ErrOnce = errors.New("received a message")

// Run receives until ctx is done, and shows every message, unless show is nil. It cancels ctx when show fails or
// nobody reads the output.
func Run(
	ctx context.Context, cancel context.CancelCauseFunc, t *console.Terminal, l *station.Listening, files station.Files,
	show func(*lanchat.Message) error, inbox lanchat.Inbox,
) error {
	defer watchOutput(os.Stdout, cancel)()
	asker := newAsker(ctx, t, l.Mailbox)
	files.Ask = asker.interactive
	r := station.Receiver{
		Paired: func(p lanchat.Pairing) {
			if text := report.PairingText(p); text != "" {
				t.Warnf("%s", text)
			}
		},
		Asked: asker.ask, Files: files, Log: t.Warnf, Inbox: inbox,
	}
	if show != nil {
		q := newQueue(ctx, func(m *lanchat.Message) {
			if err := show(m); err != nil {
				cancel(err)
			}
		})
		defer q.close()
		r.Received = q.put
	}
	return l.Serve(ctx, r)
}

// Ending returns the error with which a listener whose ctx is done ends: nil, or the reason for its exit code.
func Ending(ctx context.Context, err error) error {
	switch cause := context.Cause(ctx); {
	case err != nil:
		return err
	case errors.Is(cause, ErrOnce), errors.Is(cause, errUnread), console.Signal(ctx) == syscall.SIGTERM:
		return nil
	default:
		return cause
	}
}
