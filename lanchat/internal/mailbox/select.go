package mailbox

import (
	"context"
	"fmt"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// RemoveReceived removes a message from the inbox, or returns ErrNotFound. A file that came with it stays where it is.
func (b *Mailbox) RemoveReceived(ctx context.Context, id lanchat.ID) error {
	result, err := b.db.NewUpdate().Model((*messageRow)(nil)).Set(emptied).Where("id = ? AND NOT removed", id[:]).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove message: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("message %s in the inbox: %w", id, ErrNotFound)
	}
	return nil
}

// emptied leaves of a message only what is needed to recognise a repeated frame.
const emptied = "removed = 1, body = x'', name = '', path = '', sha256 = NULL"

// Prune removes the messages that were received before a time, and returns how many.
func (b *Mailbox) Prune(ctx context.Context, before time.Time) (int64, error) {
	result, err := b.db.NewUpdate().Model((*messageRow)(nil)).Set(emptied).
		Where("received_at < ? AND NOT removed", before.UnixMicro()).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("prune inbox: %w", err)
	}
	return result.RowsAffected()
}

// Sent calls f with every message that got its OK, oldest first, until f fails.
func (b *Mailbox) Sent(ctx context.Context, f func(*Outgoing, time.Time) error) error {
	var number int64
	for {
		q := b.db.Reader.NewSelect().Model((*sentRow)(nil)).Where("number > ?", number).Order("number")
		rows, err := page(ctx, q, func(r *sentRow) int { return len(r.Body) })
		if err != nil {
			return fmt.Errorf("read history: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			if err := f(rows[i].outgoing(), time.UnixMicro(rows[i].DeliveredAt).UTC()); err != nil {
				return err
			}
			number = rows[i].Number
		}
	}
}
