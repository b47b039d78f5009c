package serializer_test

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/serializer"
)

// A typeMaker makes Go types and values of them from bytes.
type typeMaker struct {
	data  []byte
	omits bool // a field is left out when it is empty, which a map that is not nil can be
}

func (m *typeMaker) byte() byte {
	if len(m.data) == 0 {
		return 0
	}
	b := m.data[0]
	m.data = m.data[1:]
	return b
}

// scalars are the types without others inside.
func scalars() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](),
		reflect.TypeFor[uint64](), reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[complex64](),
		reflect.TypeFor[complex128](), reflect.TypeFor[string](), reflect.TypeFor[[]byte](), reflect.TypeFor[[3]byte](),
		reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[*big.Int](),
		reflect.TypeFor[*big.Float](), reflect.TypeFor[*big.Rat](), reflect.TypeFor[serializer.Value](),
		reflect.TypeFor[any](),
	}
}

// typ makes a type: one without others inside, or a list, an array, a pointer, a map, a struct.
func (m *typeMaker) typ(depth int) reflect.Type {
	all := scalars()
	b := int(m.byte())
	if depth == 0 || b < 128 {
		return all[b%len(all)]
	}
	switch b % 6 {
	case 0:
		return reflect.SliceOf(m.typ(depth - 1))
	case 1:
		return reflect.ArrayOf(int(m.byte()%3), m.typ(depth-1))
	case 2:
		return reflect.PointerTo(m.typ(depth - 1))
	case 3:
		key := m.typ(0)
		if !key.Comparable() || key.Kind() == reflect.Interface || key.Kind() == reflect.Pointer ||
			key == reflect.TypeFor[serializer.Value]() {
			key = reflect.TypeFor[string]()
		}
		return reflect.MapOf(key, m.typ(depth-1))
	}
	var fields []reflect.StructField
	for i := range m.byte() % 5 {
		tag := [...]string{"", `json:"f%d"`, `json:",omitempty"`, `json:"g%d,omitzero"`, `json:",string"`}[m.byte()%5]
		m.omits = m.omits || strings.Contains(tag, "omit")
		if tag != "" && bytes.Contains([]byte(tag), []byte("%d")) {
			tag = fmt.Sprintf(tag, i)
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("F%d", i), Type: m.typ(depth - 1), Tag: reflect.StructTag(tag),
		})
	}
	return reflect.StructOf(fields)
}

// fill makes a value.
func (m *typeMaker) fill(v reflect.Value, depth int) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Unix(int64(m.byte())<<24, int64(m.byte())*1e6).UTC()
		return
	case **big.Int:
		*x = new(big.Int).Lsh(big.NewInt(int64(m.byte())-128), uint(m.byte()))
		return
	case **big.Float:
		*x = new(big.Float).SetPrec(uint(m.byte())+1).SetMantExp(big.NewFloat(float64(m.byte())/3), int(m.byte()))
		return
	case **big.Rat:
		*x = big.NewRat(int64(m.byte())-128, int64(m.byte())+1)
		return
	case *serializer.Value:
		*x = serializer.List(serializer.Int(int64(m.byte())), serializer.Set(serializer.String("a")), serializer.Undefined())
		return
	case *any:
		*x = []any{
			nil, true, int64(m.byte()), "text", 1.5,
			[]byte{1},
			[]any{int64(1)},
			celsius(2),
			[]celsius{3},
			map[string]*celsius{"a": new(celsius)},
			lower{1},
			map[int]celsius{1: 4},
			new(big.Float),
		}[m.byte()%13]
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(m.byte()&1 == 1)
	case reflect.Int, reflect.Int8, reflect.Int64:
		v.SetInt(int64(int8(m.byte())) << (v.Type().Bits() - 8))
	case reflect.Uint16, reflect.Uint64, reflect.Uint8:
		v.SetUint(uint64(m.byte()) << (v.Type().Bits() - 8))
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{0, math.Copysign(0, -1), 1, 0.5, math.Inf(1), math.NaN(), 1e30, float64(m.byte())}[m.byte()%8])
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(m.byte()), -0.5))
	case reflect.String:
		v.SetString([]string{"", "a", "ї", "$ref", "\x00", "1", "<&>", "a\xff"}[m.byte()%8])
	case reflect.Slice:
		if n := int(m.byte() % 4); n > 0 && depth > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
		}
		m.each(v, depth)
	case reflect.Array:
		m.each(v, depth)
	case reflect.Pointer:
		if m.byte()&1 == 1 && depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			m.fill(v.Elem(), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range m.byte() % 3 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			m.fill(key, depth-1)
			m.fill(value, depth-1)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			m.fill(v.Field(i), depth-1)
		}
	}
}

func (m *typeMaker) each(v reflect.Value, depth int) {
	for i := range v.Len() {
		m.fill(v.Index(i), depth-1)
	}
}

// FuzzTypes makes types and values of them: what Encode takes Decode gives back, in every format, plain and not.
func FuzzTypes(f *testing.F) {
	for _, seed := range []string{
		"", "\x80\x09\x01", "\xff\x04\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c", "\x83\x09\x80\x0c\x02\x01\x01",
		"\x82\x82\x84\x02\x01\x0f\x02\x10\x01\x01\x01\x01\x01",
		"\x81\x02\x83\x01\x85\x03\x00\x11\x04\x06\x02\x05\x01\x02\x03",
	} {
		f.Add([]byte(seed))
	}
	if _, err := serializer.Register[celsius]("celsius"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m := typeMaker{data: data}
		typ := m.typ(4)
		v := reflect.New(typ)
		m.fill(v.Elem(), 5)
		for _, s := range append(serializer.Serializers(), serializer.JSON{Plain: true}) {
			var b bytes.Buffer
			if err := s.Encode(&b, v.Elem().Interface()); err != nil {
				continue // refused: nothing is lost
			}
			text := b.Bytes()
			back := reflect.New(typ)
			if err := s.Decode(bytes.NewReader(text), back.Interface()); err != nil {
				t.Fatalf("%s: %#v of %s is written as %q and not read: %v", s.Name(), v.Elem(), typ, text, err)
			}
			var again bytes.Buffer
			if err := s.Encode(&again, back.Elem().Interface()); err != nil || !m.omits && !bytes.Equal(again.Bytes(), text) {
				t.Fatalf("%s: %s is written as %q, and when it was read as %q, %v", s.Name(), typ, text, &again, err)
			}
		}
	})
}
