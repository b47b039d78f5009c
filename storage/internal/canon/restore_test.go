package canon_test

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/pythonweb/goweb/storage/internal/canon"
)

type mixed struct {
	A int8
	B string
	C [2]float32
	D struct {
		E bool
		F string
	}
}

// A value comes back from its key as it was, bit by bit.
func FuzzRestore(f *testing.F) {
	f.Add(int8(-1), "", float32(1), float32(-0.5), true, "123456789", uint16(7))
	f.Add(int8(0), "x", float32(0), float32(0), false, "xyz", uint16(0xffff))
	flat, single := canon.FlatOf(reflect.TypeFor[mixed]()), canon.FlatOf(reflect.TypeFor[uint16]())
	f.Fuzz(func(t *testing.T, a int8, b string, c, d float32, e bool, g string, n uint16) {
		in := mixed{A: a, B: b, C: [2]float32{c, d}}
		in.D.E, in.D.F = e, g
		words, hash := flat.Append(nil, unsafe.Pointer(&in))
		var out mixed
		text := unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))
		flat.Restore(unsafe.Pointer(&out), hash, text)
		if again, _ := flat.Append(nil, unsafe.Pointer(&out)); !reflect.DeepEqual(words, again) {
			t.Errorf("%+v became %+v", in, out)
		}
		var number uint16
		single.Restore(unsafe.Pointer(&number), single.Number(unsafe.Pointer(&n)), "")
		if number != n {
			t.Errorf("%d became %d", n, number)
		}
	})
}
