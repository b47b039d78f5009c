package mailbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/lanchat"
)

// Draft returns what was being typed in a conversation, or "".
func (b *Mailbox) Draft(ctx context.Context, peer string) (string, error) {
	var text string
	err := b.db.Reader.NewRaw("SELECT text FROM draft WHERE peer = ?", peer).Scan(ctx, &text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read draft: %w", err)
	}
	return text, nil
}

// KeepDraft keeps what is being typed in a conversation; an empty text forgets it.
func (b *Mailbox) KeepDraft(ctx context.Context, peer, text string) error {
	var err error
	if text == "" {
		err = forgetDraft(ctx, b.db, peer)
	} else {
		_, err = b.db.ExecContext(ctx, "INSERT INTO draft (peer, text) VALUES (?, ?) ON CONFLICT (peer) DO UPDATE SET text = excluded.text", peer, text)
	}
	if err != nil {
		return fmt.Errorf("keep draft: %w", err)
	}
	return nil
}

func forgetDraft(ctx context.Context, db bun.IDB, peer string) error {
	_, err := db.ExecContext(ctx, "DELETE FROM draft WHERE peer = ?", peer)
	return err
}

// EnqueueDraft is Enqueue for the text that was being typed in a conversation: it is in the outbox, or a draft,
// and never both.
func (b *Mailbox) EnqueueDraft(ctx context.Context, peer string, body []byte, conversation string) (*Outgoing, error) {
	o := &Outgoing{ID: lanchat.NewID(), Peer: peer, Body: body, State: Queued, Queued: time.Now().UTC()}
	err := b.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		row := outgoingRow{ID: o.ID[:], Peer: peer, Body: body, State: string(Queued), QueuedAt: o.Queued.UnixMicro()}
		if _, err := tx.NewInsert().Model(&row).ExcludeColumn("number").Returning("number").Exec(ctx); err != nil {
			return err
		}
		o.Number = row.Number
		return forgetDraft(ctx, tx, conversation)
	})
	if err != nil {
		return nil, fmt.Errorf("queue message: %w", err)
	}
	return o, nil
}
