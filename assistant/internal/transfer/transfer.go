// Package transfer moves whole address books: from one store to another, and between a store and a file.
//
// A transfer writes what differs and nothing else, with times as they are, and versions as well unless the target has
// changes of its own. So it can be interrupted at any moment and started again, and a second transfer changes nothing.
package transfer

import (
	"context"
	"iter"
	"slices"

	"github.com/pythonweb/goweb/assistant"
)

// A Report counts what a transfer did with contacts and notes.
type Report struct {
	Written     int `json:"written"`
	Same        int `json:"same"`              // were there already
	Newer       int `json:"newer"`             // were changed there since they were copied, and kept
	Removed     int `json:"removed,omitempty"` // were removed there since they were copied, and stay so
	Others      int `json:"others"`
	Differences int `json:"differences"` // are not there exactly as they came
	Conflicts   int `json:"conflicts"`   // were changed on both sides, or it is unknown on which: kept
}

// How many contacts or notes are written at once, and how many bytes of photos and texts; more than that only if it is
// a single one.
const (
	batchSize  = 250
	batchBytes = 8 << 20
)

// Options says what a transfer does where the target has something else.
type Options struct {
	Overwrite bool              // overwrite it, whatever it is
	Keep      bool              // keep it, and do not count that as a difference
	Book      assistant.Store   // where an import puts what belongs to no account; nil is the target's first book
	Owner     assistant.Account // who gets further books; without a number, the target's first account
	Progress  func(int)         // is called with the number of contacts and notes that are done; may be nil
}

func (o Options) progress(n int) {
	if o.Progress != nil {
		o.Progress(n)
	}
}

// Copy writes everything of one store into another, and compares both sides. Only what is provably an older copy is
// overwritten: the target remembers what was copied into it (see [assistant.Store.Marks]), and so does the source of
// what came from the target; the same goes for what was removed there. What only the target has stays there and is
// counted among the others.
func Copy(ctx context.Context, to, from assistant.Store, options Options) (Report, error) {
	ctx = assistant.WithVia(ctx, assistant.ViaImport)
	report, diverged, err := write(ctx, to, from, allContacts(ctx, from), allNotes(ctx, from), options)
	if err != nil {
		return report, err
	}
	if err := copyPast(ctx, to, from, diverged); err != nil {
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

// copyPast copies what is kept besides contacts and notes. What the target has stays.
func copyPast(ctx context.Context, to, from assistant.Store, diverged divergence) error {
	for after := ""; ; {
		page, err := from.Past(ctx, after)
		if err != nil {
			return err
		}
		if err := restorePast(ctx, to, page.Past, diverged); err != nil {
			return err
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

// restorePast writes the past of what has no different one there.
func restorePast(ctx context.Context, to assistant.Store, past []assistant.Past, diverged divergence) error {
	past = slices.DeleteFunc(past, func(p assistant.Past) bool {
		return diverged[p.Kind][p.ID]
	})
	if len(past) == 0 {
		return nil
	}
	return to.RestorePast(ctx, past...)
}

func allContacts(ctx context.Context, store assistant.Store) iter.Seq2[*assistant.Contact, error] {
	book := assistant.Book{Store: store}
	return book.AllContacts(ctx, assistant.ContactQuery{Groups: true})
}

func allNotes(ctx context.Context, store assistant.Store) iter.Seq2[*assistant.Note, error] {
	book := assistant.Book{Store: store}
	return book.AllNotes(ctx, assistant.NoteQuery{})
}

// A divergence holds the ids of the contacts and notes that have a different past in the target than in the source.
type divergence map[assistant.Kind]map[string]bool

// write writes what the source has; source is nil for a file, which remembers nothing.
func write(
	ctx context.Context,
	to, source assistant.Store,
	contacts iter.Seq2[*assistant.Contact, error],
	notes iter.Seq2[*assistant.Note, error],
	options Options,
) (Report, divergence, error) {
	var report Report
	diverged := divergence{assistant.KindContact: {}, assistant.KindNote: {}}
	err := target[assistant.Contact]{
		ofContacts(), to, source, to.Contacts, to.RestoreContacts, diverged[assistant.KindContact],
	}.write(ctx, contacts, &report, options)
	if err == nil {
		err = target[assistant.Note]{
			ofNotes(), to, source, to.Notes, to.RestoreNotes, diverged[assistant.KindNote],
		}.write(ctx, notes, &report, options)
	}
	return report, diverged, err
}

// compare compares what the store has with what it should have, which comes in the order of the store's lists.
func (r *Report) compare(
	ctx context.Context,
	to assistant.Store,
	contacts iter.Seq2[*assistant.Contact, error],
	notes iter.Seq2[*assistant.Note, error],
) error {
	different, there, err := ofContacts().differences(contacts, allContacts(ctx, to))
	if err != nil {
		return err
	}
	differentNotes, thereNotes, err := ofNotes().differences(notes, allNotes(ctx, to))
	r.Differences = different + differentNotes
	r.Others = max(0, there+thereNotes-r.Written-r.Same-r.Newer-r.Conflicts) // someone may have removed some
	return err
}

// differences walks two lists that are in the same order and returns how many values of the first the second does not
// have exactly so, and how many values the second has.
func (k kind[T]) differences(from, to iter.Seq2[*T, error]) (different, there int, err error) {
	next, stop := iter.Pull2(to)
	defer stop()
	have, err, more := next()
	for want, failed := range from {
		if failed != nil {
			return different, there, failed
		}
		for more && err == nil && k.order(have, want) < 0 {
			there++
			have, err, more = next()
		}
		if err != nil {
			return different, there, err
		}
		if !more || !k.isCopy(have, want) {
			different++
		}
	}
	for ; more && err == nil; have, err, more = next() {
		there++
	}
	return different, there, err
}
