package canon_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/storage/internal/canon"
)

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := canon.Append(nil, reflect.ValueOf(v))
	if err != nil {
		t.Fatalf("%#v: %v", v, err)
	}
	return data
}

// The examples of RFC 8949, appendix A, that have a Go value.
func TestExamplesOfRFC8949(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{0, "00"},
		{23, "17"},
		{24, "1818"},
		{1000000000000, "1b000000e8d4a51000"},
		{uint64(math.MaxUint64), "1bffffffffffffffff"},
		{-1, "20"},
		{-1000, "3903e7"},
		{0.0, "f90000"},
		{math.Copysign(0, -1), "f98000"},
		{1.0, "f93c00"},
		{1.1, "fb3ff199999999999a"},
		{1.5, "f93e00"},
		{65504.0, "f97bff"},
		{100000.0, "fa47c35000"},
		{3.4028234663852886e+38, "fa7f7fffff"},
		{1.0e+300, "fb7e37e43c8800759c"},
		{5.960464477539063e-8, "f90001"},
		{0.00006103515625, "f90400"},
		{-4.1, "fbc010666666666666"},
		{math.Inf(1), "f97c00"},
		{math.Inf(-1), "f9fc00"},
		{false, "f4"},
		{true, "f5"},
		{[]byte{1, 2, 3, 4}, "4401020304"},
		{"", "60"},
		{"\u6c34", "63e6b0b4"},
		{[]int{}, "80"},
		{[]int{1, 2, 3}, "83010203"},
		{map[int]int{3: 4, 1: 2}, "a201020304"},
		{map[string]string{"e": "E", "a": "A", "c": "C"}, "a3616161416163614361656145"},
	} {
		if got := hex.EncodeToString(encode(t, test.value)); got != test.want {
			t.Errorf("%#v: %s, want %s", test.value, got, test.want)
		}
	}
}

type pair struct {
	A int
	B string
}

func pointer[T any](v T) *T { return &v }

// Values that a cache must tell apart have different bytes.
func TestDifferentValuesDiffer(t *testing.T) {
	type args struct{ V any }
	values := []any{
		-1, -2, 1, 1.0, true, "1", int8(1), uint(1), "", nil, []int(nil),
		[]int{},
		map[int]int(nil),
		map[int]int{},
		pair{1, "23"},
		pair{12, "3"},
		[]string{"a", "b"},
		[]string{"ab"},
		[]string{"ab", ""},
		[2]string{"a", "b"},
		(*int)(nil), pointer((*int)(nil)), pointer(pointer(1)), []byte("a"),
		[]byte{},
		[]byte(nil), math.NaN(), 0.0, math.Copysign(0, -1),
		math.Float64frombits(0x7ff8000000000002), time.Unix(0, 0).UTC(), time.Unix(0, 1).UTC(),
		time.Unix(0, 0).In(time.FixedZone("X", 3600)),
		[]any{1},
		[]any{1.0},
		[]any{nil},
		complex(1, 0), complex64(1),
	}
	seen := map[string]any{}
	for _, v := range values {
		key := string(encode(t, args{v}))
		if other, found := seen[key]; found {
			t.Errorf("%#v and %#v have the same bytes", v, other)
		}
		seen[key] = v
	}
}

func TestEqualValuesAreEqual(t *testing.T) {
	first := map[string]*pair{"a": {1, "x"}, "b": {2, "y"}, "c": nil}
	for range 20 {
		second := map[string]*pair{"c": nil, "b": {2, "y"}, "a": {1, "x"}}
		if !bytes.Equal(encode(t, first), encode(t, second)) {
			t.Fatal("the order of a map or the identity of a pointer shows")
		}
	}
}

type tree struct {
	Value    int
	Children []*tree
	Names    map[string][]byte
	Ratio    float32
	Point    complex128
	When     time.Time
	Address  netip.Addr
	Number   *big.Int
	Array    [3]byte
	Skipped  string `json:"-" cbor:"-"`
}

func TestRoundTrip(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	want := tree{
		Value: math.MinInt64, Children: []*tree{nil, {Children: []*tree{}}},
		Names: map[string][]byte{"": nil, "ї": {}, "x": {0, 255}},
		Ratio: 0.1, Point: complex(1, math.Inf(-1)), When: time.Date(2026, 2, 28, 23, 59, 59, 123456789, kyiv),
		Address: netip.MustParseAddr("fe80::1%eth0"), Number: big.NewInt(-1).Lsh(big.NewInt(1), 100), Array: [3]byte{1, 2, 3},
		Skipped: "kept",
	}
	var got tree
	if err := canon.Decode(encode(t, want), reflect.ValueOf(&got)); err != nil {
		t.Fatal(err)
	}
	equal := cmp.Comparer(
		func(a, b *big.Int) bool { return a == nil && b == nil || a != nil && b != nil && a.Cmp(b) == 0 },
	)
	same := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
	if diff := cmp.Diff(want, got, equal, same); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got.When.Location().String() != "Europe/Kyiv" {
		t.Errorf("the zone is %v", got.When.Location())
	}
}

func TestRefusedTypes(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{func() {}, "func"},
		{make(chan int), "chan"},
		{struct{ F func() }{}, ".F is a func"},
		{struct{ a int }{}, ".a is not exported"},
		{struct{ B []map[string]struct{ c bool } }{}, ".B[][].c is not exported"},
		{uintptr(1), "uintptr"},
		{struct{ V any }{}, "interface"},
		{errors.New, "func"},
	} {
		if _, err := canon.Describe(reflect.TypeOf(test.value), false); err == nil ||
			!strings.Contains(err.Error(), test.want) {
			t.Errorf("%T: %v; want %q", test.value, err, test.want)
		}
	}
	type list struct{ Next *list }
	cycle := &list{}
	cycle.Next = cycle
	if _, err := canon.Describe(reflect.TypeOf(cycle), false); err != nil {
		t.Error(err)
	}
	if _, err := canon.Append(nil, reflect.ValueOf(cycle)); !errors.Is(err, canon.ErrDeep) {
		t.Errorf("a value that contains itself: %v", err)
	}
	if _, err := canon.Append(nil, reflect.ValueOf([]any{make(chan int)})); err == nil {
		t.Error("a channel inside an interface is written")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(f, tree{Number: big.NewInt(1), Children: []*tree{nil, {}}}))
	f.Add([]byte{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		var v tree
		if canon.Decode(data, reflect.ValueOf(&v)) != nil {
			return
		}
		again := encode(t, v)
		var w tree
		if err := canon.Decode(again, reflect.ValueOf(&w)); err != nil {
			t.Fatalf("what was read cannot be written and read again: %v", err)
		}
		if !bytes.Equal(again, encode(t, w)) {
			t.Fatal("two encodings of one value differ")
		}
	})
}
