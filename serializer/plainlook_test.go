package serializer

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestLookAlikes reads objects that only look like wrappers, short, and made long at every threshold: they are plain,
// as a tree and as a stream, whatever their size.
func TestLookAlikes(t *testing.T) {
	pad := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"s%d",`, i)
		}
		return b.String()
	}
	for _, shape := range []string{
		`{"$dict":[[0,0],%s[]]}`, `{"$dict":[[0,0],[%s1]]}`, `{"$set":[%s1],"y":1}`, `{"$set":[%s1,2,1]}`, `{"$set":[1,%s1]}`,
		`{"$frozenset":[%s2,2]}`, `{"$tag":[1,[%s1]],"y":1}`, `{"$tag":[2,[%s1]]}`, `{"$tag":[1,[%s1],3]}`,
		`{"$tag":[24,[%s1]]}`,
		`{"$tuple":[%s1],"x":1}`, `{"$tuple":[%s1],"$tuple2":1}`, `{"$id":1,"value":[%s1],"z":1}`,
		`{"$type":"a","state":[%s1],"z":1}`,
		`{"$type":"a","args,state":[%s[1],2,3]}`, `{"$bytes":[%s1]}`, `{"$set":[[%s1],{"$set":[2,2]},[%s1]]}`,
		`[{"$id":1,"value":[1]},{"$id":1,"value":[%s1]}]`, `{"$ref":7,"x":[%s1]}`,
		`{"$set":[{"$set":[%s1,1]},{"$set":[%s1,1]}]}`,
	} {
		for _, n := range []int{0, 1, 3_000, 7_000, 20_000} {
			text := strings.ReplaceAll(shape, "%s", pad(n))
			var v Value
			if err := (JSON{}).Decode(strings.NewReader(text), &v); err != nil {
				t.Fatalf("%.60s with %d: %v", shape, n, err)
			}
			looks := v
			if v.Kind() == KindList {
				looks = v.Index(1)
			}
			if looks.Kind() != KindMap || looks.Len() == 0 {
				t.Errorf("%.60s with %d is a %s", shape, n, looks.Kind())
			}
			if out, _, err := stream(FormatJSON, FormatCBOR, []byte(text), RefuseDuplicates); err != nil {
				t.Errorf("%.60s with %d as a stream: %v", shape, n, err)
			} else if want := encoded(t, Binary{}, v); !bytes.Equal(out, want) {
				t.Errorf("%.60s with %d is %.80x as a stream, %.80x as a tree", shape, n, out, want)
			}
			out := encoded(t, JSON{}, v)
			var back Value
			if err := (JSON{}).Decode(bytes.NewReader(out), &back); err != nil || !Equal(v, back) {
				t.Errorf("%.60s with %d comes back as another: %v", shape, n, err)
			}
		}
	}
	for _, text := range []string{
		`{"$ref":0}`, `{"$ref":7}`, `{"$tag":[1,"x"]}`, `{"$tag":[258,[1]]}`, `{"$set":[1,1]}`, `{"$frozenset":[2,2]}`,
		`{"$tag":[2,1]}`, `{"$tag":[5,7]}`, `{"$set":[{"$ref":0},{"$ref":0}]}`,
		`[{"$ref":0},{"$id":0,"value":[1]},{"$ref":1}]`,
		`[{"$id":0,"value":1},{"$id":0,"value":{"$ref":0}},{"$id":0,"value":2}]`,
	} {
		var v Value
		if err := (JSON{}).Decode(strings.NewReader(text), &v); err != nil || v.Kind() != KindMap && v.Kind() != KindList {
			t.Errorf("%s is %s, %v", text, v.Kind(), err)
		} else if out := strings.TrimSpace(string(encoded(t, JSON{}, v))); out != text {
			t.Errorf("%s is written as %s", text, out)
		}
		if out, _, err := stream(FormatJSON, FormatJSON, []byte(text), RefuseDuplicates); err != nil ||
			strings.TrimSpace(string(out)) != text {
			t.Errorf("%s comes out of a stream as %s, %v", text, out, err)
		}
	}
	// A map that would name what is shared elsewhere is escaped.
	for _, shared := range []Value{
		List(Shared(Int(1)), Map(String("$ref"), Int(0))),
		List(Shared(Map(String("$ref"), Int(0)))),
		Map(String("$id"), Int(0), String("value"), Shared(Int(1))),
		List(Shared(Int(1)), Map(String("$set"), List(Ref(0), Map(String("$ref"), Int(0))))),
		Map(String("$set"), List(Shared(Int(1)), Ref(0), Map(String("$ref"), Int(0)))),
	} {
		var back Value
		if err := (JSON{}).Decode(bytes.NewReader(encoded(t, JSON{}, shared)), &back); err != nil || !Equal(shared, back) {
			t.Errorf("%s became %s, %v", shared, back, err)
		}
	}
}
