package mailbox

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/storage"
)

// arrivals stores arriving messages in groups: while one commit waits for the disk, the next group gathers. One goroutine
// writes; whoever has a message to store waits for the commit of its group.
type arrivals struct {
	db      *storage.DB
	queue   chan *arrival
	done    chan struct{}
	waiting sync.Pool
}

// arrival is one message on its way to the disk.
type arrival struct {
	message *lanchat.Message
	fresh   bool
	stored  chan error
}

// A group ends at so many messages or bytes, so that one commit's time and memory are bounded.
const (
	groupMessages = 1024
	groupBytes    = 32 << 20
)

func newArrivals(db *storage.DB) *arrivals {
	a := &arrivals{
		db:      db,
		queue:   make(chan *arrival, groupMessages),
		done:    make(chan struct{}),
		waiting: sync.Pool{New: func() any { return &arrival{stored: make(chan error, 1)} }},
	}
	go a.write()
	return a
}

// close returns when everything in the queue is stored.
func (a *arrivals) close() {
	close(a.queue)
	<-a.done
}

// store returns when m is on the disk. It does not give up early: a message in the queue may be stored at any moment.
func (a *arrivals) store(m *lanchat.Message) (fresh bool, err error) {
	w := a.waiting.Get().(*arrival)
	w.message = m
	a.queue <- w
	err = <-w.stored
	fresh = w.fresh
	w.message = nil
	a.waiting.Put(w)
	return fresh, err
}

// write is the only writer.
func (a *arrivals) write() {
	defer close(a.done)
	var insert *sql.Stmt
	defer func() {
		if insert != nil {
			_ = insert.Close()
		}
	}()
	group := make([]*arrival, 0, groupMessages)
	for first := range a.queue {
		group = a.gather(append(group[:0], first))
		var err error
		if insert == nil {
			insert, err = a.db.DB.DB.Prepare(insertMessage)
		}
		if err == nil {
			err = a.commit(insert, group)
		}
		for _, w := range group {
			w.stored <- err
		}
	}
}

// gather adds to group what is in the queue already.
func (a *arrivals) gather(group []*arrival) []*arrival {
	size := len(group[0].message.Body)
	for len(group) < groupMessages && size < groupBytes {
		select {
		case w, ok := <-a.queue:
			if !ok {
				return group
			}
			group = append(group, w)
			size += len(w.message.Body)
		default:
			return group
		}
	}
	return group
}

const insertMessage = `INSERT INTO message (id, sender, proved, name, remote, reply_port, sequence, body, received_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

// commit stores a group in one transaction.
func (a *arrivals) commit(insert *sql.Stmt, group []*arrival) error {
	return a.db.RunInTx(context.Background(), nil, func(ctx context.Context, tx bun.Tx) error {
		each := tx.StmtContext(ctx, insert)
		defer each.Close()
		for _, w := range group {
			if err := w.insert(ctx, each); err != nil {
				return fmt.Errorf("store message: %w", err)
			}
		}
		return nil
	})
}

// insert stores one message within the group's transaction.
func (w *arrival) insert(ctx context.Context, stmt *sql.Stmt) error {
	m := w.message
	var sender []byte
	if !m.Sender.IsZero() && m.Framed() {
		sender = m.Sender[:]
	}
	result, err := stmt.ExecContext(ctx, m.ID[:], sender, m.Proved, m.Name, m.Remote.String(), int64(m.ReplyPort), int64(m.Sequence), m.Body, m.Received.UnixMicro())
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return err
	}
	w.fresh = rows > 0
	if w.fresh {
		m.Number, err = result.LastInsertId()
	}
	return err
}
