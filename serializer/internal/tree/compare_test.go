package tree_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/tree"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

func reader(text string) event.Reader {
	return json.NewReader(wire.MemorySource([]byte(text)), event.Options{})
}

func shown(m tree.Mismatch) string {
	if m.Order {
		return m.Path + " in another order"
	}
	return fmt.Sprintf("%s %s|%s", m.Path, m.A, m.B)
}

// compared lists the differences that a comparison finds.
func compared(t *testing.T, a, b string, order tree.Order, unordered bool) ([]string, error) {
	t.Helper()
	var found []string
	c := tree.Comparison{Order: order, Unordered: unordered, Found: func(m tree.Mismatch) bool {
		found = append(found, shown(m))
		return true
	}}
	err := c.Compare(reader(a), reader(b))
	return found, err
}

// TestCompare: a comparison that reads finds what one of values in memory finds.
func TestCompare(t *testing.T) {
	for _, c := range [][2]string{
		{`{"a":1,"b":2}`, `{"a":1,"b":2}`},
		{`{"a":1,"b":[1,2,3]}`, `{"a":1,"b":[1,2]}`},
		{`{"a":1}`, `{"a":1,"b":[1,2]}`},
		{`{"a":1,"c":2,"d":{"x":1}}`, `{"b":1,"c":3,"d":{"y":1}}`},
		{`{"b":1,"a":2}`, `{"a":2,"b":1}`},
		{`{"b":1,"a":2,"c":{"q":1}}`, `{"b":1,"c":{"q":2},"a":2}`},
		{`[{"$set":[1,2]},{"$set":[3]}]`, `[{"$set":[2,1]},{"$set":[4]}]`},
		{`{"$dict":[[{"$tuple":[1]},2],[3,4]]}`, `{"$dict":[[{"$tuple":[1]},3],[5,4]]}`},
		{`[1,1.0,1e400,{"$tag":[99,1]}]`, `[1,1,1e400,{"$tag":[98,1]}]`},
		{`[{"$id":0,"value":[]},{"$ref":0}]`, `[{"$id":0,"value":[]},{"$ref":0}]`},
		{`{"x":{"k":[1,{"z":1}]},"w":1}`, `{"x":[1,2],"w":2}`},
		{`"a"`, `"b"`},
		{`[]`, `{}`},
		{`{}`, `{}`},
	} {
		var values [2]tree.Value
		for i := range values {
			var err error
			if values[i], err = tree.Read(reader(c[i])); err != nil {
				t.Fatal(err)
			}
		}
		for _, unordered := range []bool{false, true} {
			var want []string
			tree.Differences(values[0], values[1], unordered, func(m tree.Mismatch) bool {
				want = append(want, shown(m))
				return true
			})
			orders := []tree.Order{tree.OrderNone}
			sorted := true
			for i := range c {
				by, _, err := tree.Orders(reader(c[i]))
				if err != nil {
					t.Fatal(err)
				}
				sorted = sorted && by
			}
			if sorted {
				orders = append(orders, tree.OrderBytewise)
			}
			for _, order := range orders {
				got, err := compared(t, c[0], c[1], order, unordered)
				slices.Sort(got)
				slices.Sort(want)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("%s and %s in order %d: got %q, %v, want %q", c[0], c[1], order, got, err, want)
				}
			}
		}
	}
}

// TestCompareAsks: the order of keys has to be known where keys differ, and only there.
func TestCompareAsks(t *testing.T) {
	if _, err := compared(t, `{"a":1,"b":2}`, `{"a":1,"b":3}`, tree.OrderUnknown, false); err != nil {
		t.Errorf("same keys: %v", err)
	}
	if _, err := compared(t, `{"a":1}`, `{"b":1}`, tree.OrderUnknown, false); !errors.Is(err, tree.ErrOrder) {
		t.Errorf("other keys: %v", err)
	}
	var side *tree.SideError
	if _, err := compared(t, `[1,2]`, `[1,x]`, tree.OrderNone, false); !errors.As(err, &side) || !side.Second {
		t.Errorf("the second is no JSON: %v", err)
	}
	for text, want := range map[string][2]bool{
		`{"a":1,"b":{"c":1,"d":1}}`: {true, true}, `{"b":1,"aa":1}`: {false, true}, `{"aa":1,"b":1}`: {true, false},
		`{"b":1,"a":1}`: {false, false}, `{"$dict":[[1,2]]}`: {false, false},
	} {
		by, shorter, err := tree.Orders(reader(text))
		if err != nil || [2]bool{by, shorter} != want {
			t.Errorf("%s: bytewise %v, shorter first %v, %v", text, by, shorter, err)
		}
	}
	if got, err := compared(t, `{"b":1,"d":1,"aa":1}`, `{"b":1,"c":1,"aa":2}`, tree.OrderShorter,
		false); err != nil || len(got) != 3 {
		t.Errorf("shorter keys first: %q, %v", got, err)
	}
}

// TestShown: a large value is not held to tell that it differs.
func TestShown(t *testing.T) {
	long := "[" + strings.Repeat(`{"a":[1,2],"b":{"c":1}},`, 10_000) + "1]"
	got, err := compared(t, `{"x":`+long+`,"y":1}`, `{"x":1,"y":2}`, tree.OrderNone, false)
	if err != nil || len(got) != 2 || len(got[0]) > 1000 || !strings.HasPrefix(got[1], "$.y 1|2") {
		t.Errorf("got %.300q, %v", got, err)
	}
}
