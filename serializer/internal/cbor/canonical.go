package cbor

import (
	"errors"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/canonical"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Canonical writes a CBOR document in the core deterministic form of RFC 8949, section 4.2.1: preferred
// serialisation, definite lengths, maps in the bytewise order of their keys' encodings. The elements of sets are
// sorted in the same way.
func Canonical(dst io.Writer, src wire.Source, limits event.Limits) error {
	r := NewReader(src, event.Options{Limits: limits, Duplicates: event.KeepDuplicates})
	w := canonical.NewWriter(dst, &form{NewWriter(io.Discard)})
	err := event.Copy(w, r)
	if err != nil {
		return errors.Join(err, w.Abandon())
	}
	return nil
}

// form is how canonical values are written.
type form struct{ w *Writer }

// part writes an event with what precedes its content.
func (f *form) part(b []byte, ev *event.Event, write func(*event.Event) error) ([]byte, error) {
	f.w.out.Buf, f.w.frames = b, f.w.frames[:0]
	err := write(ev)
	return f.w.out.Buf, err
}

func (f *form) Scalar(b []byte, ev *event.Event) ([]byte, error) {
	if ev.Kind == event.KindRef {
		return b, errShared
	}
	return f.part(b, ev, f.w.scalar)
}

// errShared: sorting would change which shared value a reference means.
var errShared = errors.New("a document with shared values has no canonical form")

func (f *form) Prefix(b []byte, ev *event.Event) ([]byte, event.Kind, error) {
	switch ev.Kind {
	case event.KindShared:
		return b, ev.Kind, errShared
	case event.KindTag:
		if positional(ev.Num) {
			return b, ev.Kind, fmt.Errorf("a document with tag %d, whose meaning depends on the order of the values before it, "+
				"has no canonical form", ev.Num)
		}
		return AppendHead(b, MajorTag, ev.Num), event.KindTag, nil
	case event.KindTuple:
		return AppendHead(b, MajorTag, event.TagTuple), event.KindList, nil
	case event.KindFrozenSet:
		b = AppendHead(b, MajorTag, event.TagFrozenSet)
		return AppendHead(b, MajorTag, event.TagSet), event.KindSet, nil
	case event.KindSet:
		return AppendHead(b, MajorTag, event.TagSet), event.KindSet, nil
	case event.KindInstance:
		b, err := f.part(b, ev, func(ev *event.Event) error {
			f.w.instance(ev)
			return nil
		})
		return b, event.KindTag, err
	}
	return b, ev.Kind, nil
}

// positional reports whether the content of a tag refers to values before it by position: references to strings and
// packed CBOR.
func positional(tag uint64) bool {
	switch tag {
	case 6, 25, 51, 113, 1113, tagNamespace:
		return true
	}
	return false
}

func (f *form) Begin(b []byte, kind event.Kind, count int64) []byte {
	switch kind {
	case event.KindMap:
		return AppendHead(b, MajorMap, uint64(count))
	case event.KindList, event.KindSet:
		return AppendHead(b, MajorArray, uint64(count))
	}
	return b
}

func (f *form) End(b []byte, _ event.Kind) []byte { return b }

func (f *form) Separators() (value, pair string) { return "", "" }

func (f *form) SortKey(b []byte, _ *event.Event, encoded []byte) []byte { return append(b, encoded...) }

func (f *form) Name(sortKey []byte) string {
	var ev event.Event
	r := NewReader(wire.MemorySource(sortKey), event.Options{})
	if err := r.Read(&ev); err != nil {
		return ""
	}
	if ev.Kind == event.KindString {
		return event.ShowName(ev.Data, false)
	}
	return event.ShowName(event.AppendEvent(nil, &ev), true)
}
