// Package serializer writes data containers to files and reads them back without losing anything.
//
// A [Serializer] is a file format: [JSON], [Binary] (CBOR) or [MessagePack]. Each encodes Go values and [Value], the
// ordered tree of everything that the formats, and Python's data, can tell apart: an integer of any size from a
// float, a tuple from a list, bytes from text, a set, a date, 1e400. What a format has no syntax for it writes in a
// documented form of its own, so a document that goes through all three comes back equal. [Save] and [Load] choose
// the format by the file's name and never leave half a file.
//
// Types that are registered with [Register] have a number and a name. A value of a registered type in a field of
// type any, or in a slice of an interface, is written with that name and comes back as that type.
//
// Below the trees lie events. A [Reader] turns any format into the same [Event] steps, a [Writer] turns them into any
// other, and [Copy] between the two holds a window of the document only, never the whole.
package serializer

import (
	"bytes"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/bind"
	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/msgpack"
)

// A Serializer is a format of files.
type Serializer interface {
	// Name is the format's name, such as "json".
	Name() string
	// Extensions are the ends of file names that mean the format, with the dot, the usual one first.
	Extensions() []string
	// Encode writes one document that holds v. Maps are written in the order of their keys, so that equal values
	// have equal bytes. If it fails then w may have a part of the document.
	Encode(w io.Writer, v any) error
	// Decode reads one document, which must be all that r has, into what v points to. It refuses what does not fit:
	// a number that overflows, a name that the struct does not have. If it fails then *v is as it was.
	Decode(r io.Reader, v any) error
}

// JSON is the text format of RFC 8259. Values that it has no syntax for are written as objects with one name that
// begins with $, such as {"$bytes":"aGk="}; objects that merely look like that are escaped. The zero value is ready.
type JSON struct {
	Limits     Limits     // of Decode
	Duplicates Duplicates // what Decode does with an object that has a name twice
}

// Binary is CBOR, the binary format of RFC 8949, in preferred serialisation; containers over 64 KiB have an indefinite
// length. The zero value is ready.
type Binary struct {
	Limits     Limits     // of Decode
	Duplicates Duplicates // what Decode does with a map that has a key twice
}

// MessagePack is the binary format of https://github.com/msgpack/msgpack/blob/master/spec.md. Kinds of its own are
// extensions of type 80. The zero value is ready.
type MessagePack struct {
	Limits     Limits     // of Decode
	Duplicates Duplicates // what Decode does with a map that has a key twice
}

// Name is json.
func (JSON) Name() string { return "json" }

// Extensions is .json.
func (JSON) Extensions() []string { return []string{".json"} }

// Encode writes v as one line of JSON.
func (JSON) Encode(w io.Writer, v any) error {
	return bind.Encode(json.NewWriter(w, nil, KeepDuplicates), v)
}

// Decode reads JSON into what v points to.
func (f JSON) Decode(r io.Reader, v any) error {
	limits := f.Limits.ForTree()
	data, err := readAll(r, limits.Size)
	if err != nil {
		return err
	}
	return bind.Decode(json.NewReader(event.MemorySource(data), ReaderOptions{Limits: limits, Duplicates: f.Duplicates}), v)
}

// Name is cbor.
func (Binary) Name() string { return "cbor" }

// Extensions are .cbor and .bin.
func (Binary) Extensions() []string { return []string{".cbor", ".bin"} }

// Encode writes v as CBOR.
func (Binary) Encode(w io.Writer, v any) error { return bind.Encode(cbor.NewWriter(w), v) }

// Decode reads CBOR into what v points to.
func (f Binary) Decode(r io.Reader, v any) error {
	limits := f.Limits.ForTree()
	data, err := readAll(r, limits.Size)
	if err != nil {
		return err
	}
	return bind.Decode(cbor.NewReader(event.MemorySource(data), ReaderOptions{Limits: limits, Duplicates: f.Duplicates}), v)
}

// Name is msgpack.
func (MessagePack) Name() string { return "msgpack" }

// Extensions are .msgpack and .mp.
func (MessagePack) Extensions() []string { return []string{".msgpack", ".mp"} }

// Encode writes v as MessagePack.
func (MessagePack) Encode(w io.Writer, v any) error { return bind.Encode(msgpack.NewWriter(w, nil), v) }

// Decode reads MessagePack into what v points to.
func (f MessagePack) Decode(r io.Reader, v any) error {
	limits := f.Limits.ForTree()
	data, err := readAll(r, limits.Size)
	if err != nil {
		return err
	}
	return bind.Decode(msgpack.NewReader(event.MemorySource(data), ReaderOptions{Limits: limits, Duplicates: f.Duplicates}), v)
}

// readAll reads an input of a limited size.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	if b, ok := r.(*bytes.Reader); ok && int64(b.Len()) <= limit {
		data := make([]byte, b.Len())
		_, err := io.ReadFull(b, data)
		return data, err
	}
	data, err := io.ReadAll(io.LimitReader(r, limit))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) == limit {
		if n, _ := io.ReadFull(r, make([]byte, 1)); n > 0 {
			return nil, fmt.Errorf("input is larger than %d bytes: %w", limit, event.ErrLimit)
		}
	}
	return data, nil
}
