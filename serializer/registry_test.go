package serializer_test

import (
	"bytes"
	"errors"
	"math/big"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/serializer"
)

type circle struct {
	Radius float64 `json:"radius"`
}

type square struct {
	Side int `json:"side"`
}

func (c circle) Area() float64  { return 3 * c.Radius * c.Radius }
func (s *square) Area() float64 { return float64(s.Side * s.Side) }

type shape interface{ Area() float64 }

type drawing struct {
	Name   string    `json:"name"`
	Shapes []shape   `json:"shapes"`
	Extra  any       `json:"extra"`
	Made   time.Time `json:"made"`
}

func register[T any](t *testing.T, name string) int {
	t.Helper()
	n, err := serializer.Register[T](name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNumbers checks the course's metaclass: classes have the numbers 0, 1, 2…, instances know them.
func TestNumbers(t *testing.T) {
	first, second := register[circle](t, "circle"), register[*square](t, "square")
	if second != first+1 || register[*circle](t, "circle") != first {
		t.Errorf("circle is %d, square %d, circle again %d", first, second, register[*circle](t, "circle"))
	}
	for _, instance := range []any{circle{}, &circle{}, new(*circle)} {
		if n, ok := serializer.Number(instance); !ok || n != first {
			t.Errorf("Number(%T) = %d, %v, want %d", instance, n, ok, first)
		}
	}
	if n, ok := serializer.Number(5); ok {
		t.Errorf("an int has the class %d", n)
	}
	if _, ok := serializer.Number(nil); ok {
		t.Error("nil has a class")
	}
	if _, err := serializer.Register[drawing]("circle"); err == nil {
		t.Error("two types have one name")
	}
	if _, err := serializer.Register[circle]("disc"); err == nil {
		t.Error("one type has two names")
	}
	for _, err := range []error{
		second2(serializer.Register[shape]("shape")), second2(serializer.Register[[]int]("ints")),
		second2(serializer.Register[drawing]("")),
	} {
		if err == nil {
			t.Error("registered what has no instances or no name")
		}
	}
}

func second2(_ int, err error) error { return err }

type crowd[T any] struct{ _ T }

// TestNumbersAtOnce registers from a hundred goroutines: every class gets one number, and none is left out.
func TestNumbersAtOnce(t *testing.T) {
	type a struct{}
	registrations := []func() (int, error){
		func() (int, error) { return serializer.Register[crowd[int8]]("crowd/0") },
		func() (int, error) { return serializer.Register[crowd[int16]]("crowd/1") },
		func() (int, error) { return serializer.Register[crowd[int32]]("crowd/2") },
		func() (int, error) { return serializer.Register[*crowd[int64]]("crowd/3") },
		func() (int, error) { return serializer.Register[crowd[a]]("crowd/4") },
	}
	before := register[drawing](t, "drawing")
	numbers := make([]int, 100)
	var group sync.WaitGroup
	for i := range numbers {
		group.Go(func() {
			n, err := registrations[i%len(registrations)]()
			if err != nil {
				t.Error(err)
			}
			numbers[i] = n
		})
	}
	group.Wait()
	for i, n := range numbers {
		if n != numbers[i%len(registrations)] {
			t.Errorf("class %d has the numbers %d and %d", i%len(registrations), n, numbers[i%len(registrations)])
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	if after := register[everything](t, "everything"); len(numbers) != len(registrations) ||
		after-before != len(registrations)+1 && before < numbers[0] {
		t.Errorf("numbers %v after %d, then %d", numbers, before, after)
	}
}

type everything struct {
	Int    int8                 `json:"int"`
	Uint   uint64               `json:"uint"`
	Float  float32              `json:"float"`
	Text   string               `json:"text"`
	Bytes  []byte               `json:"bytes"`
	List   [2]bool              `json:"list"`
	Map    map[int]string       `json:"map"`
	Deep   map[string][]float64 `json:"deep"`
	Time   time.Time            `json:"time"`
	Length time.Duration        `json:"length"`
	Big    *big.Int             `json:"big"`
	Rat    *big.Rat             `json:"rat"`
	Dec    *apd.Decimal         `json:"dec"`
	ID     uuid.UUID            `json:"id"`
	Z      complex128           `json:"z"`
	Value  serializer.Value     `json:"value"`
	Any    []any                `json:"any"`
	Nil    *int                 `json:"nil"`
	Left   string               `json:"left,omitempty"`
	embedded
}

type embedded struct {
	Inner string `json:"inner"`
}

// TestGoValues takes Go values of every sort through every format and through files.
func TestGoValues(t *testing.T) {
	register[circle](t, "circle")
	register[*square](t, "square")
	decimal, _, err := apd.NewFromString("1.10")
	if err != nil {
		t.Fatal(err)
	}
	moment := time.Date(2026, 11, 25, 19, 52, 57, 123456789, time.FixedZone("", 7200))
	want := everything{
		Int: -8, Uint: 1<<64 - 1, Float: 0.5, Text: "ї", Bytes: []byte{0, 255}, List: [2]bool{true, false},
		Map: map[int]string{3: "c", -1: "a", 20: "b"}, Deep: map[string][]float64{"x": {1, 2.5}, "nil": nil}, Time: moment,
		Length: -time.Nanosecond,
		Big:    new(big.Int).Lsh(big.NewInt(1), 100), Rat: big.NewRat(-1, 3), Dec: decimal, ID: uuid.UUID{1, 15: 2},
		Z:     1 - 2i,
		Value: serializer.Tuple(serializer.Int(1), serializer.Set()),
		Any: []any{
			nil,
			true,
			int64(5),
			1.0,
			"s",
			[]byte("b"),
			[]any{},
			map[string]any{"k": int64(1)},
			circle{2},
			&square{3},
			big.NewRat(1, 2),
		},
		embedded: embedded{Inner: "in"},
	}
	drawn := drawing{"d", []shape{circle{1}, &square{2}, nil}, circle{5}, moment}
	for _, s := range serializer.Serializers() {
		var first, second bytes.Buffer
		var got everything
		for _, b := range []*bytes.Buffer{&first, &second} {
			if err := s.Encode(b, &want); err != nil {
				t.Fatal(s.Name(), err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: equal values have the bytes %q and %q", s.Name(), first.Bytes(), second.Bytes())
		}
		if err := s.Decode(&first, &got); err != nil {
			t.Fatal(s.Name(), err)
		}
		if !got.Time.Equal(want.Time) || !serializer.Equal(got.Value, want.Value) {
			t.Errorf("%s: time %v, value %v", s.Name(), got.Time, got.Value)
		}
		got.Time, got.Value = want.Time, want.Value
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: got\n%+v, want\n%+v\n%s", s.Name(), got, want, second.Bytes())
		}
		path := filepath.Join(t.TempDir(), "drawing"+s.Extensions()[0])
		if err := serializer.Save(path, drawn); err != nil {
			t.Fatal(err)
		}
		var back drawing
		if err := serializer.Load(path, &back); err != nil {
			t.Fatal(err)
		}
		back.Made = drawn.Made
		if !reflect.DeepEqual(drawn, back) {
			t.Errorf("%s: loaded %+v, saved %+v", s.Name(), back, drawn)
		}
	}
}

// TestDecodeRefuses checks that what does not fit is an error that tells the path, and changes nothing.
func TestDecodeRefuses(t *testing.T) {
	register[circle](t, "circle")
	before := drawing{Name: "before"}
	for text, want := range map[string]string{
		`{"name":5}`:  "offset 8: $.name: int does not fit into string (line 1, column 9)",
		`{"nam":"x"}`: "offset 1: $.nam: serializer_test.drawing has no such field (line 1, column 2)",
		`{"shapes":[{"$type":"hexagon","state":null}]}`: `offset 11: $.shapes[0]: "hexagon": type is not registered ` +
			"(line 1, column 12)",
		`{"shapes":[{"radius":1.0}]}`: "offset 24: $.shapes[0]: dict without the name of a class does not fit into " +
			"serializer_test.shape (line 1, column 25)",
		`{"shapes":[{"$type":"circle","state":{"radius":"1"}}]}`: "offset 47: $.shapes[0].radius: string does not fit " +
			"into float64 (line 1, column 48)",
		`{"name":"a","name":"b"}`: "offset 12: $.name: duplicate key .name (line 1, column 13)",
		`{"made":{"$datetime":"2026-11-25T00:00:00"}}`: "offset 8: $.made: datetime does not fit into time.Time " +
			"(line 1, column 9)",
		`{"name":null}`:  "offset 8: $.name: null does not fit into string (line 1, column 9)",
		`{"name":"a"} x`: `offset 13: unexpected 'x' after the value (line 1, column 14)`,
	} {
		got := before
		err := serializer.JSON{}.Decode(bytes.NewReader([]byte(text)), &got)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got error %v, want %s", text, err, want)
		}
		if !reflect.DeepEqual(got, before) {
			t.Errorf("%s: changed the variable to %+v", text, got)
		}
	}
	var s []shape
	err := serializer.JSON{}.Decode(bytes.NewReader([]byte(`[{"$type":"nobody","state":1}]`)), &s)
	if !errors.Is(err, serializer.ErrUnknownType) {
		t.Errorf("unknown class: %v", err)
	}
	err = serializer.JSON{}.Encode(&bytes.Buffer{}, []any{drawing{}, embedded{}})
	if !errors.Is(err, serializer.ErrUnknownType) {
		t.Errorf("a struct without a class in an interface: %v", err)
	}
}
