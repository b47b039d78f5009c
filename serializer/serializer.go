// Package serializer writes data containers to files and reads them back without losing anything.
//
// A [Serializer] is a file format: [JSON], [Binary] (CBOR) or [MessagePack]. Each encodes Go values and [Value], the
// ordered tree of everything that the formats, and Python's data, can tell apart: an integer of any size from a float,
// a tuple from a list, bytes from text, a set, a date, 1e400. What a format has no syntax for is written in a
// documented form, so a document that goes through all three comes back equal. [Save] and [Load] choose the format by
// the file's name and never leave half a file.
//
// Types that are registered with [Register] have a number and a name. A value of a registered type in a field of type
// any, or in a slice of an interface, is written with that name and comes back as that type; one of an unregistered
// named type is refused there. What has no such name comes back as Go's own type for the kind: integers as int64 or
// *big.Int, other numbers as float64 where that is exact, lists as []any, maps with names only as map[string]any, and
// what Go has no type for, such as a map with other keys, as a [Value].
//
// Below the trees lie events. A [Reader] turns any format into the same stream of [Event] values, a [Writer] turns it
// into any other format, and [Copy] between the two holds only a window of the document, never the whole.
package serializer

import (
	"bytes"
	"io"

	"github.com/pythonweb/goweb/serializer/internal/bind"
)

// A Serializer encodes and decodes a file format.
type Serializer interface {
	// Name returns the format's name, such as "json".
	Name() string
	// Extensions returns the file name extensions of the format, with the dot, the usual one first.
	Extensions() []string
	// Encode writes one document that holds v. Maps are written in the order of their keys, so that equal values have
	// equal bytes. A value that Decode would not give back is an error that says where it is. If Encode fails, w has
	// received nothing of the document, or the beginning of one that is longer than 64 KiB.
	Encode(w io.Writer, v any) error
	// Decode reads one document, which must be all that r has, into what v points to. What the document does not mention
	// stays as it is. It refuses what does not fit: a number that overflows, a name that the struct does not have. If it
	// fails, *v is unchanged.
	Decode(r io.Reader, v any) error
}

// Types determine how Go values are written and read. The zero value is what most programs want.
type Types = bind.Options

// Unknown tells Decode what to do with a name that a struct does not have. A struct with a field such as
//
//	Rest map[string]any `json:",inline"`
//
// keeps unknown names there, whatever is chosen.
type Unknown = bind.Unknown

// The choices.
const (
	RefuseUnknown = bind.RefuseUnknown
	IgnoreUnknown = bind.IgnoreUnknown
)

// JSON is the text format of RFC 8259. Values that it has no syntax for are written as objects with one name that
// begins with $, such as {"$bytes":"aGk="}; objects that merely look like that are escaped. The zero value is ready.
type JSON struct {
	Limits     Limits     // of Decode
	Duplicates Duplicates // of Decode: whether an object may have a name twice
	Plain      bool       // for other programs' JSON: no object is read or written as a wrapper
	Types      Types      // how Go values are written and read
}

// Binary is CBOR, the binary format of RFC 8949, in preferred serialisation; containers over 64 KiB have an indefinite
// length. The zero value is ready.
type Binary struct {
	Limits     Limits     // of Decode
	Duplicates Duplicates // what Decode does with a map that has a key twice
	Plain      bool       // no tag of this module's own is read or written
	Types      Types      // how Go values are written and read
}

// MessagePack is the binary format of https://github.com/msgpack/msgpack/blob/master/spec.md. Kinds that it lacks are
// written as extensions of type 80. The zero value is ready.
type MessagePack struct {
	Limits     Limits     // of Decode
	Duplicates Duplicates // what Decode does with a map that has a key twice
	Plain      bool       // no extension of this module's own is read or written
	Types      Types      // how Go values are written and read
}

// Name returns "json".
func (JSON) Name() string { return "json" }

// Extensions returns ".json".
func (JSON) Extensions() []string { return FormatJSON.Extensions() }

// Encode writes v as one line of JSON.
func (f JSON) Encode(w io.Writer, v any) error { return f.codec().encode(w, v) }

// Decode reads JSON into what v points to.
func (f JSON) Decode(r io.Reader, v any) error { return f.codec().decode(r, v) }

// Marshal returns v as JSON, without a line feed at the end.
func (f JSON) Marshal(v any) ([]byte, error) {
	b, err := f.codec().marshal(v)
	return bytes.TrimSuffix(b, []byte("\n")), err
}

// Unmarshal reads JSON into what v points to.
func (f JSON) Unmarshal(data []byte, v any) error { return f.codec().unmarshal(data, v) }

func (f JSON) codec() codec { return codec{FormatJSON, f.Limits, f.Duplicates, f.Plain, f.Types} }

// Name returns "cbor".
func (Binary) Name() string { return "cbor" }

// Extensions returns ".cbor" and ".bin".
func (Binary) Extensions() []string { return FormatCBOR.Extensions() }

// Encode writes v as CBOR.
func (f Binary) Encode(w io.Writer, v any) error { return f.codec().encode(w, v) }

// Decode reads CBOR into what v points to.
func (f Binary) Decode(r io.Reader, v any) error { return f.codec().decode(r, v) }

// Marshal returns v as CBOR.
func (f Binary) Marshal(v any) ([]byte, error) { return f.codec().marshal(v) }

// Unmarshal reads CBOR into what v points to.
func (f Binary) Unmarshal(data []byte, v any) error { return f.codec().unmarshal(data, v) }

func (f Binary) codec() codec { return codec{FormatCBOR, f.Limits, f.Duplicates, f.Plain, f.Types} }

// Name returns "msgpack".
func (MessagePack) Name() string { return "msgpack" }

// Extensions returns ".msgpack" and ".mp".
func (MessagePack) Extensions() []string { return FormatMessagePack.Extensions() }

// Encode writes v as MessagePack.
func (f MessagePack) Encode(w io.Writer, v any) error { return f.codec().encode(w, v) }

// Decode reads MessagePack into what v points to.
func (f MessagePack) Decode(r io.Reader, v any) error { return f.codec().decode(r, v) }

// Marshal returns v as MessagePack.
func (f MessagePack) Marshal(v any) ([]byte, error) { return f.codec().marshal(v) }

// Unmarshal reads MessagePack into what v points to.
func (f MessagePack) Unmarshal(data []byte, v any) error { return f.codec().unmarshal(data, v) }

func (f MessagePack) codec() codec {
	return codec{FormatMessagePack, f.Limits, f.Duplicates, f.Plain, f.Types}
}
