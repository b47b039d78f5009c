package canon_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/pythonweb/goweb/storage/internal/canon"
)

type flat struct {
	A int
	B string
	C float64
	D [2]uint8
	E string
	F bool
}

// words returns what Append makes of v with a buffer that is too small.
func words[T any](f *canon.Flat, v T) ([]uint64, uint64) {
	return f.Append(make([]uint64, 0, 1), unsafe.Pointer(&v))
}

func TestFlatKeys(t *testing.T) {
	f := canon.FlatOf(reflect.TypeFor[flat]())
	values := []flat{{}, {A: -1}, {A: -2}, {C: 1}, {A: 1}, {F: true}, {D: [2]uint8{1, 0}}, {D: [2]uint8{0, 1}}}
	for n := range 40 { // texts of every length, that differ in one byte
		text := strings.Repeat("a", n)
		values = append(
			values,
			flat{B: text + "b"},
			flat{E: text + "b"},
			flat{B: "b" + text + "c", E: "d"},
			flat{B: text, E: "bd"},
		)
		for i := range n {
			values = append(values, flat{B: text[:i] + "\x00" + text[i+1:]})
		}
	}
	hashes := map[uint64]flat{}
	for i, v := range values {
		w, hash := words(f, v)
		if other, found := hashes[hash]; found && other != v {
			t.Errorf("%+v and %+v have one hash", v, other)
		}
		hashes[hash] = v
		for _, other := range values[:i] {
			if x, _ := words(f, other); slices.Equal(w, x) != (v == other) {
				t.Errorf("%+v and %+v: %x and %x", v, other, w, x)
			}
		}
	}
}

func FuzzFlatKeys(f *testing.F) {
	f.Add(1, "23", "", 12, "3", "")
	f.Add(0, "a\x00", "b", 0, "a", "\x00b")
	keys := canon.FlatOf(reflect.TypeFor[flat]())
	f.Fuzz(func(t *testing.T, a int, b, c string, d int, e, g string) {
		v, w := flat{A: a, B: b, E: c}, flat{A: d, B: e, E: g}
		x, hx := words(keys, v)
		y, hy := words(keys, w)
		if same := v == w; slices.Equal(x, y) != same || same && hx != hy {
			t.Errorf("%+v, %+v: %x, %x", v, w, x, y)
		}
	})
}

// Numbers of every size have hashes of their own.
func TestFlatNumbers(t *testing.T) {
	numbers(t, int64(-2), -1, 0, 1, 1<<62)
	numbers(t, int8(-2), -1, 0, 1, 127)
	numbers(t, uint16(0), 1, 65535)
	numbers(t, float32(-1), 0, 1)
	numbers(t, false, true)
	numbers(t, struct{ N int32 }{1}, struct{ N int32 }{-1})
	for _, several := range []reflect.Type{
		reflect.TypeFor[string](), reflect.TypeFor[[2]int](), reflect.TypeFor[struct{}](),
	} {
		if canon.FlatOf(several).Single() {
			t.Errorf("%s is a number", several)
		}
	}
}

func numbers[T comparable](t *testing.T, values ...T) {
	t.Helper()
	f := canon.FlatOf(reflect.TypeFor[T]())
	if !f.Single() {
		t.Fatalf("%T is no number", values[0])
	}
	seen := map[uint64]T{}
	for _, v := range values {
		h := f.Number(unsafe.Pointer(&v))
		if other, found := seen[h]; found {
			t.Errorf("%v and %v have one hash", v, other)
		}
		seen[h] = v
	}
}

func TestNotFlat(t *testing.T) {
	for _, other := range []reflect.Type{
		reflect.TypeFor[[]int](), reflect.TypeFor[*int](), reflect.TypeFor[map[int]int](), reflect.TypeFor[any](),
		reflect.TypeFor[struct{ E error }](), reflect.TypeFor[complex128](), reflect.TypeFor[[17]int](),
	} {
		if canon.FlatOf(other) != nil {
			t.Errorf("%s is flat", other)
		}
	}
}
