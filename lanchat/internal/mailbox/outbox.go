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

// State is how far an outgoing message has come. A message that got its OK is no longer in the outbox, but in the
// history.
type State string

// The states of outgoing messages.
const (
	Queued    State = "queued"    // it has not arrived; it can be sent again without harm
	Sending   State = "sending"   // a process is sending it
	Unknown   State = "unknown"   // it was sent as plain text and its OK never came: it may have arrived
	Delivered State = "delivered" // it got its OK
)

// Mode is how the user wants a message sent.
type Mode string

// The modes.
const (
	Auto   Mode = ""
	Plain  Mode = "plain"
	Secure Mode = "secure"
)

// Outgoing is a message of the user's own.
type Outgoing struct {
	Number  int64
	ID      lanchat.ID
	Peer    string // as the user named it
	Mode    Mode
	Body    []byte
	State   State
	Failure string // why the last attempt failed
	Queued  time.Time
	// Path is the absolute path of the file that is to be sent, or empty: then the Body is a text, else it is the
	// file's name.
	Path     string
	Size     int64     // of the file
	Modified time.Time // when the file was changed before it was queued
	Refused  bool      // the other side does not want the file
	claim    string
	risky    bool
}

// Post returns what is sent.
func (o *Outgoing) Post() lanchat.Post {
	return lanchat.Post{ID: o.ID, Sequence: uint64(o.Number), Body: o.Body}
}

// Enqueue puts a message for peer into the outbox.
func (b *Mailbox) Enqueue(ctx context.Context, peer string, mode Mode, body []byte) (*Outgoing, error) {
	o := &Outgoing{ID: lanchat.NewID(), Peer: peer, Mode: mode, Body: body, State: Queued, Queued: time.Now().UTC()}
	row := outgoingRow{
		ID: o.ID[:], Peer: peer, Mode: string(mode), Body: body, State: string(Queued), QueuedAt: o.Queued.UnixMicro(),
	}
	if _, err := b.db.NewInsert().Model(&row).ExcludeColumn("number").Returning("number").Exec(ctx); err != nil {
		return nil, fmt.Errorf("queue message: %w", err)
	}
	o.Number = row.Number
	return o, nil
}

// EnqueueTaken is Enqueue for a text that is to be sent at once: it is claimed with the same commit under the name
// claim, and its State is Sending, unless another one waits before it.
func (b *Mailbox) EnqueueTaken(ctx context.Context, o *Outgoing, claim string) error {
	o.ID, o.Queued = lanchat.NewID(), time.Now().UTC()
	err := b.db.NewRaw(`WITH it AS (SELECT NOT EXISTS (
			SELECT * FROM outgoing WHERE peer = ? AND state != 'unknown' AND NOT refused AND path = ''
		) AS first)
		INSERT INTO outgoing (id, peer, mode, body, queued_at, state, claim)
		SELECT ?, ?, ?, ?, ?, iif(first, 'sending', 'queued'), iif(first, ?, '') FROM it RETURNING number, state`,
		o.Peer, o.ID[:], o.Peer, o.Mode, o.Body, o.Queued.UnixMicro(), claim).Scan(ctx, &o.Number, &o.State)
	if err != nil {
		return fmt.Errorf("queue message: %w", err)
	}
	return nil
}

// Outbox returns every outgoing message, in the order in which they were queued.
func (b *Mailbox) Outbox(ctx context.Context) ([]*Outgoing, error) {
	var rows []outgoingRow
	if err := b.db.Reader.NewSelect().Model(&rows).Order("number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	all := make([]*Outgoing, len(rows))
	for i := range rows {
		all[i] = rows[i].outgoing()
	}
	return all, nil
}

// Outgoing returns one message of the outbox, or ErrNotFound.
func (b *Mailbox) Outgoing(ctx context.Context, id lanchat.ID) (*Outgoing, error) {
	var row outgoingRow
	err := b.db.Reader.NewSelect().Model(&row).Where("id = ?", id[:]).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("message %s in the outbox: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	return row.outgoing(), nil
}

// Queue is what is sent to one peer one after the other: texts, or files, which do not hold texts up.
type Queue struct {
	Peer  string
	Files bool
}

// Queue returns the queue of o.
func (o *Outgoing) Queue() Queue { return Queue{o.Peer, o.Path != ""} }

// Waiting returns the queues in which something waits.
func (b *Mailbox) Waiting(ctx context.Context) ([]Queue, error) {
	var queues []Queue
	err := b.db.Reader.NewSelect().Model((*outgoingRow)(nil)).ColumnExpr("DISTINCT peer, path != '' AS files").
		Where("state != ? AND NOT refused", Unknown).OrderExpr("peer, files").Scan(ctx, &queues)
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	return queues, nil
}

// ErrTaken says that another process is sending a message.
var ErrTaken = errors.New("another process is sending it")

// Next claims the oldest message of a queue, with a number up to last, under the name claim. It returns nil when there
// is none, and ErrTaken when another process, of which alive knows, is sending the oldest: the order is kept.
func (b *Mailbox) Next(
	ctx context.Context,
	queue Queue,
	last int64,
	claim string,
	alive func(claim string) bool,
) (*Outgoing, error) {
	var taken *Outgoing
	err := b.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		for {
			o, err := oldest(ctx, tx, queue, last)
			switch {
			case err != nil || o == nil:
				return err
			case o.State == Sending && alive(o.claim):
				return ErrTaken
			case o.State == Sending && o.risky:
				// Its sender died with a plain text on the way.
				if err := settle(ctx, tx, o, Unknown, "its sender was stopped before the answer"); err != nil {
					return err
				}
			default:
				taken, err = take(ctx, tx, o.Number, claim)
				return err
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("outbox for %s: %w", queue.Peer, err)
	}
	return taken, nil
}

// oldest returns the first message of a queue, without its body, or nil.
func oldest(ctx context.Context, tx bun.Tx, queue Queue, last int64) (*Outgoing, error) {
	var row outgoingRow
	err := tx.NewSelect().Model(&row).ExcludeColumn("body").
		Where("peer = ? AND number <= ? AND state != 'unknown'", queue.Peer, last).
		Where("NOT refused AND (path != '') = ?", queue.Files).Order("number").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return row.outgoing(), err
}

// Take claims one message whatever its state, at the user's request.
func (b *Mailbox) Take(
	ctx context.Context,
	id lanchat.ID,
	claim string,
	alive func(claim string) bool,
) (*Outgoing, error) {
	var taken *Outgoing
	err := b.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var row outgoingRow
		if err := tx.NewSelect().Model(&row).ExcludeColumn("body").Where("id = ?", id[:]).Scan(ctx); err != nil {
			return err
		}
		if row.State == string(Sending) && alive(row.Claim) {
			return ErrTaken
		}
		var err error
		taken, err = take(ctx, tx, row.Number, claim)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("message %s in the outbox: %w", id, err)
	}
	return taken, nil
}

func take(ctx context.Context, tx bun.Tx, number int64, claim string) (*Outgoing, error) {
	var row outgoingRow
	err := tx.NewUpdate().Model(&row).Set("state = ?, claim = ?, risky = 0, refused = 0", Sending, claim).
		Where("number = ?", number).Returning("*").Scan(ctx)
	return row.outgoing(), err
}

// Risk records that a claimed message is about to be sent as plain text.
func (b *Mailbox) Risk(ctx context.Context, o *Outgoing) error {
	_, err := b.db.NewUpdate().Model((*outgoingRow)(nil)).Set("risky = 1").Where("number = ?", o.Number).Exec(ctx)
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// Settle releases a claimed message with the reason why there was no OK.
func (b *Mailbox) Settle(ctx context.Context, o *Outgoing, state State, failure string) error {
	if err := settle(ctx, b.db, o, state, failure); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

func settle(ctx context.Context, db bun.IDB, o *Outgoing, state State, failure string) error {
	_, err := db.NewUpdate().Model((*outgoingRow)(nil)).
		Set("state = ?, claim = '', risky = 0, failure = ?", state, failure).
		Where("number = ?", o.Number).Exec(ctx)
	return err
}

// Remove removes a message from the outbox, because the user drops it.
func (b *Mailbox) Remove(ctx context.Context, o *Outgoing) error {
	if err := remove(ctx, b.db, o); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

func remove(ctx context.Context, db bun.IDB, o *Outgoing) error {
	_, err := db.NewDelete().Model((*outgoingRow)(nil)).Where("number = ?", o.Number).Exec(ctx)
	return err
}

// outgoingRow is a row of the table outgoing.
type outgoingRow struct {
	bun.BaseModel `bun:"table:outgoing"`

	Number   int64  `bun:"number,pk"`
	ID       []byte `bun:"id"`
	Peer     string `bun:"peer"`
	Mode     string `bun:"mode"`
	Body     []byte `bun:"body"`
	Length   int    `bun:"length,scanonly"`
	State    string `bun:"state"`
	Claim    string `bun:"claim"`
	Risky    bool   `bun:"risky"`
	Failure  string `bun:"failure"`
	QueuedAt int64  `bun:"queued_at"`
	Path     string `bun:"path"`
	Size     int64  `bun:"size"`
	Modified int64  `bun:"modified"`
	Refused  bool   `bun:"refused"`
}

func (r *outgoingRow) outgoing() *Outgoing {
	o := &Outgoing{
		Number: r.Number, Peer: r.Peer, Mode: Mode(r.Mode), Body: r.Body, State: State(r.State), Failure: r.Failure,
		Queued: time.UnixMicro(r.QueuedAt).UTC(), claim: r.Claim, risky: r.Risky,
		Path: r.Path, Size: r.Size, Modified: time.UnixMicro(r.Modified).UTC(), Refused: r.Refused,
	}
	copy(o.ID[:], r.ID)
	return o
}
