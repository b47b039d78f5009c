package canon

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"
)

// ErrMalformed says that data is not what Append writes for a value of the wanted type.
var ErrMalformed = errors.New("the data is not a value of this type")

// Decode reads data, which Append has written, into the value that v points to. Whatever data holds, it returns an
// error and does not panic; it never allocates more than a small multiple of the length of data.
func Decode(data []byte, v reflect.Value) error {
	d := decoder{data}
	if err := d.value(v.Elem(), 0); err != nil {
		return err
	}
	if len(d.rest) > 0 {
		return ErrMalformed
	}
	return nil
}

type decoder struct{ rest []byte }

// value reads one value into v.
func (d *decoder) value(v reflect.Value, depth int) error {
	if depth > maxDepth {
		return ErrDeep
	}
	t := v.Type()
	if t.Kind() == reflect.Struct && special(t) {
		return d.special(v)
	}
	switch t.Kind() {
	case reflect.Bool:
		first, err := d.byte()
		if err != nil || first != simpleTrue && first != simpleFalse {
			return ErrMalformed
		}
		v.SetBool(first == simpleTrue)
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return d.int(v)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := d.head(majorUint)
		if err != nil || v.OverflowUint(n) {
			return ErrMalformed
		}
		v.SetUint(n)
		return nil
	case reflect.Float32, reflect.Float64:
		f, err := d.float()
		if err == nil {
			v.SetFloat(f)
		}
		return err
	case reflect.Complex64, reflect.Complex128:
		if err := d.arrayOf(2); err != nil {
			return err
		}
		re, err1 := d.float()
		im, err2 := d.float()
		v.SetComplex(complex(re, im))
		return errors.Join(err1, err2)
	case reflect.String:
		text, err := d.bytes(majorText)
		v.SetString(string(text))
		return err
	case reflect.Pointer:
		if d.null() {
			v.SetZero()
			return nil
		}
		if err := d.arrayOf(1); err != nil {
			return err
		}
		v.Set(reflect.New(t.Elem()))
		return d.value(v.Elem(), depth+1)
	case reflect.Slice:
		return d.slice(v, depth)
	case reflect.Array:
		return d.array(v, depth)
	case reflect.Map:
		return d.mapping(v, depth)
	case reflect.Struct:
		return d.structure(v, depth)
	}
	return fmt.Errorf("a %s cannot be read", t)
}

func (d *decoder) int(v reflect.Value) error {
	if len(d.rest) == 0 {
		return ErrMalformed
	}
	major := d.rest[0] & 0xe0
	if major != majorUint && major != majorNegint {
		return ErrMalformed
	}
	n, err := d.head(major)
	if err != nil || n > math.MaxInt64 {
		return ErrMalformed
	}
	i := int64(n)
	if major == majorNegint {
		i = ^i
	}
	if v.OverflowInt(i) {
		return ErrMalformed
	}
	v.SetInt(i)
	return nil
}

func (d *decoder) slice(v reflect.Value, depth int) error {
	if d.null() {
		v.SetZero()
		return nil
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		data, err := d.bytes(majorBytes)
		if err != nil {
			return err
		}
		v.Set(reflect.MakeSlice(v.Type(), len(data), len(data)))
		reflect.Copy(v, reflect.ValueOf(data).Convert(reflect.SliceOf(v.Type().Elem())))
		return nil
	}
	n, err := d.count(majorArray)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, min(n, 64))) // grows with what is actually there
	for i := range n {
		v.Grow(1)
		v.SetLen(i + 1)
		if err := d.value(v.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) array(v reflect.Value, depth int) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		data, err := d.bytes(majorBytes)
		if err != nil || len(data) != v.Len() {
			return ErrMalformed
		}
		for i, b := range data {
			v.Index(i).SetUint(uint64(b))
		}
		return nil
	}
	if err := d.arrayOf(v.Len()); err != nil {
		return err
	}
	for i := range v.Len() {
		if err := d.value(v.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) mapping(v reflect.Value, depth int) error {
	if d.null() {
		v.SetZero()
		return nil
	}
	n, err := d.count(majorMap)
	if err != nil {
		return err
	}
	t := v.Type()
	v.Set(reflect.MakeMap(t))
	for range n {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		if err := d.value(key, depth+1); err != nil {
			return err
		}
		if err := d.value(value, depth+1); err != nil {
			return err
		}
		v.SetMapIndex(key, value)
	}
	return nil
}

func (d *decoder) structure(v reflect.Value, depth int) error {
	t := v.Type()
	n, err := d.head(majorArray)
	if err != nil {
		return err
	}
	for i := range t.NumField() {
		if t.Field(i).Name == "_" {
			continue
		}
		if n == 0 {
			return ErrMalformed
		}
		n--
		if err := d.value(v.Field(i), depth+1); err != nil {
			return err
		}
	}
	if n != 0 {
		return ErrMalformed
	}
	return nil
}

func (d *decoder) special(v reflect.Value) error {
	if v.Type() == reflect.TypeFor[time.Time]() {
		if err := d.arrayOf(2); err != nil {
			return err
		}
		text, err1 := d.bytes(majorText)
		zone, err2 := d.bytes(majorText)
		t, err3 := time.Parse(time.RFC3339Nano, string(text))
		if errors.Join(err1, err2, err3) != nil {
			return ErrMalformed
		}
		if location, err := time.LoadLocation(string(zone)); err == nil {
			t = t.In(location)
		}
		v.Set(reflect.ValueOf(t))
		return nil
	}
	text, err := d.bytes(majorText)
	if err != nil {
		return err
	}
	if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(text); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

func (d *decoder) byte() (byte, error) {
	if len(d.rest) == 0 {
		return 0, ErrMalformed
	}
	first := d.rest[0]
	d.rest = d.rest[1:]
	return first, nil
}

// null reads a null if one comes next.
func (d *decoder) null() bool {
	if len(d.rest) == 0 || d.rest[0] != simpleNull {
		return false
	}
	d.rest = d.rest[1:]
	return true
}

// head reads the head of a value of the wanted major type and returns its argument.
func (d *decoder) head(major byte) (uint64, error) {
	first, err := d.byte()
	if err != nil || first&0xe0 != major {
		return 0, ErrMalformed
	}
	low := first & 0x1f
	if low < 24 {
		return uint64(low), nil
	}
	if low > 27 {
		return 0, ErrMalformed
	}
	size := 1 << (low - 24)
	if len(d.rest) < size {
		return 0, ErrMalformed
	}
	var n uint64
	for _, b := range d.rest[:size] {
		n = n<<8 | uint64(b)
	}
	d.rest = d.rest[size:]
	return n, nil
}

// count reads the head of an array or map; each of its items takes at least one byte.
func (d *decoder) count(major byte) (int, error) {
	n, err := d.head(major)
	if err != nil || n > uint64(len(d.rest)) {
		return 0, ErrMalformed
	}
	return int(n), nil
}

func (d *decoder) arrayOf(n int) error {
	if got, err := d.head(majorArray); err != nil || got != uint64(n) {
		return ErrMalformed
	}
	return nil
}

func (d *decoder) bytes(major byte) ([]byte, error) {
	n, err := d.count(major)
	if err != nil {
		return nil, err
	}
	data := d.rest[:n]
	d.rest = d.rest[n:]
	return data, nil
}

func (d *decoder) float() (float64, error) {
	first, err := d.byte()
	if err != nil {
		return 0, err
	}
	sizes := map[byte]int{float16: 2, float32bits: 4, float64bits: 8}
	size := sizes[first]
	if size == 0 || len(d.rest) < size {
		return 0, ErrMalformed
	}
	data := d.rest[:size]
	d.rest = d.rest[size:]
	switch first {
	case float16:
		return math.Float64frombits(widen32(widen16(binary.BigEndian.Uint16(data)))), nil
	case float32bits:
		return math.Float64frombits(widen32(binary.BigEndian.Uint32(data))), nil
	}
	return math.Float64frombits(binary.BigEndian.Uint64(data)), nil
}
