package serializer_test

import (
	"testing"

	"github.com/pythonweb/goweb/serializer"
)

// TestSharedInMaps checks that a slice that two entries of a map share is one, and not as the last entry.
func TestSharedInMaps(t *testing.T) {
	var got map[string][]int
	err := serializer.JSON{}.Unmarshal([]byte(`{"a":{"$id":0,"value":[1]},"b":[2],"c":{"$ref":0}}`), &got)
	if err != nil || len(got["c"]) != 1 || got["c"][0] != 1 || &got["c"][0] != &got["a"][0] || got["b"][0] != 2 {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestSharing checks that pointers, maps and slices that are one are one again, and that cycles close.
func TestSharing(t *testing.T) {
	for _, s := range serializer.Serializers() {
		one := &pair{Name: "one"}
		one.Left, one.Right = one, &pair{Name: "two", Left: one}
		m, l := map[string][]int{"k": {1}}, []int{7, 8}
		var back loop
		roundTrip(t, s, loop{Many: []*pair{one, one, one.Right}, Same: m, Other: m, List: l, Again: l}, &back)
		first := back.Many[0]
		if first != back.Many[1] || first.Left != first || first.Right != back.Many[2] || first.Right.Left != first ||
			first.Right.Name != "two" {
			t.Errorf("%s: pointers differ: %+v", s.Name(), back)
		}
		if back.Other["new"] = nil; len(back.Same) != 2 {
			t.Errorf("%s: two maps instead of one", s.Name())
		}
		if back.Again[0] = 1; back.List[0] != 1 {
			t.Errorf("%s: two slices instead of one", s.Name())
		}
		// A ring whose document is a part of itself.
		ring := &node{Value: 1, Next: &node{Value: 2}}
		ring.Next.Next = ring
		var closed node
		roundTrip(t, s, ring, &closed)
		if closed.Next.Next != &closed || closed.Next.Value != 2 {
			t.Errorf("%s: the ring is open", s.Name())
		}
		// The same through any.
		loopy := map[string]any{"list": []any{int64(1), nil}}
		loopy["self"] = loopy
		loopy["list"].([]any)[1] = loopy["list"]
		var open map[string]any
		roundTrip(t, s, loopy, &open)
		open["mark"] = true
		inner := open["list"].([]any)
		if self := open["self"].(map[string]any); self["mark"] != true || &inner[1].([]any)[0] != &inner[0] {
			t.Errorf("%s: %v", s.Name(), len(open))
		}
	}
}
