package cbor

import (
	"errors"
	"fmt"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// The tags of string references, http://cbor.schmorp.de/stringref. They are resolved while they are read: which string
// a reference means depends on all strings before it, so a document with references could not be edited.
const (
	tagStringRef  = 25
	tagNamespace  = 256
	freeExpansion = 16 << 20 // bytes that references may expand to in any document
	mostNested    = 1000     // the most namespaces around one value
	mostExpansion = 64       // times the document's size that they may expand to beyond that
)

// A namespace is a value in tag 256 and the strings in it that references may refer to.
type namespace struct {
	depth   int // of the frames around the value
	strings []string
	texts   []bool
}

// add counts a string if it is longer than a reference to it would be.
func (n *namespace) add(major byte, b []byte) {
	least := 3
	switch next := len(n.strings); {
	case next >= 1<<32:
		least = 11
	case next >= 1<<16:
		least = 7
	case next >= 1<<8:
		least = 5
	case next >= 24:
		least = 4
	}
	if len(b) >= least {
		n.strings, n.texts = append(n.strings, string(b)), append(n.texts, major == MajorText)
	}
}

// openSpace begins a namespace for the value that follows, and reads that value.
func (r *Reader) openSpace(ev *event.Event) error {
	for {
		if len(r.spaces) > len(r.Frames)+mostNested {
			return fmt.Errorf("tag %d is nested deeper than %d: %w", tagNamespace, mostNested, event.ErrLimit)
		}
		r.spaces = append(r.spaces, namespace{depth: len(r.Frames)})
		s := &r.Src
		if !s.Ensure(3) || string(s.Buf[s.Pos:s.Pos+3]) != "\xd9\x01\x00" {
			return r.item(ev)
		}
		s.Pos += 3
	}
}

// closeSpaces ends the namespaces whose value is complete.
func (r *Reader) closeSpaces() {
	for n := len(r.spaces); n > 0 && r.spaces[n-1].depth == len(r.Frames); n-- {
		r.spaces = r.spaces[:n-1]
	}
}

// stringRef reads a reference to a string.
func (r *Reader) stringRef(ev *event.Event) error {
	major, n, err := r.head()
	if err != nil {
		return err
	}
	space := &r.spaces[len(r.spaces)-1]
	if major != MajorUint || n >= uint64(len(space.strings)) {
		return errors.New("reference to a string that does not exist")
	}
	ev.Kind, ev.Data = event.KindBytes, []byte(space.strings[n])
	if space.texts[n] {
		ev.Kind = event.KindString
	}
	if r.expanded += int64(len(ev.Data)); r.expanded > freeExpansion+mostExpansion*r.Src.Offset() {
		return fmt.Errorf("references to strings expand to more than %d bytes: %w", r.expanded, event.ErrLimit)
	}
	return r.Add(ev)
}
