package tree

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"unsafe"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// A Value is a document or a part of one, of any [Kind]: the tree that holds what Go's own types cannot distinguish, or
// cannot hold at all. It is immutable and safe for concurrent use; the zero Value is not a value, see [Value.IsZero].
//
// Its 24 bytes hold scalars; text and inner values lie behind the pointer.
type Value struct {
	meta uint64         // the kind in the lowest byte, the length above it
	num  uint64         // as Event.Num
	ptr  unsafe.Pointer // to length bytes, or length Values in containers
}

func scalarValue(kind event.Kind, num uint64) Value { return Value{meta: uint64(kind), num: num} }

func textValue(kind event.Kind, num uint64, text string) Value {
	return Value{meta: uint64(kind) | uint64(len(text))<<8, num: num, ptr: unsafe.Pointer(unsafe.StringData(text))}
}

func ContainerValue(kind event.Kind, num uint64, items []Value) Value {
	return Value{meta: uint64(kind) | uint64(len(items))<<8, num: num, ptr: unsafe.Pointer(unsafe.SliceData(items))}
}

func (v Value) length() int { return int(v.meta >> 8) }

// text returns the Data of the event that the value stands for.
func (v Value) text() string { return unsafe.String((*byte)(v.ptr), v.length()) }

// items returns the values in a container. Those of an instance begin with its name.
func (v Value) items() []Value { return unsafe.Slice((*Value)(v.ptr), v.length()) }

// Null returns what Python calls None, Go nil and JSON null.
func Null() Value { return scalarValue(event.KindNull, 0) }

// Undefined returns CBOR's undefined.
func Undefined() Value { return scalarValue(event.KindUndefined, 0) }

// Bool returns a boolean.
func Bool(b bool) Value {
	if b {
		return scalarValue(event.KindBool, 1)
	}
	return scalarValue(event.KindBool, 0)
}

// Int returns an integer.
func Int(i int64) Value { return scalarValue(event.KindInt, uint64(i)) }

// BigInt returns an integer of any size. Its kind is KindInt if it fits int64.
func BigInt(i *big.Int) Value {
	if i.IsInt64() {
		return Int(i.Int64())
	}
	return textValue(event.KindBigInt, 0, i.String())
}

// Float returns a float64 with all its bits.
func Float(f float64) Value { return scalarValue(event.KindFloat, math.Float64bits(f)) }

// Complex returns a complex number.
func Complex(c complex128) Value {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 16), math.Float64bits(real(c)))
	return textValue(event.KindComplex, 0, string(binary.BigEndian.AppendUint64(b, math.Float64bits(imag(c)))))
}

// String returns a string, which must be valid UTF-8.
func String(s string) Value { return textValue(event.KindString, 0, s) }

// Bytes returns a copy of b as bytes.
func Bytes(b []byte) Value { return textValue(event.KindBytes, 0, string(b)) }

// ByteArray returns a copy of b as what Python calls a bytearray.
func ByteArray(b []byte) Value { return textValue(event.KindByteArray, 0, string(b)) }

// UUID returns a UUID.
func UUID(id [16]byte) Value { return textValue(event.KindUUID, 0, string(id[:])) }

// Simple returns a CBOR simple value other than false, true, null and undefined.
func Simple(n uint8) Value { return scalarValue(event.KindSimple, uint64(n)) }

// Ext returns a MessagePack extension of a type other than the timestamp's and this module's.
func Ext(code int8, data []byte) Value { return textValue(event.KindExt, uint64(code), string(data)) }

// Ref returns another occurrence of the shared value with that index, the number of shared values that begin before it.
func Ref(index int) Value { return scalarValue(event.KindRef, uint64(index)) }

// Parse reads the text of a KindBigInt (or KindInt), KindNumber, KindDecimal, KindFraction, KindUUID, KindDatetime,
// KindDate, KindTime or KindTimedelta, in the form in which JSON carries it.
func Parse(kind event.Kind, text string) (Value, error) {
	data, ok := []byte(text), false
	switch kind {
	case event.KindInt, event.KindBigInt:
		if i, ok := literal.ParseBig(text); ok {
			return BigInt(i), nil
		}
	case event.KindNumber:
		var ev event.Event
		ok = event.Classify(data, &ev) == nil && ev.Kind == event.KindNumber
	case event.KindDecimal:
		data, ok = literal.NormalDecimal(data)
	case event.KindFraction:
		ok = literal.NormalFraction(data)
	case event.KindUUID:
		data, ok = literal.ParseUUID(data)
	case event.KindDatetime, event.KindDate, event.KindTime, event.KindTimedelta:
		data, ok = event.NormalTime(kind, data)
	}
	if !ok {
		return Value{}, fmt.Errorf("%q is not of kind %s", text, kind)
	}
	return textValue(kind, 0, string(data)), nil
}

// List returns an ordered list. The slice belongs to the value afterwards, as with all containers.
func List(items ...Value) Value { return ContainerValue(event.KindList, 0, items) }

// Tuple returns an immutable list.
func Tuple(items ...Value) Value { return ContainerValue(event.KindTuple, 0, items) }

// Set returns a set. No two elements may be equal.
func Set(items ...Value) Value { return ContainerValue(event.KindSet, 0, items) }

// FrozenSet returns an immutable set. No two elements may be equal.
func FrozenSet(items ...Value) Value { return ContainerValue(event.KindFrozenSet, 0, items) }

// Map returns a map of alternating keys and values: Map(k1, v1, k2, v2). It panics if a value is missing.
func Map(items ...Value) Value {
	if len(items)%2 == 1 {
		panic("serializer: a map's key without a value")
	}
	return ContainerValue(event.KindMap, 0, items)
}

// Tagged returns a value with a CBOR tag that has no kind of its own.
func Tagged(tag uint64, v Value) Value { return ContainerValue(event.KindTag, tag, []Value{v}) }

// Shared returns a value that a Ref may refer to.
func Shared(v Value) Value { return ContainerValue(event.KindShared, 0, []Value{v}) }

// Instance returns an instance of a named class, described by its parts in their order. It panics if there are more or
// fewer values than parts says.
func Instance(name string, parts event.Parts, values ...Value) Value {
	if parts.Count() != len(values) || name == "" {
		panic("serializer: an instance without its name or with other parts than announced")
	}
	return ContainerValue(event.KindInstance, uint64(parts), append([]Value{String(name)}, values...))
}

// IsZero reports whether v is the zero Value, which has no kind.
func (v Value) IsZero() bool { return v.meta == 0 }

// Kind returns the kind.
func (v Value) Kind() event.Kind { return event.Kind(v.meta) }

// Len returns the number of pairs in a map, of values in another container (parts in an instance), of bytes in a text.
func (v Value) Len() int {
	switch v.Kind() {
	case event.KindMap:
		return v.length() / 2
	case event.KindInstance:
		return v.length() - 1
	}
	return v.length()
}

// Index returns the ith value of a container other than a map.
func (v Value) Index(i int) Value {
	switch {
	case !v.Kind().Container() || v.Kind() == event.KindMap:
		panic("serializer: Index of a " + v.Kind().String())
	case v.Kind() == event.KindInstance:
		i++
	}
	return v.items()[i]
}

// Pair returns the ith pair of a map.
func (v Value) Pair(i int) (key, value Value) {
	if v.Kind() != event.KindMap {
		panic("serializer: Pair of a " + v.Kind().String())
	}
	return v.items()[2*i], v.items()[2*i+1]
}

// Number returns the number of a KindTag or KindSimple, the type of a KindExt, the index of a KindRef and the truth of
// a KindBool; 0 for other kinds.
func (v Value) Number() int64 {
	switch v.Kind() {
	case event.KindTag, event.KindExt, event.KindSimple, event.KindRef, event.KindBool:
		return int64(v.num)
	}
	return 0
}

// Parts returns which parts an instance has.
func (v Value) Parts() event.Parts {
	if v.Kind() != event.KindInstance {
		return 0
	}
	return event.Parts(v.num)
}

// Refers reports whether v contains references or shared values.
func Refers(v Value) bool {
	if v.Kind() == event.KindShared || v.Kind() == event.KindRef {
		return true
	}
	return v.Kind().Container() && slices.ContainsFunc(v.items(), Refers)
}

// Int returns the value of a KindInt.
func (v Value) Int() (int64, bool) { return int64(v.num), v.Kind() == event.KindInt }

// Big returns the value of an integer of any size.
func (v Value) Big() (*big.Int, bool) {
	switch v.Kind() {
	case event.KindInt:
		return big.NewInt(int64(v.num)), true
	case event.KindBigInt:
		return literal.ParseBig(v.text())
	}
	return nil, false
}

// Float returns the value of a KindFloat.
func (v Value) Float() (float64, bool) {
	return math.Float64frombits(v.num), v.Kind() == event.KindFloat
}

// Complex returns the value of a KindComplex.
func (v Value) Complex() (complex128, bool) {
	if v.Kind() != event.KindComplex {
		return 0, false
	}
	b := []byte(v.text())
	re, im := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	return complex(math.Float64frombits(re), math.Float64frombits(im)), true
}

// Bytes returns a copy of the content of bytes and bytearrays, of an extension or of a UUID; otherwise nil.
func (v Value) Bytes() []byte {
	switch v.Kind() {
	case event.KindBytes, event.KindByteArray, event.KindExt, event.KindUUID:
		return append([]byte{}, v.text()...)
	}
	return nil
}

// Text returns the text of a string, the name of an instance and, for the kinds that [Parse] reads, the text that it
// reads.
func (v Value) Text() string {
	switch v.Kind() {
	case event.KindString,
		event.KindBigInt,
		event.KindNumber,
		event.KindDecimal,
		event.KindFraction,
		event.KindDatetime,
		event.KindDate,
		event.KindTime,
		event.KindTimedelta:
		return v.text()
	case event.KindUUID:
		return string(literal.AppendUUID(nil, []byte(v.text())))
	case event.KindInstance:
		return v.items()[0].text()
	case event.KindInt:
		return fmt.Sprint(int64(v.num))
	}
	return ""
}

// String shows the value as JSON does, shortened.
func (v Value) String() string {
	if v.IsZero() {
		return "nothing"
	}
	var b limitedBuffer
	_ = event.Copy(json.NewWriter(&b, nil, event.KeepDuplicates), NewReader(v)) // the text is cut on purpose
	text := string(b)
	if len(text) > limitedLength {
		return text[:limitedLength] + "…"
	}
	for len(text) > 0 && text[len(text)-1] == '\n' {
		text = text[:len(text)-1]
	}
	return text
}

const limitedLength = 200

// A limitedBuffer keeps the beginning of what is written to it.
type limitedBuffer []byte

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if room := limitedLength + 1 - len(*b); room > 0 {
		*b = append(*b, p[:min(room, len(p))]...)
	}
	return len(p), nil
}
