package serializer

import (
	"math/big"

	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// A Value is a document or a part of one, of any [Kind]: the tree that holds what Go's own types cannot distinguish, or
// cannot hold at all. It is immutable and safe for concurrent use; the zero Value is not a value, see [Value.IsZero].
type Value = tree.Value

// A Mismatch is a place where two values differ.
type Mismatch = tree.Mismatch

// Null returns what Python calls None, Go nil and JSON null.
func Null() Value { return tree.Null() }

// Undefined returns CBOR's undefined.
func Undefined() Value { return tree.Undefined() }

// Bool returns a boolean.
func Bool(b bool) Value { return tree.Bool(b) }

// Int returns an integer.
func Int(i int64) Value { return tree.Int(i) }

// BigInt returns an integer of any size. Its kind is KindInt if it fits int64.
func BigInt(i *big.Int) Value { return tree.BigInt(i) }

// Float returns a float64 with all its bits.
func Float(f float64) Value { return tree.Float(f) }

// Complex returns a complex number.
func Complex(c complex128) Value { return tree.Complex(c) }

// String returns a string, which must be valid UTF-8.
func String(s string) Value { return tree.String(s) }

// Bytes returns a copy of b as bytes.
func Bytes(b []byte) Value { return tree.Bytes(b) }

// ByteArray returns a copy of b as what Python calls a bytearray.
func ByteArray(b []byte) Value { return tree.ByteArray(b) }

// UUID returns a UUID.
func UUID(id [16]byte) Value { return tree.UUID(id) }

// Simple returns a CBOR simple value other than false, true, null and undefined.
func Simple(n uint8) Value { return tree.Simple(n) }

// Ext returns a MessagePack extension of a type other than the timestamp's and this module's.
func Ext(code int8, data []byte) Value { return tree.Ext(code, data) }

// Ref returns another occurrence of the shared value with that index, the number of shared values that begin before it.
func Ref(index int) Value { return tree.Ref(index) }

// Parse reads the text of a KindBigInt (or KindInt), KindNumber, KindDecimal, KindFraction, KindUUID, KindDatetime,
// KindDate, KindTime or KindTimedelta, in the form in which JSON carries it.
func Parse(kind Kind, text string) (Value, error) { return tree.Parse(kind, text) }

// List returns an ordered list. The slice belongs to the value afterwards, as with all containers.
func List(items ...Value) Value { return tree.List(items...) }

// Tuple returns an immutable list.
func Tuple(items ...Value) Value { return tree.Tuple(items...) }

// Set returns a set. No two elements may be equal.
func Set(items ...Value) Value { return tree.Set(items...) }

// FrozenSet returns an immutable set. No two elements may be equal.
func FrozenSet(items ...Value) Value { return tree.FrozenSet(items...) }

// Map returns a map of alternating keys and values: Map(k1, v1, k2, v2). It panics if a value is missing.
func Map(items ...Value) Value { return tree.Map(items...) }

// Tagged returns a value with a CBOR tag that has no kind of its own.
func Tagged(tag uint64, v Value) Value { return tree.Tagged(tag, v) }

// Shared returns a value that a Ref may refer to.
func Shared(v Value) Value { return tree.Shared(v) }

// Instance returns an instance of a named class, described by its parts in their order. It panics if there are more or
// fewer values than parts says.
func Instance(name string, parts Parts, values ...Value) Value {
	return tree.Instance(name, parts, values...)
}

// Equal reports whether two values are equal under the typed model: of one kind, with equal content. The order of keys
// counts in maps, the order of elements does not count in sets.
func Equal(a, b Value) bool { return tree.Equal(a, b) }

// Difference finds the first place where two values differ.
func Difference(a, b Value) (m Mismatch, differ bool) { return tree.Difference(a, b) }

// Differences calls found with every place where two values differ, until it returns false. Keys are matched by value;
// the same keys in another order are a difference of their own, unless unordered is set.
func Differences(a, b Value, unordered bool, found func(Mismatch) bool) {
	tree.Differences(a, b, unordered, found)
}

// ReadValue builds the value of a document from its events.
func ReadValue(r Reader) (Value, error) { return tree.Read(r) }

// NewValueReader returns a reader of the events of v. It returns an error for a zero Value inside, and for a reference
// to a shared value that has not begun yet.
func NewValueReader(v Value) Reader { return tree.NewReader(v) }
