package serializer_test

import (
	"bytes"
	"errors"
	"math/big"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/serializer"
)

type celsius float64

type grades map[string]int8

type point struct{ X, Y int }

// TestInterfaces checks that values of registered types come back from an any as what they are, also in lists, maps and
// behind pointers there, in every format.
func TestInterfaces(t *testing.T) {
	register[celsius](t, "celsius")
	register[grades](t, "grades")
	register[*point](t, "point")
	register[netip.Addr](t, "addr")
	for _, s := range serializer.Serializers() {
		at := &point{1, 2}
		var got map[string]any
		roundTrip(t, s, map[string]any{
			"plain": celsius(5), "list": []celsius{1, 2}, "array": [1]celsius{3}, "map": map[string]celsius{"a": 4},
			"named": grades{"a": 1}, "pointer": at, "lists": [][]*point{{at}, {at}}, "struct": point{7, 8},
			"text": netip.MustParseAddr("10.0.0.1"), "nested": []any{celsius(1), []any{celsius(2)}}, "nil": []*point{nil},
			"many": map[int]celsius{1: 2},
		}, &got)
		want := map[string]any{
			"plain": celsius(5), "list": []any{celsius(1), celsius(2)}, "array": []any{celsius(3)},
			"map": map[string]any{"a": celsius(4)}, "named": grades{"a": 1}, "pointer": at,
			"lists": []any{[]any{at}, []any{at}}, "struct": &point{7, 8}, "text": netip.MustParseAddr("10.0.0.1"),
			"nested": []any{celsius(1), []any{celsius(2)}}, "nil": []any{nil},
			"many": serializer.Map(serializer.Int(1), serializer.Instance("celsius", serializer.PartState, serializer.Float(2))),
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
			cmp.Comparer(serializer.Equal)); diff != "" {
			t.Errorf("%s: %s", s.Name(), diff)
		}
		if shared, ok := got["pointer"].(*point); !ok || shared != got["lists"].([]any)[1].([]any)[0] {
			t.Errorf("%s: two points instead of one", s.Name())
		}
		// In a variable of its own type a name is allowed, and not needed.
		var list []celsius
		roundTrip(t, s, []any{celsius(1), 2.0}, &list)
		if !reflect.DeepEqual(list, []celsius{1, 2}) {
			t.Errorf("%s: %v", s.Name(), list)
		}
	}
}

// TestInterfaceRefuses checks that what would come back from an any as another type than Go's own for its kind is an
// error that tells the path, and that plain documents, in which types have no names, take it.
func TestInterfaceRefuses(t *testing.T) {
	type (
		kelvin float64
		color  string
		place  struct{ X int }
	)
	for path, v := range map[string]any{
		"$.v":         kelvin(1),
		"$.v[0]":      []kelvin{1},
		"$.v[1]":      [2]any{1, color("red")},
		"$.v.a":       map[string]kelvin{"a": 1},
		"$.v[red]":    map[color]int{"red": 1},
		"$.v.a[0]":    map[string][]place{"a": {{1}}},
		"$.v ":        &place{1},
		"$.v      ":   (*place)(nil),
		"$.v  ":       struct{ X int }{1},
		"$.v   ":      netip.MustParsePrefix("::1/8"),
		"$.v    ":     http.Header{"A": {"b"}},
		"$.v     ":    new(big.Float),
		"$.v[0].deep": []any{map[string]any{"deep": kelvin(1)}},
	} {
		for _, s := range serializer.Serializers() {
			var b bytes.Buffer
			err := s.Encode(&b, map[string]any{"v": v})
			var placed *serializer.Error
			if !errors.As(err, &placed) || placed.Path != strings.TrimSpace(path) {
				t.Errorf("%s: %T: written as %q, error %v", s.Name(), v, b.Bytes(), err)
			}
		}
		if text, err := (serializer.JSON{Plain: true}).Marshal(map[string]any{"v": v}); err != nil {
			t.Errorf("plain: %T: %s, %v", v, text, err)
		}
	}
	// What has no name of its own comes back as Go's own type for its kind: the same value, in a wider type.
	for _, s := range serializer.Serializers() {
		var got []any
		roundTrip(t, s, []any{
			int8(5), uint(6), float32(0.5), []string{"a"}, [2]int{1, 2}, map[string]int{"a": 1}, []byte{1},
		}, &got)
		want := []any{
			int64(5), int64(6), 0.5, []any{"a"}, []any{int64(1), int64(2)}, map[string]any{"a": int64(1)}, []byte{1},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", s.Name(), diff)
		}
	}
}
