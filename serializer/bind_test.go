package serializer_test

import (
	"bytes"
	"container/list"
	"encoding/hex"
	stdjson "encoding/json"
	"errors"
	"log"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/serializer"
)

type amb1 struct{ X int }

type amb2 struct{ X int }

type base struct{ ID int }

type lower struct{ Z int }

// TestEncodeRefuses checks that what Decode would not give back is an error that tells the path, in every format.
func TestEncodeRefuses(t *testing.T) {
	for name, v := range map[string]any{
		"NaN key":   map[string]any{"m": map[float64]string{math.NaN(): "x"}},
		"atomic":    struct{ N atomic.Int64 }{},
		"list.List": struct{ L *list.List }{list.New()},
		"two fields of a name": struct {
			M struct {
				amb1
				amb2
			}
		}{},
		"hidden field": struct {
			M struct {
				base
				ID string
			}
		}{},
		"embedded pointer": struct {
			M struct {
				*lower
				Y int
			}
		}{},
		"invalid UTF-8":    struct{ S string }{"a\xffb"},
		"set with doubles": struct{ V serializer.Value }{serializer.Set(serializer.Int(1), serializer.Int(1))},
		"map with doubles": struct{ V serializer.Value }{
			serializer.Map(serializer.String("a"), serializer.Int(1), serializer.String("a"), serializer.Int(1)),
		},
		"forbidden tag":         struct{ V serializer.Value }{serializer.Tagged(1, serializer.String("x"))},
		"own tag":               struct{ V serializer.Value }{serializer.Tagged(2, serializer.Int(1))},
		"timestamp as ext":      struct{ V serializer.Value }{serializer.Ext(-1, []byte("abc"))},
		"own ext":               struct{ V serializer.Value }{serializer.Ext(80, nil)},
		"simple with a meaning": struct{ V serializer.Value }{serializer.Simple(20)},
		"invalid UTF-8 inside":  struct{ V serializer.Value }{serializer.List(serializer.String("\xff"))},
		"dangling reference":    struct{ V serializer.Value }{serializer.List(serializer.Ref(0))},
		"channel":               struct{ C chan int }{make(chan int)},
	} {
		for _, s := range serializer.Serializers() {
			var b bytes.Buffer
			err := s.Encode(&b, v)
			var placed *serializer.Error
			if !errors.As(err, &placed) || !strings.HasPrefix(placed.Path, "$.") {
				t.Errorf("%s: %s: written as %q, error %v", name, s.Name(), b.Bytes(), err)
			}
		}
	}
}

type pair struct {
	Left, Right *pair
	Name        string
}

type node struct {
	Value int
	Next  *node
}

type loop struct {
	Many  []*pair
	Same  map[string][]int
	Other map[string][]int
	List  []int
	Again []int
	Any   any
}

func roundTrip(t *testing.T, s serializer.Serializer, v, back any) {
	t.Helper()
	var b bytes.Buffer
	if err := s.Encode(&b, v); err != nil {
		t.Fatalf("%s: %v", s.Name(), err)
	}
	text := b.String()
	if err := s.Decode(&b, back); err != nil {
		t.Fatalf("%s: %.200q: %v", s.Name(), text, err)
	}
}

// TestLongList takes a list of 20,000 nodes there and back, open and as a ring.
func TestLongList(t *testing.T) {
	const count = 20_000
	for _, s := range serializer.Serializers() {
		for _, ring := range []bool{false, true} {
			first := &node{}
			last := first
			for i := 1; i < count; i++ {
				last.Next = &node{Value: i}
				last = last.Next
			}
			if ring {
				last.Next = first
			}
			var back *node
			roundTrip(t, s, first, &back)
			n, at := 1, back
			for ; at.Next != nil && at.Next != back; at = at.Next {
				n++
			}
			if n != count || at.Value != count-1 || ring != (at.Next == back) {
				t.Errorf("%s: %d nodes, the last %d", s.Name(), n, at.Value)
			}
		}
	}
}

// TestDepth checks that every depth ends in an answer.
func TestDepth(t *testing.T) {
	deep := strings.Repeat("[", 2_000_000) + strings.Repeat("]", 2_000_000)
	var v serializer.Value
	var x any
	for _, target := range []any{&v, &x} {
		err := serializer.JSON{Limits: serializer.Limits{Depth: math.MaxInt}}.Unmarshal([]byte(deep), target)
		if !errors.Is(err, serializer.ErrLimit) {
			t.Errorf("into %T: %.100v", target, err)
		}
	}
	s := map[string]any{}
	s["s"] = s
	if _, err := (serializer.JSON{Plain: true}).Marshal(s); !errors.Is(err, serializer.ErrLimit) {
		t.Errorf("a cycle in plain JSON: %.100v", err)
	}
}

type conf struct {
	Port  int
	Host  string
	Deep  struct{ A, B int }
	Ptr   *base
	Map   map[string]int
	log   *log.Logger
	Mu    sync.Mutex
	Ready bool
}

// TestDefaults checks that what a document does not mention stays, also after an error, and that Fresh begins from
// zero.
func TestDefaults(t *testing.T) {
	logger := log.Default()
	inner := &base{ID: 5}
	fresh := func() *conf {
		return &conf{Port: 80, Host: "default", Ptr: inner, Map: map[string]int{"old": 1}, log: logger}
	}
	c := fresh()
	c.Deep.B = 2
	if err := (serializer.JSON{}).Unmarshal([]byte(`{"Port":1,"Deep":{"A":1},"Ptr":{},"Map":{"new":2}}`), c); err != nil {
		t.Fatal(err)
	}
	if c.Port != 1 || c.Host != "default" || c.Deep.A != 1 || c.Deep.B != 2 || c.Ptr != inner || inner.ID != 5 ||
		len(c.Map) != 2 ||
		c.log != logger {
		t.Errorf("got %+v", c.Map)
	}
	c = fresh()
	err := (serializer.JSON{}).Unmarshal([]byte(`{"Port":1,"Ptr":{"ID":6},"Map":{"new":2},"Host":3}`), c)
	if err == nil || c.Port != 80 || c.Ptr.ID != 5 || len(c.Map) != 1 || c.log != logger {
		t.Errorf("after %v: %d %v %v", err, c.Port, c.Ptr, c.Map)
	}
	c = fresh()
	if err := (serializer.JSON{Types: serializer.Types{Fresh: true}}).Unmarshal([]byte(`{"Port":1}`), c); err != nil ||
		c.Host != "" ||
		c.Map != nil {
		t.Errorf("fresh: %v, %q %v", err, c.Host, c.Map)
	}
}

// TestConversions reads what other programs write.
func TestConversions(t *testing.T) {
	instant := time.Date(2026, 11, 25, 19, 52, 57, 0, time.UTC)
	id := uuid.MustParse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
	for text, want := range map[string]any{
		`50`: 50.0, `1.0`: 1, `1e3`: int16(1000),
		`0.1`:                    float32(0.1),
		`1.5`:                    float32(1.5),
		`9007199254740992`:       9007199254740992.0,
		`"2026-11-25T19:52:57Z"`: instant, `1795636377`: instant, `"aGk="`: []byte("hi"), `"aGkh"`: [3]byte{'h', 'i', '!'},
		`[1,2]`:                                  [2]int{1, 2},
		`{"1":"a","-2":"b"}`:                     map[int]string{1: "a", -2: "b"},
		`{"$tuple":[1,2]}`:                       []int{1, 2},
		`{"$set":[1]}`:                           []int{1},
		`"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"`: id, `{"$bytearray":"aGk="}`: []byte("hi"), `[104,105]`: []byte("hi"),
		`12345678901234567890`: uint64(12345678901234567890), `"10.0.0.1"`: netip.MustParseAddr("10.0.0.1"),
		`1000000000`: time.Second, `{"a":1}`: stdjson.RawMessage(`{"a":1}`), `"1e5"`: "1e5",
	} {
		got := reflect.New(reflect.TypeOf(want))
		addresses := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
		if err := (serializer.JSON{}).Unmarshal([]byte(text), got.Interface()); err != nil {
			t.Errorf("%s into %T: %v", text, want, err)
		} else if diff := cmp.Diff(want, got.Elem().Interface(), addresses); diff != "" {
			t.Errorf("%s into %T: %s", text, want, diff)
		}
	}
	for text, target := range map[string]any{
		`9007199254740993`:      new(float64),
		`1.5`:                   new(int),
		`300`:                   new(int8),
		`-1`:                    new(uint),
		`0.1000000001`:          new(float32),
		`"2026-11-25"`:          new(time.Time),
		`"2026-11-25T19:52:57"`: new(time.Time),
		`"a"`:                   new([]byte),
		`[1]`:                   new([2]int),
		`[1,2,3]`:               new([2]int),
		`{"x":1}`:               new(map[int]int),
		`1e400`:                 new(float64),
		`"1"`:                   new(int),
		`-0.0`:                  new(int),
		`{"01":1,"1":2}`:        new(map[int]int),
		`1e300000000`:           new(big.Rat),
	} {
		before := reflect.ValueOf(target).Elem().Interface()
		if err := (serializer.JSON{}).Unmarshal([]byte(text), target); err == nil {
			t.Errorf("%s into %T: %v", text, target, reflect.ValueOf(target).Elem())
		} else if now := reflect.ValueOf(target).Elem().Interface(); !reflect.DeepEqual(before, now) {
			t.Errorf("%s: changed to %v", text, now)
		}
	}
	for text, target := range map[string]any{
		`50`: new(float64), `"aGk="`: new([]byte), `{"1":1}`: new(map[int]int), `{"$tuple":[]}`: new([]int),
	} {
		if err := (serializer.JSON{Types: serializer.Types{Exact: true}}).Unmarshal([]byte(text), target); err == nil {
			t.Errorf("exact: %s into %T", text, target)
		}
	}
	for data, want := range map[string]time.Time{
		"c11a6b07e699": instant, "c1fb41dac1f9a6600000": instant.Add(500 * time.Millisecond),
	} {
		var got time.Time
		if err := (serializer.Binary{}).Unmarshal(unhex(t, data), &got); err != nil ||
			got.Sub(want).Abs() > 24*365*time.Hour {
			t.Errorf("%s: %v, %v", data, got, err)
		}
	}
	var single complex64
	roundTrip(t, serializer.JSON{}, complex64(1-2i), &single)
	if single != 1-2i {
		t.Errorf("complex64: %v", single)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBigFloat checks numbers of any precision.
func TestBigFloat(t *testing.T) {
	third := new(big.Float).SetPrec(200).Quo(big.NewFloat(1), big.NewFloat(3))
	for _, want := range []*big.Float{
		third, new(big.Float).Neg(third), big.NewFloat(0.1), new(big.Float), new(big.Float).SetInf(true),
		new(big.Float).SetMantExp(third, 100000), big.NewFloat(1).SetPrec(1000),
	} {
		for _, s := range serializer.Serializers() {
			var got struct{ F big.Float }
			roundTrip(t, s, &struct{ F *big.Float }{want}, &got)
			if got.F.Cmp(want) != 0 || want.Sign() != 0 && !want.IsInf() && got.F.Prec() != want.Prec() {
				t.Errorf("%s: %v became %v with %d bits", s.Name(), want, &got.F, got.F.Prec())
			}
		}
	}
}

// TestPlain checks that plain JSON is what other programs mean by it.
func TestPlain(t *testing.T) {
	plain := serializer.JSON{Plain: true}
	var x any
	source := `{"avatar":{"$bytes":"aGk="},"m":{"$dict":[]},"r":{"$ref":0}}`
	if err := plain.Unmarshal([]byte(source), &x); err != nil {
		t.Fatal(err)
	}
	if _, ok := x.(map[string]any)["avatar"].(map[string]any); !ok {
		t.Errorf("avatar is %T", x.(map[string]any)["avatar"])
	}
	if text, err := plain.Marshal(x); err != nil || string(text) != source {
		t.Errorf("written as %s, %v", text, err)
	}
	type row struct {
		When time.Time
		ID   uuid.UUID
		B    []byte
		M    map[int]int
		D    time.Duration
		Big  *big.Int
		F    float64
	}
	r := row{
		time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
		uuid.UUID{1},
		[]byte("hi"),
		map[int]int{1: 2},
		time.Second,
		big.NewInt(7),
		2,
	}
	text, err := plain.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	std, err := stdjson.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var ours, theirs row
	if err := stdjson.Unmarshal(text, &ours); err != nil {
		t.Errorf("encoding/json reads %s: %v", text, err)
	}
	if err := plain.Unmarshal(std, &theirs); err != nil {
		t.Errorf("%s: %v", std, err)
	}
	if !reflect.DeepEqual(r, ours) || !reflect.DeepEqual(r, theirs) {
		t.Errorf("%+v, %+v", ours, theirs)
	}
	for _, v := range []any{math.NaN(), serializer.Set(), map[float64]int{1.5: 1}, 1i} {
		if text, err := plain.Marshal(v); err == nil {
			t.Errorf("%v is written as %s", v, text)
		}
	}
}
