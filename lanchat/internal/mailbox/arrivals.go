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

// arrivals stores arriving messages in groups: while one commit waits for the disk, the next group gathers. One
// goroutine
// writes.
type arrivals struct {
	db   *storage.DB
	done chan struct{}

	mu     sync.Mutex
	queue  []*arrival // as many as there are connections at most
	closed bool
	moved  *sync.Cond // queue has grown, or closed is true
}

// arrival is one message on its way to the disk.
type arrival struct {
	message *lanchat.Message
	fresh   bool
	stored  func(fresh bool, err error)
}

// A group ends at so many messages or bytes, so that one commit's time and memory are bounded.
const (
	groupMessages = 1024
	groupBytes    = 32 << 20
)

func newArrivals(db *storage.DB) *arrivals {
	a := &arrivals{db: db, done: make(chan struct{})}
	a.moved = sync.NewCond(&a.mu)
	go a.write()
	return a
}

// close returns when everything in the queue is stored.
func (a *arrivals) close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.moved.Signal()
	<-a.done
}

// add puts w into the queue. There is no way back: it may be stored at any moment.
func (a *arrivals) add(w *arrival) {
	a.mu.Lock()
	a.queue = append(a.queue, w)
	a.mu.Unlock()
	a.moved.Signal()
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
	for {
		group := a.next()
		if len(group) == 0 {
			return
		}
		var err error
		if insert == nil {
			insert, err = a.db.DB.DB.Prepare(insertMessage)
		}
		if err == nil {
			err = a.commit(insert, group)
		}
		for _, w := range group {
			w.stored(w.fresh && err == nil, err)
		}
	}
}

// next takes the next group from the queue, and waits for its first message. It is empty at the end.
func (a *arrivals) next() []*arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.queue) == 0 && !a.closed {
		a.moved.Wait()
	}
	n, size := 0, 0
	for n < min(len(a.queue), groupMessages) && size < groupBytes {
		size += len(a.queue[n].message.Body)
		n++
	}
	group := a.queue[:n:n]
	if a.queue = a.queue[n:]; len(a.queue) == 0 {
		a.queue = nil // lets go of what is stored
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
