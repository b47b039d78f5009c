package serializer

import (
	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
)

// CanonicalJSON writes a JSON text in the form of RFC 8785: no white space, names in the order of their UTF-16 units,
// numbers as ECMAScript prints a float64. Objects with $ names are no more than objects to it. A number beyond float64
// is refused; one with more digits than a float64 keeps is rounded, as the RFC has it.
func CanonicalJSON(data []byte, limits Limits) ([]byte, error) { return json.Canonical(data, limits) }

// CanonicalCBOR writes a CBOR document in the core deterministic form of RFC 8949, section 4.2.1: preferred
// serialisation, definite lengths, maps in the bytewise order of their keys' encodings.
func CanonicalCBOR(data []byte, limits Limits) ([]byte, error) { return cbor.Canonical(data, limits) }

// Copy passes all events of a document from r to w and closes w. It returns [ErrAgain] when the document has to be read
// and written once more from its start; [Convert] makes these passes itself.
func Copy(w Writer, r Reader) error { return event.Copy(w, r) }
