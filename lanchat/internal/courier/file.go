package courier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/source"
)

// Errors that say why a file is not sent again, unless the user says so.
var (
	ErrUnpaired = errors.New("files go only to a peer that this computer has paired with")
	ErrChanged  = errors.New("the file was changed after it was queued")
)

// Final reports whether a file is not sent again without the user's doing: the other side does not want it, or it has
// changed or gone.
func Final(err error) bool {
	var refused *lanchat.RefusedError
	return errors.As(err, &refused) || errors.Is(err, ErrChanged) || errors.Is(err, ErrUnpaired)
}

// sendFile sends one file to its peer.
func (c *Courier) sendFile(ctx context.Context, o *mailbox.Outgoing, peer *mailbox.Peer) error {
	if !peer.Pinned {
		return fmt.Errorf("%s: %w", o.Peer, ErrUnpaired)
	}
	content, err := unchanged(o)
	if err != nil {
		return err
	}
	route := c.route(peer, o.Peer)
	at := peer.Address
	route.Moved = func(address string) { at = address }
	patience := c.Patience
	if patience == 0 {
		patience = 30 * time.Second
	}
	offer := lanchat.Offer{
		ID: o.ID, Sequence: uint64(o.Number), Name: content.Name, Size: content.Size, Folder: content.Folder,
	}
	key, err := c.Client.SendFile(ctx, route, offer, content, patience, func(written int64) {
		if c.Progress != nil {
			c.Progress(o, written)
		}
	})
	if err != nil {
		return err
	}
	kept := context.WithoutCancel(ctx)
	return errors.Join(c.Mailbox.Deliver(kept, o, at), c.remember(kept, peer, at, key))
}

// unchanged opens a queued file, which must not have changed since.
func unchanged(o *mailbox.Outgoing) (*source.Source, error) {
	content, err := source.Open(o.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s is not there any more", ErrChanged, o.Path)
	}
	if err != nil {
		return nil, err
	}
	if content.Size != o.Size || !content.Folder && !content.Modified.Equal(o.Modified) {
		return nil, fmt.Errorf("%w: %s", ErrChanged, o.Path)
	}
	return content, nil
}

// Outgoing returns the outbox entry for a file that is sent to a peer.
func Outgoing(queue string, f *source.Source) *mailbox.Outgoing {
	return &mailbox.Outgoing{
		Peer: queue, Mode: mailbox.Secure, Body: []byte(f.Name), Path: f.Path, Size: f.Size, Modified: f.Modified,
	}
}
