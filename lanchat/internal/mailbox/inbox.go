package mailbox

import (
	"context"
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/lanchat"
)

// Store implements lanchat.Inbox.
func (b *Mailbox) Store(m *lanchat.Message, stored func(fresh bool, err error)) {
	b.arrivals.add(&arrival{message: m, stored: stored})
}

// Append implements lanchat.Inbox.
func (b *Mailbox) Append(ctx context.Context, m *lanchat.Message, more []byte) error {
	_, err := b.db.NewUpdate().Model((*messageRow)(nil)).
		Set("body = CAST(body || ? AS BLOB)", more).Where("number = ?", m.Number).Exec(ctx)
	if err != nil {
		return fmt.Errorf("append to message: %w", err)
	}
	return nil
}

// After calls f with every stored message whose number is greater than number, oldest first, until f fails.
func (b *Mailbox) After(ctx context.Context, number int64, f func(*lanchat.Message) error) error {
	for {
		q := b.db.Reader.NewSelect().Model((*messageRow)(nil)).Where("number > ? AND NOT removed", number).Order("number")
		rows, err := page(ctx, q, func(r *messageRow) int { return len(r.Body) })
		if err != nil {
			return fmt.Errorf("read inbox: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			if err := f(rows[i].message()); err != nil {
				return err
			}
			number = rows[i].Number
		}
	}
}

// Latest calls f with the stored messages, newest first, until it returns false.
func (b *Mailbox) Latest(ctx context.Context, f func(*lanchat.Message) bool) error {
	before := int64(math.MaxInt64)
	for {
		q := b.db.Reader.NewSelect().Model((*messageRow)(nil)).
			Where("number < ? AND NOT removed", before).OrderExpr("number DESC")
		rows, err := page(ctx, q, func(r *messageRow) int { return len(r.Body) })
		if err != nil {
			return fmt.Errorf("read inbox: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		for i := range rows {
			if !f(rows[i].message()) {
				return nil
			}
			before = rows[i].Number
		}
	}
}

// Since returns a number such that all messages received at or after t have a greater one; that of the last message
// when there are none.
func (b *Mailbox) Since(ctx context.Context, t time.Time) (number int64, err error) {
	err = b.db.Reader.NewSelect().Model((*messageRow)(nil)).
		ColumnExpr("coalesce(min(number) FILTER (WHERE received_at >= ?) - 1, max(number), 0)", t.UnixMicro()).
		Scan(ctx, &number)
	if err != nil {
		return 0, fmt.Errorf("read inbox: %w", err)
	}
	return number, nil
}

// messageRow is a row of the table message.
type messageRow struct {
	bun.BaseModel `bun:"table:message"`

	Number     int64  `bun:"number,pk"`
	ID         []byte `bun:"id"`
	Sender     []byte `bun:"sender"`
	Proved     bool   `bun:"proved"`
	Name       string `bun:"name"`
	Remote     string `bun:"remote"`
	ReplyPort  uint16 `bun:"reply_port"`
	Sequence   int64  `bun:"sequence"`
	Body       []byte `bun:"body"`
	Length     int    `bun:"length,scanonly"`
	ReceivedAt int64  `bun:"received_at"`
	Path       string `bun:"path"`
	Size       int64  `bun:"size"`
	SHA256     []byte `bun:"sha256"`
	Removed    bool   `bun:"removed"`
}

func (r *messageRow) message() *lanchat.Message {
	m := &lanchat.Message{
		Number: r.Number, Proved: r.Proved, Name: r.Name, ReplyPort: r.ReplyPort, Sequence: uint64(r.Sequence), Body: r.Body,
		Received: time.UnixMicro(r.ReceivedAt).UTC(),
	}
	if r.Path != "" {
		m.File = &lanchat.File{Path: r.Path, Size: r.Size}
		copy(m.File.SHA256[:], r.SHA256)
	}
	copy(m.ID[:], r.ID)
	copy(m.Sender[:], r.Sender)
	m.Remote, _ = netip.ParseAddrPort(r.Remote) // written by insert
	return m
}
