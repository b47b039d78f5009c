package canon

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"reflect"
	"unsafe"
)

// Flat makes keys of values of one type, for use inside the process, without allocating: of a type that consists of
// booleans, numbers, strings, and structs and small arrays of them. What it writes is not CBOR but, like CBOR, is equal
// for equal values only.
type Flat struct {
	fields []field
	single bool   // there is one field, and it is not a string
	secret uint64 // makes hashes unpredictable
}

type field struct {
	offset uintptr
	size   uint8 // of a number in bytes; 0 is a string
}

// maxFields bounds the fields of a flat type.
const maxFields = 16

// FlatOf returns the Flat for values of type t, or nil if t is not flat.
func FlatOf(t reflect.Type) *Flat {
	f := &Flat{secret: maphash.Comparable(maphash.MakeSeed(), 0)}
	if !f.add(t, 0) {
		return nil
	}
	f.single = len(f.fields) == 1 && f.fields[0].size != 0
	return f
}

func (f *Flat) add(t reflect.Type, offset uintptr) bool {
	switch t.Kind() {
	case reflect.Bool,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		f.fields = append(f.fields, field{offset, uint8(t.Size())})
	case reflect.String:
		f.fields = append(f.fields, field{offset, 0})
	case reflect.Array:
		for i := range min(t.Len(), maxFields+1) {
			if !f.add(t.Elem(), offset+uintptr(i)*t.Elem().Size()) {
				return false
			}
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if field := t.Field(i); field.Name != "_" && !f.add(field.Type, offset+field.Offset) {
				return false
			}
		}
	default:
		return false
	}
	return len(f.fields) <= maxFields
}

// Single reports whether the type has a single field that is not a string. Number is for such types only.
func (f *Flat) Single() bool { return f.single }

// Number returns a number that distinguishes the value that p points to from every other value of its type.
func (f *Flat) Number(p unsafe.Pointer) uint64 { return scatter(f.fields[0].number(p) ^ f.secret) }

// Append appends words that distinguish the value that p points to from every other value of its type, and returns
// their hash.
func (f *Flat) Append(words []uint64, p unsafe.Pointer) (all []uint64, hash uint64) {
	hash = f.secret
	for i := range f.fields {
		field := &f.fields[i]
		if field.size == 0 {
			words, hash = appendText(words, hash, *(*string)(unsafe.Add(p, field.offset)))
			continue
		}
		n := field.number(p)
		words, hash = append(words, n), mix(hash, n)
	}
	return words, hash
}

// appendText appends a text: its length, and its bytes in words, of which the last may have some bytes twice.
func appendText(words []uint64, hash uint64, text string) ([]uint64, uint64) {
	n := uint64(len(text))
	words, hash = append(words, n), mix(hash, n)
	rest := unsafe.Slice(unsafe.StringData(text), len(text))
	for ; len(rest) > 8; rest = rest[8:] {
		n = binary.LittleEndian.Uint64(rest)
		words, hash = append(words, n), mix(hash, n)
	}
	switch {
	case len(rest) >= 4:
		n = uint64(binary.LittleEndian.Uint32(rest)) | uint64(binary.LittleEndian.Uint32(rest[len(rest)-4:]))<<32
	case len(rest) > 0:
		n = uint64(rest[0]) | uint64(rest[len(rest)/2])<<8 | uint64(rest[len(rest)-1])<<16
	default:
		return words, hash
	}
	return append(words, n), mix(hash, n)
}

// number reads the field of the value that p points to.
func (f *field) number(p unsafe.Pointer) uint64 {
	at := unsafe.Add(p, f.offset)
	switch f.size {
	case 8:
		return *(*uint64)(at)
	case 4:
		return uint64(*(*uint32)(at))
	case 2:
		return uint64(*(*uint16)(at))
	}
	return uint64(*(*uint8)(at))
}

// Restore writes to p the value with the given key: a hash and, in the memory of a text, words.
func (f *Flat) Restore(p unsafe.Pointer, hash uint64, text string) {
	if f.single {
		f.fields[0].set(p, unscatter(hash)^f.secret)
		return
	}
	word := func() uint64 {
		n := binary.NativeEndian.Uint64([]byte(text[:8]))
		text = text[8:]
		return n
	}
	for i := range f.fields {
		field := &f.fields[i]
		if field.size > 0 {
			field.set(p, word())
			continue
		}
		*(*string)(unsafe.Add(p, field.offset)) = restoreText(word)
	}
}

// restoreText reads what appendText has written.
func restoreText(word func() uint64) string {
	b := make([]byte, word())
	rest := b
	for ; len(rest) > 8; rest = rest[8:] {
		binary.LittleEndian.PutUint64(rest, word())
	}
	switch {
	case len(rest) >= 4:
		n := word()
		binary.LittleEndian.PutUint32(rest, uint32(n))
		binary.LittleEndian.PutUint32(rest[len(rest)-4:], uint32(n>>32))
	case len(rest) > 0:
		n := word()
		rest[0], rest[len(rest)/2], rest[len(rest)-1] = byte(n), byte(n>>8), byte(n>>16)
	}
	return string(b)
}

// set writes the field of the value that p points to.
func (f *field) set(p unsafe.Pointer, n uint64) {
	at := unsafe.Add(p, f.offset)
	switch f.size {
	case 8:
		*(*uint64)(at) = n
	case 4:
		*(*uint32)(at) = uint32(n)
	case 2:
		*(*uint16)(at) = uint16(n)
	default:
		*(*uint8)(at) = uint8(n)
	}
}

// odd is 2^64 divided by the golden ratio, as in Knuth's multiplicative hashing.
const odd = 0x9e3779b97f4a7c15

// scatter spreads neighbouring numbers. Every step is reversible, so different numbers stay different.
func scatter(n uint64) uint64 {
	n *= odd
	return n ^ n>>32
}

// unscatter undoes scatter. A multiplication by an odd number is undone by one by its inverse, which Newton's method
// finds.
func unscatter(n uint64) uint64 {
	inverse := uint64(odd)
	for range 5 {
		inverse *= 2 - odd*inverse
	}
	return (n ^ n>>32) * inverse
}

// mix adds a number to a hash. It folds the product of 128 bits, as wyhash does.
func mix(hash, n uint64) uint64 {
	high, low := bits.Mul64(hash^n, odd)
	return high ^ low
}
