package serializer

import (
	"math/big"

	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// A Value is a document or a part of one, of any [Kind]: the tree that holds what Go's own types cannot tell apart or
// not hold at all. It is immutable and safe for concurrent use; the zero Value is not a value, see [Value.IsZero].
type Value = tree.Value

// A Mismatch is a place where two values differ.
type Mismatch = tree.Mismatch

// Null is None, nil and null.
func Null() Value { return tree.Null() }

// Undefined is CBOR's undefined.
func Undefined() Value { return tree.Undefined() }

// Bool is a truth value.
func Bool(b bool) Value { return tree.Bool(b) }

// Int is an integer.
func Int(i int64) Value { return tree.Int(i) }

// BigInt is an integer of any size. Its kind is KindInt if it fits.
func BigInt(i *big.Int) Value { return tree.BigInt(i) }

// Float is a float64 with all its bits.
func Float(f float64) Value { return tree.Float(f) }

// Complex is a pair of floats.
func Complex(c complex128) Value { return tree.Complex(c) }

// String is text, which must be valid UTF-8.
func String(s string) Value { return tree.String(s) }

// Bytes is a copy of b.
func Bytes(b []byte) Value { return tree.Bytes(b) }

// ByteArray is a copy of b of the kind that Python calls bytearray.
func ByteArray(b []byte) Value { return tree.ByteArray(b) }

// UUID is a UUID of 16 bytes.
func UUID(id [16]byte) Value { return tree.UUID(id) }

// Simple is a CBOR simple value that is not one of false, true, null and undefined.
func Simple(n uint8) Value { return tree.Simple(n) }

// Ext is a MessagePack extension of a code other than the timestamp's and this module's.
func Ext(code int8, data []byte) Value { return tree.Ext(code, data) }

// Ref is another occurrence of the shared value with that index, which is how many shared values begin before it.
func Ref(index int) Value { return tree.Ref(index) }

// Parse reads the text of a KindBigInt (or KindInt), KindNumber, KindDecimal, KindFraction, KindUUID, KindDatetime,
// KindDate, KindTime or KindTimedelta, in the form in which JSON carries it.
func Parse(kind Kind, text string) (Value, error) { return tree.Parse(kind, text) }

// List is an ordered list. The slice belongs to the value afterwards, as with all containers.
func List(items ...Value) Value { return tree.List(items...) }

// Tuple is an ordered list that does not change.
func Tuple(items ...Value) Value { return tree.Tuple(items...) }

// Set is a set. Elements must not be equal.
func Set(items ...Value) Value { return tree.Set(items...) }

// FrozenSet is a set that does not change. Elements must not be equal.
func FrozenSet(items ...Value) Value { return tree.FrozenSet(items...) }

// Map is a map of keys and values in turn: Map(k1, v1, k2, v2). It panics if a value is missing.
func Map(items ...Value) Value { return tree.Map(items...) }

// Tagged is a value with a CBOR tag that has no kind of its own.
func Tagged(tag uint64, v Value) Value { return tree.Tagged(tag, v) }

// Shared is a value that a Ref may name.
func Shared(v Value) Value { return tree.Shared(v) }

// Instance is an instance of a named class, described by its parts in their order. It panics if there are more or
// fewer than parts says.
func Instance(name string, parts Parts, values ...Value) Value {
	return tree.Instance(name, parts, values...)
}

// Equal reports whether two values are equal under the typed model: of one kind, with equal content. The order of keys
// counts in maps, the order of elements does not count in sets.
func Equal(a, b Value) bool { return tree.Equal(a, b) }

// Difference finds the first place where two values differ.
func Difference(a, b Value) (m Mismatch, differ bool) { return tree.Difference(a, b) }

// Differences calls found with every place where two values differ, until it returns false. Keys are matched by what
// they are; that two maps have the same keys in another order is a difference of its own, unless unordered says that
// order does not count.
func Differences(a, b Value, unordered bool, found func(Mismatch) bool) {
	tree.Differences(a, b, unordered, found)
}

// ReadValue builds the value of a document from its events.
func ReadValue(r Reader) (Value, error) { return tree.Read(r) }

// NewValueReader returns a reader of the events of v. It returns an error for a zero Value inside, and for a reference
// to a shared value that has not begun.
func NewValueReader(v Value) Reader { return tree.NewReader(v) }
