package serializer

import (
	"bytes"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// CanonicalJSON writes a JSON text in the form of RFC 8785: no white space, names in the order of their UTF-16 units,
// numbers as ECMAScript prints a float64. Objects with $ names are objects like any other. A number beyond float64 is
// refused; one with more digits than a float64 keeps is rounded, as the RFC has it.
func CanonicalJSON(data []byte, limits Limits) ([]byte, error) {
	var out bytes.Buffer
	err := json.Canonical(&out, wire.MemorySource(data), limits)
	return out.Bytes(), err
}

// CanonicalCBOR writes a CBOR document in the core deterministic form of RFC 8949, section 4.2.1: preferred
// serialisation, definite lengths, maps in the bytewise order of their keys' encodings. The elements of sets are sorted
// in the same way.
func CanonicalCBOR(data []byte, limits Limits) ([]byte, error) {
	var out bytes.Buffer
	err := cbor.Canonical(&out, wire.MemorySource(data), limits)
	return out.Bytes(), err
}

// Canonical writes the canonical form of the document in src, in FormatJSON or FormatCBOR, as [CanonicalJSON] and
// [CanonicalCBOR] do. It holds a window of the document in memory, and what it has to sort in a temporary file; dst
// receives nothing before the document is complete.
func Canonical(dst io.Writer, format Format, src io.Reader, limits Limits) error {
	known, err := format.known()
	if err != nil {
		return err
	}
	if known.Canonical == nil {
		return fmt.Errorf("%s has no canonical form", format)
	}
	return known.Canonical(dst, wire.NewSource(src, limits.ForStream().Size), limits)
}

// Copy passes all events of a document from r to w and closes w. It returns [ErrAgain] if the document has to be read
// and written once more from its start; [Convert] makes these passes itself.
func Copy(w Writer, r Reader) error { return event.Copy(w, r) }
