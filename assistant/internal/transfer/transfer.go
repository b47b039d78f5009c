// Package transfer moves whole address books: from one store to another, and between a store and a file.
//
// A transfer writes what differs and nothing else, with versions and times as they are. So it can be cut off at any
// moment and started again, and done twice it changes nothing.
package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"reflect"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// A Report counts what a transfer did with contacts and notes.
type Report struct {
	Written     int `json:"written"`
	Same        int `json:"same"`  // were there already
	Newer       int `json:"newer"` // were changed there since they were copied, and kept
	Others      int `json:"others"`
	Differences int `json:"differences"` // are there not just so as they came
	Conflicts   int `json:"conflicts"`   // were changed on both sides, or nothing tells on which: kept
}

// How many contacts or notes are written at once, and how many bytes of photos and texts; more than that only if it is
// a single one.
const (
	batchSize  = 250
	batchBytes = 8 << 20
)

// Options says what a transfer does where the target has something else.
type Options struct {
	Overwrite bool              // write it over, whatever it is
	Keep      bool              // keep it, and count that as no difference
	Book      assistant.Store   // where an import puts what belongs to no account; nil is the target's first book
	Owner     assistant.Account // and its further books; without a number the target's first account
	Progress  func(int)         // is called with the number of contacts and notes that are done; may be nil
}

func (o Options) progress(n int) {
	if o.Progress != nil {
		o.Progress(n)
	}
}

// Copy writes everything of one store into another, and compares both sides. Only what is provably an older copy is
// written over: the target remembers what was copied into it (see [assistant.Store.Marks]), and so does the source of
// what came from the target. What only the target has stays there and is counted among the others.
func Copy(ctx context.Context, to, from assistant.Store, options Options) (Report, error) {
	ctx = assistant.WithVia(ctx, assistant.ViaImport)
	report, err := write(ctx, to, from, allContacts(ctx, from), allNotes(ctx, from), options)
	if err != nil {
		return report, err
	}
	if err := copyPast(ctx, to, from); err != nil {
		return report, err
	}
	intervals, err := from.TagIntervals(ctx)
	if err == nil {
		err = copyIntervals(ctx, to, intervals)
	}
	if err != nil {
		return report, err
	}
	err = report.compare(ctx, to, allContacts(ctx, from), allNotes(ctx, from))
	return report, err
}

// copyPast copies what is kept beside contacts and notes. What the target has stays.
func copyPast(ctx context.Context, to, from assistant.Store) error {
	for after := ""; ; {
		page, err := from.Past(ctx, after)
		if err != nil {
			return err
		}
		if len(page.Past) > 0 {
			if err := to.RestorePast(ctx, page.Past...); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	merges, err := from.Merges(ctx, "")
	if err != nil || len(merges) == 0 {
		return err
	}
	return to.RestoreMerges(ctx, merges...)
}

func allContacts(ctx context.Context, store assistant.Store) iter.Seq2[*assistant.Contact, error] {
	book := assistant.Book{Store: store}
	return book.AllContacts(ctx, assistant.ContactQuery{Groups: true})
}

func allNotes(ctx context.Context, store assistant.Store) iter.Seq2[*assistant.Note, error] {
	book := assistant.Book{Store: store}
	return book.AllNotes(ctx, assistant.NoteQuery{})
}

// write writes what the source has; source is nil for a file, which remembers nothing.
func write(
	ctx context.Context,
	to, source assistant.Store,
	contacts iter.Seq2[*assistant.Contact, error],
	notes iter.Seq2[*assistant.Note, error],
	options Options,
) (Report, error) {
	var report Report
	if err := contactsOf(to, source).write(ctx, contacts, &report, options); err != nil {
		return report, err
	}
	err := notesOf(to, source).write(ctx, notes, &report, options)
	return report, err
}

// compare compares what the store has with what it should have, which comes in the order of the store's lists.
func (r *Report) compare(
	ctx context.Context,
	to assistant.Store,
	contacts iter.Seq2[*assistant.Contact, error],
	notes iter.Seq2[*assistant.Note, error],
) error {
	different, there, err := differences(contacts, allContacts(ctx, to), listing.CompareContacts)
	if err != nil {
		return err
	}
	differentNotes, thereNotes, err := differences(notes, allNotes(ctx, to), listing.CompareNotes)
	r.Differences = different + differentNotes
	r.Others = max(0, there+thereNotes-r.Written-r.Same-r.Newer-r.Conflicts) // somebody may have removed some
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
	kind       assistant.Kind
	to, source assistant.Store
	read       func(ctx context.Context, ids ...string) ([]*T, error)
	restore    func(ctx context.Context, values ...*T) error
	head       func(*T) (id string, version int64)
	bytes      func(*T) int
}

func contactsOf(to, source assistant.Store) target[assistant.Contact] {
	head := func(c *assistant.Contact) (string, int64) { return c.ID, c.Version }
	return target[assistant.Contact]{
		assistant.KindContact,
		to,
		source,
		to.Contacts,
		to.RestoreContacts,
		head,
		listing.ContactBytes,
	}
}

func notesOf(to, source assistant.Store) target[assistant.Note] {
	head := func(n *assistant.Note) (string, int64) { return n.ID, n.Version }
	return target[assistant.Note]{assistant.KindNote, to, source, to.Notes, to.RestoreNotes, head, listing.NoteBytes}
}

// write writes the values in batches.
func (t target[T]) write(ctx context.Context, values iter.Seq2[*T, error], report *Report, options Options) error {
	var batch []*T
	bytes := 0
	flush := func() error {
		if err := t.writeBatch(ctx, batch, report, options); err != nil {
			return err
		}
		options.progress(len(batch))
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

// marks names what a store remembers of copies.
func (t target[T]) marks() string { return "copied " + string(t.kind) }

func (t target[T]) writeBatch(ctx context.Context, batch []*T, report *Report, options Options) error {
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
	into, err := t.to.Marks(ctx, t.marks(), ids...)
	if err != nil {
		return err
	}
	outOf := map[string]string{}
	if t.source != nil {
		if outOf, err = t.source.Marks(ctx, t.marks(), ids...); err != nil {
			return err
		}
	}
	var changed []*T
	copied := make(map[string]string) // what the target is to remember
	for _, v := range batch {
		id, _ := t.head(v)
		have := there[id]
		mark, err := digest(v)
		if err != nil {
			return err
		}
		if have != nil && !reflect.DeepEqual(have, v) {
			haveMark, err := digest(have)
			if err != nil {
				return err
			}
			older := haveMark == into[id] || haveMark == outOf[id]
			if !older && !options.Overwrite {
				if mark == into[id] || options.Keep {
					report.Newer++
				} else {
					report.Conflicts++
				}
				continue
			}
		}
		if into[id] != mark {
			copied[id] = mark
		}
		if have != nil && reflect.DeepEqual(have, v) {
			report.Same++
			continue
		}
		changed = append(changed, v)
	}
	report.Written += len(changed)
	if len(changed) > 0 {
		if err := t.restore(ctx, changed...); err != nil {
			return err
		}
	}
	return t.to.SetMarks(ctx, t.marks(), copied)
}

// digest tells contents apart.
func digest(v any) (string, error) {
	var source []byte
	if c, ok := v.(*assistant.Contact); ok {
		source = append(bytes.Clone(c.Source), c.Resource...) // which the JSON form leaves out
	}
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	sum.Write(text)
	sum.Write(source)
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}
