package serializer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// stream copies a document through windows until one pass is enough.
func stream(from, to Format, data []byte, keep Duplicates) (out []byte, passes int, err error) {
	hints := NewHints()
	for {
		passes++
		var b bytes.Buffer
		r, err := NewReader(from, &trickle{data: data}, hints, ReaderOptions{Duplicates: keep})
		if err != nil {
			return nil, passes, err
		}
		w, err := NewWriter(to, &b, hints, keep)
		if err != nil {
			return nil, passes, err
		}
		if err = Copy(w, r); !errors.Is(err, ErrAgain) {
			return b.Bytes(), passes, err
		}
	}
}

// trickle gives a few bytes at a time.
type trickle struct {
	data []byte
	n    int
}

func (r *trickle) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	r.n = r.n%4093 + 1
	n := copy(p[:min(len(p), r.n)], r.data)
	r.data = r.data[n:]
	return n, nil
}

// long are documents whose beginnings depend on ends beyond every window.
func long() map[string]Value {
	filler := func(n int) []Value {
		var items []Value
		for i := range n {
			items = append(items, Map(String("index"), Int(int64(i)), String("text"), String(strings.Repeat("x", i%50))))
		}
		return items
	}
	pairs := func(n int) []Value {
		var items []Value
		for i := range n {
			items = append(items, String(fmt.Sprint("key", i)), List(Int(int64(i)), Float(0.5)))
		}
		return items
	}
	late := func(last Value) Value { return Map(append(pairs(9000), last, Null())...) }
	return map[string]Value{
		"list":  List(filler(9000)...),
		"tuple": List(Tuple(filler(4000)...), Tuple(Tuple(filler(3000)...), Set(filler(3000)...)), Int(1)),
		"many": List(
			Tuple(List(filler(2000)...)), Map(String("a"), Tuple(filler(2000)...), String("b"), FrozenSet(filler(2000)...)),
		),
		"map":        Map(pairs(9000)...),
		"late key":   late(Int(5)),
		"late keys":  List(late(Int(5)), late(String("no")), Map(String("in"), late(Tuple()))),
		"fake tuple": Map(String("$tuple"), List(filler(4000)...)),
		"longer":     Map(String("$tuple"), List(filler(4000)...), String("more"), Int(1)),
		"longers": List(
			Map(
				String("$tuple"), List(filler(3000)...), String("more"),
				Map(String("$set"), List(filler(3000)...), String("x"), Int(1)),
			),
			Map(String("$tuple"), Map(pairs(3000)...)),
		),
		"fake dict":      Map(String("$dict"), List(append(filler(4000), Int(1))...)),
		"dict":           Map(Int(1), Map(Tuple(Int(1)), Map(pairs(6000)...)), Int(2), Int(3)),
		"fake type":      Map(String("$type"), String("a"), String("state"), List(filler(4000)...), String("more"), Int(1)),
		"instance":       Instance("a.B", PartState, List(filler(4000)...)),
		"instance parts": Instance("a.B", PartArgs|PartItems, Tuple(filler(2000)...), List(filler(3000)...)),
		"shared":         List(Shared(List(filler(4000)...)), Ref(0), Shared(Map(pairs(5000)...)), Ref(1)),
		"tags":           Tagged(100, List(Tagged(101, List(filler(4000)...)), Tagged(102, Map(pairs(4000)...)))),
		"long text":      List(String(strings.Repeat("ї\"\\", 100_000)), Bytes(bytes.Repeat([]byte("ab"), 200_000))),
	}
}

// TestStreams takes documents longer than any window from every format to every other.
func TestStreams(t *testing.T) {
	serializers := map[Format]Serializer{FormatJSON: JSON{}, FormatCBOR: Binary{}, FormatMessagePack: MessagePack{}}
	for name, v := range long() {
		for from, s := range serializers {
			data := encoded(t, s, v)
			for to, other := range serializers {
				out, passes, err := stream(from, to, data, RefuseDuplicates)
				if err != nil {
					t.Errorf("%s: %s to %s: %v", name, from, to, err)
					continue
				}
				if !bytes.Equal(out, encoded(t, other, v)) {
					var got Value
					err := other.Decode(bytes.NewReader(out), &got)
					m, _ := Difference(v, got)
					t.Errorf(
						"%s: %s to %s differs from what is written at once, first at %s: %s, %s (%v)",
						name,
						from,
						to,
						m.Path,
						m.A,
						m.B,
						err,
					)
				}
				if passes > 4 {
					t.Errorf("%s: %s to %s took %d passes", name, from, to, passes)
				}
			}
		}
	}
}

// TestSequences goes between sequences and lists.
func TestSequences(t *testing.T) {
	v := long()["many"]
	list := encoded(t, JSON{}, v)
	current, format := list, FormatJSON
	for _, next := range []Format{
		FormatJSONLines, FormatCBORSequence, FormatJSONLines, FormatMessagePack, FormatCBORSequence, FormatCBOR, FormatJSON,
	} {
		out, _, err := stream(format, next, current, RefuseDuplicates)
		if err != nil {
			t.Fatalf("%s to %s: %v", format, next, err)
		}
		current, format = out, next
	}
	if !bytes.Equal(current, list) {
		t.Error("a list came back different from sequences")
	}
	for text, want := range map[string]string{
		"":                    "[]\n",
		"\n \r\n":             "[]\n",
		"1\r\n\r\n[2]\r\n":    "[1,[2]]\n",
		"{\"$tuple\":[1]}\n2": "[{\"$tuple\":[1]},2]\n",
		"1 2":                 "line 1, offset 2: $[0]: unexpected '2' after the line's value (column 3)",
		"1\n[\n2]":            "line 2, offset 3: $[1][0]: unexpected byte 0x0a instead of a value (column 2)",
		"{\"$tuple\":\n[1]}":  "line 1, offset 10: $[0].$tuple: unexpected byte 0x0a instead of a value (column 11)",
		"\xef\xbb\xbf1":       "line 1, offset 0: byte order mark before the value (tail -c +4 drops it) (column 1)",
	} {
		out, _, err := stream(FormatJSONLines, FormatJSON, []byte(text), RefuseDuplicates)
		if got := string(out); err != nil && err.Error() != want || err == nil && got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestDuplicates keeps what it is told to keep, also beyond the window.
func TestDuplicates(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"a":1`)
	for i := range 20_000 {
		fmt.Fprintf(&b, `,"k%d":{"x":1}`, i)
	}
	b.WriteString(`,"a":2}`)
	data := []byte(b.String())
	if _, _, err := stream(FormatJSON, FormatCBOR, data, RefuseDuplicates); !errors.Is(err, ErrDuplicate) {
		t.Errorf("duplicate was not found: %v", err)
	}
	binary, _, err := stream(FormatJSON, FormatCBOR, data, KeepDuplicates)
	if err != nil {
		t.Fatal(err)
	}
	for _, keep := range []Duplicates{RefuseDuplicates, KeepDuplicates} {
		text, _, err := stream(FormatCBOR, FormatJSON, binary, keep)
		if keep == RefuseDuplicates {
			if !errors.Is(err, ErrDuplicate) {
				t.Errorf("duplicate was not found in CBOR: %v", err)
			}
		} else if err != nil || !bytes.HasPrefix(text, []byte(`{"$dict":[["a",1],["k0",{"x":1}],`)) ||
			!bytes.HasSuffix(text, []byte(`,["a",2]]}`+"\n")) {
			t.Errorf("kept as %.50s…, %v", text, err)
		}
	}
	for _, text := range []string{`{"$dict":[[{"$tuple":[1]},1],[{"$tuple":[1]},2]]}`, `{"$dict":[[1,1],[1,2]]}`} {
		var v Value
		if err := (JSON{}).Decode(strings.NewReader(text), &v); !errors.Is(err, ErrDuplicate) {
			t.Errorf("%s: taken as %s, %v", text, v, err)
		}
	}
}
