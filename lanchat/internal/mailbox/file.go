package mailbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// File returns the message of a file that has arrived, or nil.
func (b *Mailbox) File(ctx context.Context, sender lanchat.Key, id lanchat.ID) (*lanchat.Message, error) {
	var row messageRow
	err := b.db.Reader.NewSelect().Model(&row).
		Where("sender = ? AND id = ? AND sender IS NOT NULL", sender[:], id[:]).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read inbox: %w", err)
	}
	return row.message(), nil
}

// StoreFile makes the message of a file that has arrived durable, and numbers it.
func (b *Mailbox) StoreFile(ctx context.Context, m *lanchat.Message) error {
	row := messageRow{
		ID: m.ID[:], Sender: m.Sender[:], Proved: m.Proved, Name: m.Name, Remote: m.Remote.String(), ReplyPort: m.ReplyPort,
		Sequence: int64(m.Sequence), Body: m.Body, ReceivedAt: m.Received.UnixMicro(),
		Path: m.File.Path, Size: m.File.Size, SHA256: m.File.SHA256[:],
	}
	if _, err := b.db.NewInsert().Model(&row).ExcludeColumn("number").Returning("number").Exec(ctx); err != nil {
		return fmt.Errorf("store message: %w", err)
	}
	m.Number = row.Number
	return nil
}

// EnqueueFile puts a file for peer into the outbox. One that waits for the same peer already, and has not been changed
// since, is not put there twice: what has arrived of it is not sent again.
func (b *Mailbox) EnqueueFile(ctx context.Context, o *Outgoing) error {
	var row outgoingRow
	err := b.db.NewSelect().Model(&row).
		Where("peer = ? AND path = ? AND size = ? AND modified = ?", o.Peer, o.Path, o.Size, o.Modified.UnixMicro()).
		OrderExpr("number DESC").Limit(1).Scan(ctx)
	if err == nil {
		*o = *row.outgoing()
		if o.Refused {
			_, err = b.db.NewUpdate().Model((*outgoingRow)(nil)).Set("refused = 0").Where("number = ?", o.Number).Exec(ctx)
			o.Refused = false
		}
	}
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	o.ID, o.State, o.Queued = lanchat.NewID(), Queued, time.Now().UTC()
	row = outgoingRow{
		ID: o.ID[:], Peer: o.Peer, Mode: string(o.Mode), Body: o.Body, State: string(Queued), QueuedAt: o.Queued.UnixMicro(),
		Path: o.Path, Size: o.Size, Modified: o.Modified.UnixMicro(),
	}
	if _, err := b.db.NewInsert().Model(&row).ExcludeColumn("number").Returning("number").Exec(ctx); err != nil {
		return fmt.Errorf("queue file: %w", err)
	}
	o.Number = row.Number
	return nil
}

// Refuse gives a claimed file back that the other side does not want.
func (b *Mailbox) Refuse(ctx context.Context, o *Outgoing, why string) error {
	_, err := b.db.NewUpdate().Model((*outgoingRow)(nil)).
		Set("state = ?, claim = '', risky = 0, refused = 1, failure = ?", Queued, why).Where("number = ?", o.Number).Exec(ctx)
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}
