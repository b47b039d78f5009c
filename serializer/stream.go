package serializer

import (
	"fmt"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/msgpack"
)

// A Format is a form that a stream of events can be read from or written to.
type Format string

// The formats. The documents of FormatJSONLines and FormatCBORSequence are the values of one list.
const (
	FormatJSON         Format = "json"
	FormatJSONLines    Format = "jsonl"
	FormatCBOR         Format = "cbor"
	FormatCBORSequence Format = "cborseq"
	FormatMessagePack  Format = "msgpack"
)

// NewReader returns a reader of the events of the document in r, of which it holds a window at a time.
func NewReader(format Format, r io.Reader, hints *Hints, o ReaderOptions) (Reader, error) {
	src := event.NewSource(r, o.Limits.ForStream().Size)
	switch format {
	case FormatJSON, FormatJSONLines:
		reader := json.NewReader(src, o)
		reader.Hints, reader.Lines = hints, format == FormatJSONLines
		return reader, nil
	case FormatCBOR, FormatCBORSequence:
		reader := cbor.NewReader(src, o)
		reader.Sequence = format == FormatCBORSequence
		return reader, nil
	case FormatMessagePack:
		return msgpack.NewReader(src, o), nil
	}
	return nil, fmt.Errorf("read %s: %w", format, ErrUnknownFormat)
}

// NewWriter returns a writer of a document to w, of which it holds a window at a time. It has to be told whether
// the reader keeps duplicate keys. If w is a [ValueEnder], a sequence's writer holds back no value that is complete.
func NewWriter(format Format, w io.Writer, hints *Hints, duplicates Duplicates) (Writer, error) {
	switch format {
	case FormatJSON, FormatJSONLines:
		writer := json.NewWriter(w, hints, duplicates)
		if writer.Lines = format == FormatJSONLines; writer.Lines {
			writer.Ender, _ = w.(ValueEnder)
		}
		return writer, nil
	case FormatCBOR, FormatCBORSequence:
		writer := cbor.NewWriter(w)
		if writer.Sequence = format == FormatCBORSequence; writer.Sequence {
			writer.Ender, _ = w.(ValueEnder)
		}
		return writer, nil
	case FormatMessagePack:
		return msgpack.NewWriter(w, hints), nil
	}
	return nil, fmt.Errorf("write %s: %w", format, ErrUnknownFormat)
}

// CanonicalJSON writes a JSON text in the form of RFC 8785: no white space, names in the order of their UTF-16 units,
// numbers as ECMAScript prints a float64. Objects with $ names are no more than objects to it. A number beyond float64
// is refused; one with more digits than a float64 keeps is rounded, as the RFC has it.
func CanonicalJSON(data []byte, limits Limits) ([]byte, error) { return json.Canonical(data, limits) }

// CanonicalCBOR writes a CBOR document in the core deterministic form of RFC 8949, section 4.2.1: preferred
// serialisation, definite lengths, maps in the bytewise order of their keys' encodings.
func CanonicalCBOR(data []byte, limits Limits) ([]byte, error) { return cbor.Canonical(data, limits) }

// Copy passes all events of a document from r to w and closes w. It returns [ErrAgain] when the document has to be read
// and written once more from its start.
//
// Deprecated: [Convert] makes the passes itself.
func Copy(w Writer, r Reader) error { return event.Copy(w, r) }
