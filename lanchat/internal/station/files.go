package station

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/depot"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// Files says which files a listening station accepts, and where they go.
type Files struct {
	// Dir is where they go; an empty one means the data directory's own.
	Dir string
	// Accept is the size up to which a file is accepted without asking.
	Accept int64
	// Ask says that somebody can be asked about other files.
	Ask bool
	// Taking, if set, is called when a file begins to arrive, and returns a function to be called when that has ended.
	Taking func() (ended func())
}

// depot returns the place for files that come from paired peers.
func (l *Listening) depot(r Receiver) *depot.Depot {
	d := &depot.Depot{Dir: r.Files.Dir, Inbox: l.Mailbox, Taking: r.Files.Taking}
	if d.Dir == "" {
		d.Dir = l.Directory.Files()
	}
	if err := d.Sweep(time.Now()); err != nil {
		r.Log("%v", err)
	}
	d.Decide = func(ctx context.Context, o lanchat.Offer) error { return l.decide(ctx, o, r) }
	return d
}

// decide decides whether a file is wanted.
func (l *Listening) decide(ctx context.Context, o lanchat.Offer, r Receiver) error {
	name, trusted, err := l.Mailbox.Trusted(ctx, o.Sender)
	switch {
	case err != nil:
		return err
	case !trusted:
		return &lanchat.RefusedError{Why: "the two computers are not paired (lanchat pair, on either side)"}
	case o.Size <= r.Files.Accept:
		return nil
	case !r.Files.Ask:
		return &lanchat.RefusedError{
			Why: fmt.Sprintf("files over %s are refused there (lanchat listen --accept SIZE)", display.Size(r.Files.Accept)),
		}
	}
	if name == "" {
		name = o.Called
	}
	what := fmt.Sprintf("%s, %s", depot.SafeName(o.Name), display.Size(o.Size))
	if o.Folder {
		what = "folder " + what
	}
	yes, err := l.Mailbox.Ask(
		ctx, mailbox.Question{Kind: mailbox.FileQuestion, Name: name, Address: o.Remote.Addr().String(), Detail: what},
		r.Asked,
	)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if !yes {
		return &lanchat.RefusedError{Why: "the person there does not want it, or did not answer"}
	}
	return nil
}
