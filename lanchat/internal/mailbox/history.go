package mailbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/lanchat"
)

// Line is one message of the conversation so far; one of the two is set.
type Line struct {
	Received *lanchat.Message
	Sent     *Outgoing // Delivered, or still in the outbox
	// Length is that of the whole body, in bytes, where Last has read only its beginning.
	Length int
}

// at is the time by which lines are ordered.
func (l *Line) at() time.Time {
	if l.Received != nil {
		return l.Received.Received
	}
	return l.Sent.Queued
}

// Last returns the last n messages, received and sent, oldest first, of each body at most so many bytes: n times the
// longest text would be gigabytes.
func (b *Mailbox) Last(ctx context.Context, n, bytes int) ([]Line, error) {
	var received []messageRow
	var sent []sentRow
	var waiting []outgoingRow
	for _, rows := range []any{&received, &sent, &waiting} {
		q := b.db.Reader.NewSelect().Model(rows).ExcludeColumn("body").
			ColumnExpr("substr(body, 1, ?) AS body, length(body) AS length", bytes).
			OrderExpr("number DESC").Limit(int64(n))
		if rows == any(&received) {
			q = q.Where("NOT removed")
		}
		if err := q.Scan(ctx); err != nil {
			return nil, fmt.Errorf("read history: %w", err)
		}
	}
	var lines []Line
	for i := range received {
		lines = append(lines, Line{Received: received[i].message(), Length: received[i].Length})
	}
	for i := range sent {
		lines = append(lines, Line{Sent: sent[i].outgoing(), Length: sent[i].Length})
	}
	for i := range waiting {
		lines = append(lines, Line{Sent: waiting[i].outgoing(), Length: waiting[i].Length})
	}
	return InOrder(lines)[max(0, len(lines)-n):], nil
}

// InOrder sorts lines by their time, oldest first, and returns them.
func InOrder(lines []Line) []Line {
	slices.SortStableFunc(lines, func(a, b Line) int { return a.at().Compare(b.at()) })
	return lines
}

// Deliver moves a message from the outbox to the history: it got its OK from the peer at address.
func (b *Mailbox) Deliver(ctx context.Context, o *Outgoing, address string) error {
	err := b.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sent (number, id, peer, body, path, size, queued_at, delivered_at)
			SELECT number, id, peer, body, path, size, queued_at, ? FROM outgoing WHERE number = ?`,
			time.Now().UnixMicro(), o.Number)
		if err != nil {
			return err
		}
		if err := saw(ctx, tx, address); err != nil {
			return err
		}
		return remove(ctx, tx, o)
	})
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// sentRow is a row of the table sent.
type sentRow struct {
	bun.BaseModel `bun:"table:sent"`

	Number      int64  `bun:"number,pk"`
	ID          []byte `bun:"id"`
	Peer        string `bun:"peer"`
	Body        []byte `bun:"body"`
	Length      int    `bun:"length,scanonly"`
	QueuedAt    int64  `bun:"queued_at"`
	DeliveredAt int64  `bun:"delivered_at"`
	Path        string `bun:"path"`
	Size        int64  `bun:"size"`
}

func (r *sentRow) outgoing() *Outgoing {
	o := &Outgoing{
		Number: r.Number, Peer: r.Peer, Body: r.Body, State: Delivered, Queued: time.UnixMicro(r.QueuedAt).UTC(),
		Path: r.Path, Size: r.Size,
	}
	copy(o.ID[:], r.ID)
	return o
}
