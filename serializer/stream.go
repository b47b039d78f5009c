package serializer

import (
	"fmt"
	"io"
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

// Hints carry what one pass over a document found out too late to the next pass. Where the beginning of something
// depends on its end, more than 64 KiB further on, a reader or writer assumes the likelier; if it was wrong then Copy
// returns [ErrAgain], and the document has to be copied again from its start, with the same Hints for both sides.
// Every pass knows more than the one before, and most documents need one.
type Hints struct {
	plain   map[int64]bool   // JSON objects that begin like a wrapper and are none, by offset
	pairs   map[int64]bool   // maps that must be written as $dict, by their number in the document
	lengths map[int64]uint64 // lengths of long MessagePack containers, by their number in the document
}

// NewHints returns hints that know nothing yet.
func NewHints() *Hints {
	return &Hints{plain: map[int64]bool{}, pairs: map[int64]bool{}, lengths: map[int64]uint64{}}
}

// NewReader returns a reader of the events of the document in r, of which it holds a window at a time.
func NewReader(format Format, r io.Reader, hints *Hints, o ReaderOptions) (Reader, error) {
	src := newSource(r, o.Limits.forStream().Size)
	switch format {
	case FormatJSON, FormatJSONLines:
		reader := newJSONReader(src, o)
		reader.hints, reader.lines = hints, format == FormatJSONLines
		return reader, nil
	case FormatCBOR, FormatCBORSequence:
		reader := newCBORReader(src, o)
		reader.sequence = format == FormatCBORSequence
		return reader, nil
	case FormatMessagePack:
		return newMessagePackReader(src, o), nil
	}
	return nil, fmt.Errorf("read %s: %w", format, ErrUnknownFormat)
}

// A ValueEnder is an output that wants to know where the values of a sequence end: a writer of FormatJSONLines or
// FormatCBORSequence to it calls EndValue when it has written all of a value.
type ValueEnder interface {
	EndValue() error
}

// NewWriter returns a writer of a document to w, of which it holds a window at a time. It has to be told whether
// the reader keeps duplicate keys. If w is a [ValueEnder], a sequence's writer holds back no value that is complete.
func NewWriter(format Format, w io.Writer, hints *Hints, duplicates Duplicates) (Writer, error) {
	switch format {
	case FormatJSON, FormatJSONLines:
		writer := newJSONWriter(w, hints, duplicates)
		if writer.lines = format == FormatJSONLines; writer.lines {
			writer.ender, _ = w.(ValueEnder)
		}
		return writer, nil
	case FormatCBOR, FormatCBORSequence:
		writer := newCBORWriter(w)
		if writer.sequence = format == FormatCBORSequence; writer.sequence {
			writer.ender, _ = w.(ValueEnder)
		}
		return writer, nil
	case FormatMessagePack:
		return newMessagePackWriter(w, hints), nil
	}
	return nil, fmt.Errorf("write %s: %w", format, ErrUnknownFormat)
}
