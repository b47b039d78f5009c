package mailbox

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// arrivals stores arriving messages in groups: while one commit waits for the disk, the next group gathers. One
// goroutine writes.
type arrivals struct {
	db   *sqldb.DB
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

func newArrivals(db *sqldb.DB) *arrivals {
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
	var s inserts
	defer s.close()
	for {
		group := a.next()
		if len(group) == 0 {
			return
		}
		err := s.prepare(a.db.DB.DB)
		if err == nil {
			err = a.commit(s, group)
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

// inserts are the statements that store one message, and several plain texts at once: a statement costs as much as the
// rows of some messages, and a value that is bound as much as some that stand in the statement.
type inserts struct{ one, several *sql.Stmt }

// together is how many plain texts one statement stores.
const together = 32

const (
	insertMessage = `INSERT INTO message (id, sender, proved, name, remote, reply_port, sequence, body, received_at)
		VALUES `
	messageValues = `(?, ?, ?, ?, ?, ?, ?, ?, ?)`
	plainValues   = `(?, NULL, 0, '', ?, 0, 0, ?, ?)`
)

// prepare prepares what is not prepared yet.
func (s *inserts) prepare(db *sql.DB) (err error) {
	if s.one == nil {
		s.one, err = db.Prepare(insertMessage + messageValues + " ON CONFLICT DO NOTHING")
	}
	if s.several == nil && err == nil {
		s.several, err = db.Prepare(insertMessage + strings.Repeat(plainValues+", ", together-1) + plainValues)
	}
	return err
}

func (s *inserts) close() {
	for _, stmt := range []*sql.Stmt{s.one, s.several} {
		if stmt != nil {
			_ = stmt.Close()
		}
	}
}

// commit stores a group in one transaction.
func (a *arrivals) commit(s inserts, group []*arrival) error {
	return a.db.RunInTx(context.Background(), nil, func(ctx context.Context, tx bun.Tx) error {
		within := inserts{tx.StmtContext(ctx, s.one), tx.StmtContext(ctx, s.several)}
		defer within.close()
		for len(group) > 0 {
			n, err := within.store(ctx, group)
			if err != nil {
				return fmt.Errorf("store message: %w", err)
			}
			group = group[n:]
		}
		return nil
	})
}

// store stores the first message of a group, and those behind it that can be stored with it. It returns how many.
func (s *inserts) store(ctx context.Context, group []*arrival) (int, error) {
	plain := 0
	for plain < min(len(group), together) && group[plain].plain() {
		plain++
	}
	if plain < together {
		return 1, group[0].insert(ctx, s.one)
	}
	values := make([]any, 0, together*4)
	for _, w := range group[:together] {
		m := w.message
		values = append(values, m.ID[:], m.Remote.String(), m.Body, m.Received.UnixMicro())
	}
	result, err := s.several.ExecContext(ctx, values...)
	if err != nil {
		return 0, err
	}
	last, err := result.LastInsertId()
	for i, w := range group[:together] { // nothing else writes within the transaction, so they have numbers in a row
		w.fresh, w.message.Number = true, last-int64(together-1-i)
	}
	return together, err
}

// sender returns the key by which a repeated message is known; nil for a plain text, which is never one.
func (w *arrival) sender() []byte {
	if m := w.message; !m.Sender.IsZero() && m.Framed() {
		return m.Sender[:]
	}
	return nil
}

// plain says that nothing is known of the sender but where it is.
func (w *arrival) plain() bool {
	m := w.message
	return w.sender() == nil && !m.Proved && m.Name == "" && m.ReplyPort == 0 && m.Sequence == 0
}

// insert stores one message within the group's transaction.
func (w *arrival) insert(ctx context.Context, stmt *sql.Stmt) error {
	m := w.message
	var sender any
	if key := w.sender(); key != nil {
		sender = key
	}
	result, err := stmt.ExecContext(
		ctx, m.ID[:], sender, m.Proved, m.Name, m.Remote.String(), int64(m.ReplyPort), int64(m.Sequence), m.Body,
		m.Received.UnixMicro(),
	)
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return err
	}
	w.fresh = rows > 0
	if w.fresh {
		w.message.Number, err = result.LastInsertId()
	}
	return err
}
