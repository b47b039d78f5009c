package cbor

import (
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Heads are the heads that a [Reader] has passed for its last event: those of tags before a value, of the chunks of a
// string, and breaks. [Reader.Heads] is nil if nobody needs them.
type Heads struct {
	All   []Head
	Bytes []byte // as in the input, one after the other
}

// Reset forgets the heads of the previous event.
func (h *Heads) Reset() { h.All, h.Bytes = h.All[:0], h.Bytes[:0] }

func (h *Heads) add(head Head, s *wire.Source) {
	h.All = append(h.All, head)
	h.Bytes = append(h.Bytes, s.Buf[s.Pos:s.Pos+head.Len()]...)
}
