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
)

// A Report counts what a transfer did with contacts and notes.
type Report struct {
	Written int `json:"written"`
	Same    int `json:"same"`  // were there already
	Newer   int `json:"newer"` // have a higher version there, which was kept
	Others  int `json:"others"`
}

// batchSize is how many contacts or notes are read and written at once.
const batchSize = 250

// Copy writes everything of one store into another and calls progress with the number of contacts and notes that are
// done. What only the target has stays there and is counted among the others.
func Copy(ctx context.Context, to, from assistant.Store, progress func(int)) (Report, error) {
	source := assistant.Book{Store: from}
	return write(ctx, to, source.AllContacts(ctx, assistant.ContactQuery{}), source.AllNotes(ctx, assistant.NoteQuery{}), progress)
}

// Differences compares two stores and returns how many contacts and notes of the first the second does not have just so.
func Differences(ctx context.Context, from, to assistant.Store) (int, error) {
	source := assistant.Book{Store: from}
	contacts, notes := contactsOf(to), notesOf(to)
	contacts.restore, notes.restore = nil, nil
	var report Report
	err := contacts.write(ctx, source.AllContacts(ctx, assistant.ContactQuery{}), &report, func(int) {})
	if err == nil {
		err = notes.write(ctx, source.AllNotes(ctx, assistant.NoteQuery{}), &report, func(int) {})
	}
	return report.Written + report.Newer, err
}

func write(
	ctx context.Context, to assistant.Store, contacts iter.Seq2[*assistant.Contact, error], notes iter.Seq2[*assistant.Note, error], progress func(int),
) (Report, error) {
	var report Report
	if err := contactsOf(to).write(ctx, contacts, &report, progress); err != nil {
		return report, err
	}
	if err := notesOf(to).write(ctx, notes, &report, progress); err != nil {
		return report, err
	}
	total, err := count(ctx, to)
	report.Others = total - report.Written - report.Same - report.Newer
	return report, err
}

// count returns how many contacts and notes there are.
func count(ctx context.Context, store assistant.Store) (int, error) {
	book := assistant.Book{Store: store}
	total := 0
	for _, err := range book.AllContacts(ctx, assistant.ContactQuery{}) {
		if err != nil {
			return 0, err
		}
		total++
	}
	for _, err := range book.AllNotes(ctx, assistant.NoteQuery{}) {
		if err != nil {
			return 0, err
		}
		total++
	}
	return total, nil
}

// A target is the contacts or the notes of a store that is written to.
type target[T any] struct {
	read    func(ctx context.Context, ids ...string) ([]*T, error)
	restore func(ctx context.Context, values ...*T) error // nil only counts
	head    func(*T) (id string, version int64)
}

func contactsOf(store assistant.Store) target[assistant.Contact] {
	return target[assistant.Contact]{store.Contacts, store.RestoreContacts, func(c *assistant.Contact) (string, int64) { return c.ID, c.Version }}
}

func notesOf(store assistant.Store) target[assistant.Note] {
	return target[assistant.Note]{store.Notes, store.RestoreNotes, func(n *assistant.Note) (string, int64) { return n.ID, n.Version }}
}

// write writes the values in batches.
func (t target[T]) write(ctx context.Context, values iter.Seq2[*T, error], report *Report, progress func(int)) error {
	var batch []*T
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := t.writeBatch(ctx, batch, report)
		progress(len(batch))
		batch = batch[:0]
		return err
	}
	for v, err := range values {
		if err != nil {
			return err
		}
		if batch = append(batch, v); len(batch) == batchSize {
			if err := flush(); err != nil {
				return err
			}
		}
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
	if len(changed) == 0 || t.restore == nil {
		return nil
	}
	return t.restore(ctx, changed...)
}
