package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// The tags of RFC 8746.
const (
	tagDims       = 40   // [dimensions, elements], the last dimension varies fastest
	tagSame       = 41   // elements of one type
	tagColumnDims = 1040 // [dimensions, elements], the first dimension varies fastest
	tagTyped      = 64   // the first of the typed arrays, up to 87
)

// An array is an array of numpy, or an array.array.
type array struct {
	dtype  *dtype
	shape  []serializer.Value
	column bool   // the first dimension varies fastest
	raw    []byte // the bytes of the elements; nil for objects
	scalar bool   // a scalar of numpy
	flat   bool   // array.array, which has no dimensions
}

// A dtype is the type of an array's elements.
type dtype struct {
	letter byte   // b bool, i, u, f, c complex, U text, S bytes, O object, M datetime64, m timedelta64
	size   int    // in bytes
	big    bool   // the most significant byte comes first
	unit   string // of a datetime64 or timedelta64

	fields  []field            // of a record
	base    *dtype             // of a field that is an array; nil for others
	shape   []serializer.Value // of such a field
	objects bool               // the record has objects in it
	done    bool               // BUILD has set its state
}

var errNoTypedArray = errors.New("an array of a type that has no form here, such as long double")

// typed returns the tag of RFC 8746 for arrays of the type.
func (d *dtype) typed() (tag uint64, ok bool) {
	width := uint64(slices.Index([]int{1, 2, 4, 8}, d.size))
	little := uint64(4)
	if d.big || d.size == 1 {
		little = 0
	}
	switch {
	case width > 3:
		return 0, false
	case d.letter == 'u':
		return tagTyped | little | width, true
	case d.letter == 'i' || d.letter == 'M' || d.letter == 'm':
		return tagTyped | 8 | little | width, true
	case d.letter == 'f' && width > 0:
		return tagTyped | 16 | little | (width - 1), true
	}
	return 0, false
}

func (d *dtype) order() binary.ByteOrder {
	if d.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// uint reads an element as an unsigned integer.
func (d *dtype) uint(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(d.order().Uint16(b))
	case 4:
		return uint64(d.order().Uint32(b))
	}
	return d.order().Uint64(b)
}

// element returns the value of an element.
func (d *dtype) element(b []byte) (serializer.Value, error) {
	if len(b) != d.size {
		return serializer.Value{}, errArguments
	}
	switch d.letter {
	case 'b':
		return serializer.Bool(b[0] != 0), nil
	case 'u':
		return serializer.BigInt(new(big.Int).SetUint64(d.uint(b))), nil
	case 'i', 'M', 'm':
		shift := 64 - 8*len(b)
		return serializer.Int(int64(d.uint(b)<<shift) >> shift), nil
	case 'f':
		return serializer.Float(d.float(b)), nil
	case 'c':
		half := len(b) / 2
		return serializer.Complex(complex(d.float(b[:half]), d.float(b[half:]))), nil
	case 'S':
		for len(b) > 0 && b[len(b)-1] == 0 {
			b = b[:len(b)-1]
		}
		return serializer.Bytes(b), nil
	case 'U':
		return d.text(b)
	}
	return serializer.Value{}, errNoTypedArray
}

func (d *dtype) float(b []byte) float64 {
	bits := d.uint(b)
	switch len(b) {
	case 2:
		return math.Float64frombits(literal.FromHalf(uint16(bits)))
	case 4:
		return math.Float64frombits(literal.FromSingle(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// text reads characters of four bytes each; zeros at the end do not count.
func (d *dtype) text(b []byte) (serializer.Value, error) {
	var points []rune
	for ; len(b) >= 4; b = b[4:] {
		r := d.order().Uint32(b)
		if r > utf8.MaxRune || utf16.IsSurrogate(rune(r)) {
			return serializer.Value{}, errors.New("an array with text that is not Unicode")
		}
		points = append(points, rune(r))
	}
	for len(points) > 0 && points[len(points)-1] == 0 {
		points = points[:len(points)-1]
	}
	return serializer.String(string(points)), nil
}

// fromArray returns the value of an array.
func (b *builder) fromArray(n *node) (serializer.Value, error) {
	a := n.array
	if a.dtype != nil && len(a.dtype.fields) > 0 {
		v, err := b.records(n)
		if err != nil {
			err = at(err, n.offset)
		}
		return v, err
	}
	v, err := b.elements(n)
	if err != nil {
		return v, at(err, n.offset)
	}
	if !a.flat && len(a.shape) != 1 {
		tag := uint64(tagDims)
		if a.column {
			tag = tagColumnDims
		}
		v = serializer.Tagged(tag, serializer.List(serializer.List(a.shape...), v))
	}
	if a.dtype.unit != "" {
		name := map[byte]string{'M': "numpy.datetime64", 'm': "numpy.timedelta64"}[a.dtype.letter]
		return serializer.Instance(name, serializer.PartArgs, serializer.Tuple(v, serializer.String(a.dtype.unit))), nil
	}
	return v, nil
}

func (b *builder) elements(n *node) (serializer.Value, error) {
	a := n.array
	if a.dtype == nil || a.dtype.letter == 'V' {
		return serializer.Value{}, errNoTypedArray
	}
	if a.dtype.letter == 'O' {
		values, err := b.values(n)
		return serializer.List(values...), err
	}
	if b.room -= len(a.raw); b.room < 0 {
		return serializer.Value{}, errRepeats
	}
	if tag, ok := a.dtype.typed(); ok {
		return serializer.Tagged(tag, serializer.Bytes(a.raw)), nil
	}
	if a.dtype.size == 0 || a.dtype.letter == 'f' || a.dtype.letter == 'c' && a.dtype.size > 16 {
		return serializer.Value{}, errNoTypedArray // a long double, or nothing
	}
	var values []serializer.Value
	for raw := a.raw; len(raw) > 0; raw = raw[a.dtype.size:] {
		v, err := a.dtype.element(raw[:min(len(raw), a.dtype.size)])
		if err != nil {
			return v, err
		}
		values = append(values, v)
	}
	return serializer.Tagged(tagSame, serializer.List(values...)), nil
}

// pythonCodes are the types of array.array by their letters, as on 64-bit systems other than Windows.
var pythonCodes = map[string]dtype{
	"b": {letter: 'i', size: 1}, "B": {letter: 'u', size: 1}, "h": {letter: 'i', size: 2}, "H": {letter: 'u', size: 2},
	"i": {letter: 'i', size: 4}, "I": {letter: 'u', size: 4}, "l": {letter: 'i', size: 8}, "L": {letter: 'u', size: 8},
	"q": {letter: 'i', size: 8}, "Q": {letter: 'u', size: 8}, "f": {letter: 'f', size: 4}, "d": {letter: 'f', size: 8},
}

// rebuiltArray makes an array.array as written from protocol 3 on: class, letter, machine format, bytes.
func rebuiltArray(m *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) != 4 {
		return nil, errArguments
	}
	format, isInt := asInt(arguments.items[2])
	raw, ok := asBytes(arguments.items[3])
	if !isInt || !ok || !format.IsInt64() || format.Int64() < 0 || format.Int64() > 21 {
		return nil, errArguments
	}
	code := int(format.Int64())
	d := &dtype{letter: "ui"[code&1], size: 1}
	switch {
	case code >= 18: // UTF-16 and UTF-32 in either byte order
		return unicodeArray(raw, code >= 20, code&1 == 1)
	case code >= 14:
		d = &dtype{letter: 'f', size: 4 << ((code - 14) / 2), big: code&1 == 1}
	case code >= 2:
		d = &dtype{letter: "ui"[(code-2)/2&1], size: 2 << ((code - 2) / 4), big: code&1 == 1}
	}
	if len(raw)%d.size != 0 {
		return nil, errArguments
	}
	return newArray(m, &array{dtype: d, raw: raw, flat: true}), m.spend(len(raw))
}

func newArray(m *machine, a *array) *node {
	return &node{kind: serializer.KindInstance, offset: int64(m.Start), extra: &extra{name: "array", array: a}}
}

func unicodeArray(raw []byte, wide, big bool) (object, error) {
	d := &dtype{letter: 'U', size: len(raw), big: big}
	if !wide {
		units := make([]uint16, len(raw)/2)
		for i := range units {
			units[i] = d.order().Uint16(raw[2*i:])
		}
		return serializer.String(string(utf16.Decode(units))), nil
	}
	return d.text(raw)
}

// listedArray makes an array.array as written before protocol 3: a letter and a list.
func listedArray(m *machine, _ *global, arguments *node) (object, error) {
	if len(arguments.items) == 0 || len(arguments.items) > 2 {
		return nil, errArguments
	}
	letter, err := asText(arguments.items[0])
	if err == nil && (letter == "u" || letter == "w") {
		return characters(arguments)
	}
	d, known := pythonCodes[letter]
	if err != nil || !known {
		return nil, errArguments
	}
	a := &array{dtype: &d, flat: true}
	if len(arguments.items) == 1 {
		return newArray(m, a), nil
	}
	if raw, ok := asBytes(arguments.items[1]); ok { // Python 2 at protocol 2
		if len(raw)%d.size != 0 {
			return nil, errArguments
		}
		a.raw = raw
		return newArray(m, a), m.spend(len(raw))
	}
	list, ok := arguments.items[1].(*node)
	if !ok || list.kind != serializer.KindList {
		return nil, errArguments
	}
	if err := m.spend(d.size * len(list.items)); err != nil {
		return nil, err
	}
	for _, item := range list.items {
		if a.raw, err = d.append(a.raw, item); err != nil {
			return nil, err
		}
	}
	return newArray(m, a), nil
}

// characters joins the text of an array of characters.
func characters(arguments *node) (object, error) {
	var b strings.Builder
	for _, o := range arguments.items[1:] {
		list, ok := o.(*node)
		if !ok {
			list = tuple(0, o) // one text
		}
		for _, item := range list.items {
			s, err := asText(item)
			if err != nil {
				return nil, err
			}
			b.WriteString(s)
		}
	}
	return serializer.String(b.String()), nil
}

// append writes an element of the type, little-endian.
func (d *dtype) append(b []byte, item object) ([]byte, error) {
	var bits uint64
	if i, ok := asInt(item); ok && d.letter != 'f' {
		low, high := new(big.Int).Lsh(big.NewInt(-1), uint(8*d.size-1)), new(big.Int).Lsh(big.NewInt(1), uint(8*d.size-1))
		if d.letter == 'u' {
			low, high = new(big.Int), high.Lsh(high, 1)
		}
		if i.Cmp(low) < 0 || i.Cmp(high) >= 0 {
			return nil, errArguments
		}
		if bits = uint64(i.Int64()); d.letter == 'u' {
			bits = i.Uint64()
		}
	} else {
		v, ok := item.(serializer.Value)
		f, isFloat := v.Float()
		if !ok || !isFloat || d.letter != 'f' {
			return nil, errArguments
		}
		bits = math.Float64bits(f)
		if d.size == 4 {
			bits = uint64(math.Float32bits(float32(f)))
		}
	}
	whole := binary.LittleEndian.AppendUint64(nil, bits)
	return append(b, whole[:d.size]...), nil
}

// addressText returns the text of an IP address that is given as a number.
func addressText(i *big.Int, six bool) (string, bool) {
	size := 4
	if six {
		size = 16
	}
	if i.Sign() < 0 || i.BitLen() > 8*size {
		return "", false
	}
	a, ok := netip.AddrFromSlice(i.FillBytes(make([]byte, size)))
	if a.Is4In6() { // Python does not write dots there
		words := a.As16()
		return fmt.Sprintf("::ffff:%x:%x", binary.BigEndian.Uint16(words[12:]), binary.BigEndian.Uint16(words[14:])), ok
	}
	return a.String(), ok
}
