// Package transfer moves whole address books: from one store to another, and between a store and a file.
//
// A transfer writes what differs and nothing else, with versions and times as they are. So it can be cut off at any
// moment and started again, and done twice it changes nothing.
package transfer

import (
	"context"
	"iter"
	"reflect"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// A Report counts what a transfer did with contacts and notes.
type Report struct {
	Written     int `json:"written"`
	Same        int `json:"same"`  // were there already
	Newer       int `json:"newer"` // have a higher version there, which was kept
	Others      int `json:"others"`
	Differences int `json:"differences"` // are there not just so as they came
}

// How many contacts or notes are written at once, and how many bytes of photos and texts; more than that only if it is
// a single one.
const (
	batchSize  = 250
	batchBytes = 8 << 20
)

// Copy writes everything of one store into another, calls progress with the number of contacts and notes that are
// done, and compares both sides. What only the target has stays there and is counted among the others.
func Copy(ctx context.Context, to, from assistant.Store, progress func(int)) (Report, error) {
	report, err := write(ctx, to, allContacts(ctx, from), allNotes(ctx, from), progress)
	if err != nil {
		return report, err
	}
	err = report.compare(ctx, to, allContacts(ctx, from), allNotes(ctx, from))
	return report, err
}

func allContacts(ctx context.Context, store assistant.Store) iter.Seq2[*assistant.Contact, error] {
	book := assistant.Book{Store: store}
	return book.AllContacts(ctx, assistant.ContactQuery{})
}

func allNotes(ctx context.Context, store assistant.Store) iter.Seq2[*assistant.Note, error] {
	book := assistant.Book{Store: store}
	return book.AllNotes(ctx, assistant.NoteQuery{})
}

func write(
	ctx context.Context, to assistant.Store, contacts iter.Seq2[*assistant.Contact, error], notes iter.Seq2[*assistant.Note, error], progress func(int),
) (Report, error) {
	var report Report
	if err := contactsOf(to).write(ctx, contacts, &report, progress); err != nil {
		return report, err
	}
	err := notesOf(to).write(ctx, notes, &report, progress)
	return report, err
}

// compare compares what the store has with what it should have, which comes in the order of the store's lists.
func (r *Report) compare(ctx context.Context, to assistant.Store, contacts iter.Seq2[*assistant.Contact, error], notes iter.Seq2[*assistant.Note, error]) error {
	different, there, err := differences(contacts, allContacts(ctx, to), listing.CompareContacts)
	if err != nil {
		return err
	}
	differentNotes, thereNotes, err := differences(notes, allNotes(ctx, to), listing.CompareNotes)
	r.Differences = different + differentNotes
	r.Others = max(0, there+thereNotes-r.Written-r.Same-r.Newer) // somebody may have removed some
	return err
}

// differences walks two lists that are in the same order and returns how many values of the first the second does not
// have just so, and how many values the second has.
func differences[T any](from, to iter.Seq2[*T, error], order func(a, b *T) int) (different, there int, err error) {
	next, stop := iter.Pull2(to)
	defer stop()
	have, err, more := next()
	for want, failed := range from {
		if failed != nil {
			return different, there, failed
		}
		for more && err == nil && order(have, want) < 0 {
			there++
			have, err, more = next()
		}
		if err != nil {
			return different, there, err
		}
		if !more || !reflect.DeepEqual(have, want) {
			different++
		}
	}
	for ; more && err == nil; have, err, more = next() {
		there++
	}
	return different, there, err
}

// A target is the contacts or the notes of a store that is written to.
type target[T any] struct {
	read    func(ctx context.Context, ids ...string) ([]*T, error)
	restore func(ctx context.Context, values ...*T) error
	head    func(*T) (id string, version int64)
	bytes   func(*T) int
}

func contactsOf(store assistant.Store) target[assistant.Contact] {
	head := func(c *assistant.Contact) (string, int64) { return c.ID, c.Version }
	return target[assistant.Contact]{store.Contacts, store.RestoreContacts, head, listing.ContactBytes}
}

func notesOf(store assistant.Store) target[assistant.Note] {
	head := func(n *assistant.Note) (string, int64) { return n.ID, n.Version }
	return target[assistant.Note]{store.Notes, store.RestoreNotes, head, listing.NoteBytes}
}

// write writes the values in batches.
func (t target[T]) write(ctx context.Context, values iter.Seq2[*T, error], report *Report, progress func(int)) error {
	var batch []*T
	bytes := 0
	flush := func() error {
		if err := t.writeBatch(ctx, batch, report); err != nil {
			return err
		}
		progress(len(batch))
		batch, bytes = nil, 0
		return nil
	}
	for v, err := range values {
		if err != nil {
			return err
		}
		if len(batch) == batchSize || len(batch) > 0 && bytes+t.bytes(v) > batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		batch, bytes = append(batch, v), bytes+t.bytes(v)
	}
	if len(batch) == 0 {
		return nil
	}
	return flush()
}

func (t target[T]) writeBatch(ctx context.Context, batch []*T, report *Report) error {
	ids := make([]string, len(batch))
	for i, v := range batch {
		ids[i], _ = t.head(v)
	}
	found, err := t.read(ctx, ids...)
	if err != nil {
		return err
	}
	there := make(map[string]*T, len(found))
	for _, v := range found {
		id, _ := t.head(v)
		there[id] = v
	}
	var changed []*T
	for _, v := range batch {
		id, version := t.head(v)
		have := there[id]
		if have != nil {
			if _, newer := t.head(have); newer > version {
				report.Newer++
				continue
			}
			if reflect.DeepEqual(have, v) {
				report.Same++
				continue
			}
		}
		changed = append(changed, v)
	}
	report.Written += len(changed)
	if len(changed) == 0 {
		return nil
	}
	return t.restore(ctx, changed...)
}
