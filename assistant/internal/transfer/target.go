package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// A target is the contacts or the notes of a store that is written to.
type target[T any] struct {
	kind[T]
	to, source assistant.Store
	read       func(ctx context.Context, ids ...string) ([]*T, error)
	restore    func(ctx context.Context, values ...*T) error
	diverged   map[string]bool // the ids of what has a different past there than in the source
}

// A kind holds how contacts, or notes, are handled.
type kind[T any] struct {
	name    assistant.Kind
	id      func(*T) string
	version func(*T) *int64
	bytes   func(*T) int
	order   func(a, b *T) int // of a store's lists
}

func ofContacts() kind[assistant.Contact] {
	return kind[assistant.Contact]{
		name:    assistant.KindContact,
		id:      func(c *assistant.Contact) string { return c.ID },
		version: func(c *assistant.Contact) *int64 { return &c.Version },
		bytes:   listing.ContactBytes,
		order:   listing.CompareContacts,
	}
}

func ofNotes() kind[assistant.Note] {
	return kind[assistant.Note]{
		name:    assistant.KindNote,
		id:      func(n *assistant.Note) string { return n.ID },
		version: func(n *assistant.Note) *int64 { return &n.Version },
		bytes:   listing.NoteBytes,
		order:   listing.CompareNotes,
	}
}

// isCopy reports whether the target has the content of a value. It may count more versions than the source: see after.
func (k kind[T]) isCopy(have, v *T) bool {
	return *k.version(have) >= *k.version(v) && reflect.DeepEqual(k.unnumbered(have), k.unnumbered(v))
}

// unnumbered returns the value without the number of its version.
func (k kind[T]) unnumbered(v *T) *T {
	bare := *v
	*k.version(&bare) = 0
	return &bare
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

// marks returns the kind of the marks with which a store remembers copies.
func (t target[T]) marks() string { return "copied " + string(t.name) }

func (t target[T]) writeBatch(ctx context.Context, batch []*T, report *Report, options Options) error {
	ids := make([]string, len(batch))
	for i, v := range batch {
		ids[i] = t.id(v)
	}
	found, err := t.read(ctx, ids...)
	if err != nil {
		return err
	}
	there := make(map[string]*T, len(found))
	for _, v := range found {
		there[t.id(v)] = v
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
		id := t.id(v)
		have := there[id]
		mark, err := digest(t.unnumbered(v))
		if err != nil {
			return err
		}
		is, err := t.judge(have, v, mark, into[id], outOf[id])
		if err != nil {
			return err
		}
		if is.keptHere() && !options.Overwrite {
			report.keep(is, options.Keep)
			t.diverged[id] = true
			continue
		}
		if into[id] != mark {
			copied[id] = mark
		}
		if is == same {
			report.Same++
		} else {
			changed = append(changed, t.after(have, v))
		}
		if is.keptHere() || have != nil && *t.version(have) > *t.version(v) {
			t.diverged[id] = true
		}
	}
	report.Written += len(changed)
	if len(changed) > 0 {
		if err := t.restore(ctx, changed...); err != nil {
			return err
		}
	}
	return t.to.SetMarks(ctx, t.marks(), copied)
}

// A state is what the target has of a value of the source.
type state int

const (
	absent state = iota
	older
	same
	newer    // changed there since it was copied
	removed  // there since it was copied
	conflict // changed on both sides, or it is unknown on which
)

// keptHere reports whether the target's state is kept unless the caller asks for it to be overwritten.
func (s state) keptHere() bool { return s >= newer }

// judge compares what the target has, nil for nothing, with a value of the source and its mark. into and outOf are the
// marks that the target and the source remember.
func (t target[T]) judge(have, v *T, mark, into, outOf string) (state, error) {
	if have != nil && t.isCopy(have, v) {
		return same, nil
	}
	unchanged, err := marked(v, mark, into)
	switch {
	case err != nil:
		return 0, err
	case have == nil && unchanged:
		return removed, nil
	case have == nil:
		return absent, nil
	}
	there, err := digest(t.unnumbered(have))
	if err != nil {
		return 0, err
	}
	copied, err := marked(have, there, into, outOf)
	switch {
	case err != nil:
		return 0, err
	case copied:
		return older, nil
	case unchanged:
		return newer, nil
	}
	return conflict, nil
}

// marked reports whether a value with the mark is one of those remembered. Marks used to include the number of the
// version, and stores still remember such marks.
func marked(v any, mark string, remembered ...string) (bool, error) {
	if slices.Contains(remembered, mark) {
		return true, nil
	}
	if strings.Join(remembered, "") == "" {
		return false, nil
	}
	former, err := digest(v)
	return slices.Contains(remembered, former), err
}

// keep counts what was kept. What the caller asks to keep is not a conflict.
func (r *Report) keep(is state, asked bool) {
	switch {
	case is == removed:
		r.Removed++
	case is == newer || asked:
		r.Newer++
	default:
		r.Conflicts++
	}
}

// after returns the value as it replaces what the target has. The target's versions only grow: no content is ever
// stored under a number under which another one has been read or is kept.
func (t target[T]) after(have, v *T) *T {
	if have == nil || *t.version(have) < *t.version(v) {
		return v
	}
	numbered := *v
	*t.version(&numbered) = *t.version(have) + 1
	return &numbered
}

// digest distinguishes contents.
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
