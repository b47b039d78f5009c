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
		_, err = b.db.ExecContext(
			ctx, "INSERT INTO draft (peer, text) VALUES (?, ?) ON CONFLICT (peer) DO UPDATE SET text = excluded.text", peer,
			text,
		)
	}
	if err != nil {
		return fmt.Errorf("keep draft: %w", err)
	}
	return nil
}

// Read returns up to which number the messages of each conversation were seen; under "" what counts as seen in all of
// them, which is all that had come before it was counted.
func (b *Mailbox) Read(ctx context.Context) (map[string]int64, error) {
	_, err := b.db.ExecContext(
		ctx,
		`INSERT INTO reading (peer, number) SELECT '', COALESCE(MAX(number), 0) FROM message WHERE true
		ON CONFLICT (peer) DO NOTHING`,
	)
	if err != nil {
		return nil, fmt.Errorf("what was read: %w", err)
	}
	var rows []struct {
		Peer   string
		Number int64
	}
	if err := b.db.Reader.NewRaw("SELECT peer, number FROM reading").Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("what was read: %w", err)
	}
	read := make(map[string]int64, len(rows))
	for _, r := range rows {
		read[r.Peer] = r.Number
	}
	return read, nil
}

// MarkRead notes that the messages of a conversation were seen up to a number.
func (b *Mailbox) MarkRead(ctx context.Context, peer string, number int64) error {
	_, err := b.db.ExecContext(ctx, `INSERT INTO reading (peer, number) VALUES (?, ?)
		ON CONFLICT (peer) DO UPDATE SET number = MAX(number, excluded.number)`, peer, number)
	if err != nil {
		return fmt.Errorf("what was read: %w", err)
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
