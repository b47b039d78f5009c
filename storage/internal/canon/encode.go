package canon

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"
)

// CBOR's major types, shifted to where they stand in a head.
const (
	majorUint   = 0 << 5
	majorNegint = 1 << 5
	majorBytes  = 2 << 5
	majorText   = 3 << 5
	majorArray  = 4 << 5
	majorMap    = 5 << 5

	simpleFalse = 0xf4
	simpleTrue  = 0xf5
	simpleNull  = 0xf6
	float16     = 0xf9
	float32bits = 0xfa
	float64bits = 0xfb
)

// maxDepth bounds how deep values nest, so that a value that contains itself is an error and not an endless loop.
const maxDepth = 500

// ErrDeep says that a value nests too deep or contains itself.
var ErrDeep = errors.New("the value nests too deep or contains itself")

// Append appends v, of a type that Describe accepts, to dst.
func Append(dst []byte, v reflect.Value) ([]byte, error) { return appendValue(dst, v, 0) }

func appendValue(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, ErrDeep
	}
	t := v.Type()
	if t.Kind() == reflect.Struct && special(t) {
		return appendSpecial(dst, v)
	}
	switch t.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(dst, simpleTrue), nil
		}
		return append(dst, simpleFalse), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n := v.Int(); n < 0 {
			return appendHead(dst, majorNegint, uint64(^n)), nil
		}
		return appendHead(dst, majorUint, uint64(v.Int())), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return appendHead(dst, majorUint, v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return appendFloat(dst, v.Float()), nil
	case reflect.Complex64, reflect.Complex128:
		c := v.Complex()
		return appendFloat(appendFloat(append(dst, majorArray|2), real(c)), imag(c)), nil
	case reflect.String:
		return append(appendHead(dst, majorText, uint64(v.Len())), v.String()...), nil
	case reflect.Pointer:
		if v.IsNil() {
			return append(dst, simpleNull), nil
		}
		// A pointer is an array of one, so that a pointer to a nil pointer is not a nil pointer.
		return appendValue(append(dst, majorArray|1), v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		return appendList(dst, v, depth)
	case reflect.Map:
		return appendMap(dst, v, depth)
	case reflect.Struct:
		return appendStruct(dst, v, depth)
	case reflect.Interface:
		return appendInterface(dst, v, depth)
	}
	return nil, fmt.Errorf("a %s cannot be written", t)
}

func appendList(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return append(dst, simpleNull), nil
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		dst = appendHead(dst, majorBytes, uint64(v.Len()))
		if v.Kind() == reflect.Slice || v.CanAddr() {
			return append(dst, v.Bytes()...), nil
		}
		for i := range v.Len() {
			dst = append(dst, byte(v.Index(i).Uint()))
		}
		return dst, nil
	}
	dst = appendHead(dst, majorArray, uint64(v.Len()))
	for i := range v.Len() {
		var err error
		if dst, err = appendValue(dst, v.Index(i), depth+1); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// appendMap writes the pairs in the order of their keys' bytes.
func appendMap(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return append(dst, simpleNull), nil
	}
	pairs := make([][]byte, 0, v.Len())
	for iterator := v.MapRange(); iterator.Next(); {
		pair, err := appendValue(nil, iterator.Key(), depth+1)
		if err == nil {
			pair, err = appendValue(pair, iterator.Value(), depth+1)
		}
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, bytes.Compare) // no key's bytes begin another's, so this is the order of the keys
	dst = appendHead(dst, majorMap, uint64(len(pairs)))
	for _, pair := range pairs {
		dst = append(dst, pair...)
	}
	return dst, nil
}

func appendStruct(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	t := v.Type()
	fields := 0
	for i := range t.NumField() {
		if t.Field(i).Name != "_" {
			fields++
		}
	}
	dst = appendHead(dst, majorArray, uint64(fields))
	for i := range t.NumField() {
		if t.Field(i).Name == "_" {
			continue
		}
		var err error
		if dst, err = appendValue(dst, v.Field(i), depth+1); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// appendInterface writes the description of the value's type and the value.
func appendInterface(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return append(dst, simpleNull), nil
	}
	description, err := Describe(v.Elem().Type(), true)
	if err != nil {
		return nil, err
	}
	dst = append(appendHead(append(dst, majorArray|2), majorText, uint64(len(description))), description...)
	return appendValue(dst, v.Elem(), depth+1)
}

// appendSpecial writes a time with its zone, and other special values by their text.
func appendSpecial(dst []byte, v reflect.Value) ([]byte, error) {
	if t, ok := v.Interface().(time.Time); ok {
		text := t.Format(time.RFC3339Nano)
		dst = append(appendHead(append(dst, majorArray|2), majorText, uint64(len(text))), text...)
		zone := t.Location().String()
		return append(appendHead(dst, majorText, uint64(len(zone))), zone...), nil
	}
	m, ok := v.Interface().(encoding.TextMarshaler)
	if !ok {
		pointer := reflect.New(v.Type())
		pointer.Elem().Set(v)
		m = pointer.Interface().(encoding.TextMarshaler)
	}
	text, err := m.MarshalText()
	if err != nil {
		return nil, err
	}
	return append(appendHead(dst, majorText, uint64(len(text))), text...), nil
}

// appendHead writes a major type and its argument in the shortest form.
func appendHead(dst []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(dst, major|byte(n))
	case n <= math.MaxUint8:
		return append(dst, major|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, major|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, major|27), n)
}

// appendFloat writes the shortest float that gives the same bits when it is read, those of a NaN included.
func appendFloat(dst []byte, f float64) []byte {
	bits := math.Float64bits(f)
	narrow := math.Float32bits(float32(f))
	if widen32(narrow) != bits {
		return binary.BigEndian.AppendUint64(append(dst, float64bits), bits)
	}
	if half, ok := toHalf(narrow); ok {
		return binary.BigEndian.AppendUint16(append(dst, float16), half)
	}
	return binary.BigEndian.AppendUint32(append(dst, float32bits), narrow)
}

// widen32 returns the bits of the float64 that has the value of the float32 with these bits; a NaN keeps its payload.
func widen32(bits uint32) uint64 {
	if bits&0x7f800000 == 0x7f800000 {
		return uint64(bits>>31)<<63 | 0x7ff<<52 | uint64(bits&0x7fffff)<<29
	}
	return math.Float64bits(float64(math.Float32frombits(bits)))
}

// widen16 returns the bits of the float32 that has the value of the float16 with these bits.
func widen16(half uint16) uint32 {
	sign, exponent, mantissa := uint32(half>>15)<<31, uint32(half>>10&0x1f), uint32(half&0x3ff)
	switch exponent {
	case 0x1f:
		return sign | 0x7f800000 | mantissa<<13
	case 0:
		return sign | math.Float32bits(float32(mantissa)*(1.0/(1<<24)))
	}
	return sign | (exponent+112)<<23 | mantissa<<13
}

// toHalf returns the float16 that has the value of the float32 with these bits, if there is one.
func toHalf(bits uint32) (uint16, bool) {
	sign, exponent, mantissa := uint16(bits>>16&0x8000), int(bits>>23&0xff), bits&0x7fffff
	var half uint16
	switch {
	case exponent == 0xff:
		half = sign | 0x7c00 | uint16(mantissa>>13)
	case exponent > 112 && exponent < 143:
		half = sign | uint16(exponent-112)<<10 | uint16(mantissa>>13)
	case exponent <= 112 && exponent > 101: // subnormal in 16 bits
		half = sign | uint16((mantissa|0x800000)>>uint(126-exponent))
	default:
		half = sign
	}
	return half, widen16(half) == bits
}
