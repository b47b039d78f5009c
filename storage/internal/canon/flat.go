package canon

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// Flat writes values of one type without allocating: a type that consists of booleans, integers, strings, and structs and
// small arrays of them. What it writes is no CBOR, but like that it is equal for equal values only.
type Flat struct{ fields []field }

type field struct {
	offset uintptr
	size   uint8 // of an integer in bytes; 0 is a string
}

// maxFields bounds the fields of a flat type.
const maxFields = 16

// FlatOf returns how values of type t are written, or nil when t is not flat.
func FlatOf(t reflect.Type) *Flat {
	f := &Flat{}
	if !f.add(t, 0) {
		return nil
	}
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

// Word returns the value that p points to as one number, when the type has a single field and it is no string.
func (f *Flat) Word() (size uint8, ok bool) {
	if len(f.fields) != 1 || f.fields[0].size == 0 {
		return 0, false
	}
	return f.fields[0].size, true
}

// Append appends the value that p points to.
func (f *Flat) Append(dst []byte, p unsafe.Pointer) []byte {
	for _, field := range f.fields {
		at := unsafe.Add(p, field.offset)
		switch field.size {
		case 8:
			dst = binary.NativeEndian.AppendUint64(dst, *(*uint64)(at))
		case 4:
			dst = binary.NativeEndian.AppendUint32(dst, *(*uint32)(at))
		case 2:
			dst = binary.NativeEndian.AppendUint16(dst, *(*uint16)(at))
		case 1:
			dst = append(dst, *(*uint8)(at))
		case 0:
			text := *(*string)(at)
			dst = binary.NativeEndian.AppendUint64(dst, uint64(len(text)))
			dst = append(dst, text...)
		}
	}
	return dst
}
