package serializer_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer"
)

// TestCanonicalLarge: what is sorted by way of a temporary file is what is sorted in memory.
func TestCanonicalLarge(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := rand.New(rand.NewPCG(1, 2))
	const names = 40_000 // of 100 bytes: more than is sorted at once
	var sorted, shuffled strings.Builder
	order := r.Perm(names)
	for i := range names {
		for b, at := range map[*strings.Builder]int{&sorted: i, &shuffled: order[i]} {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, `"%0100d":[%d,{"a":1,"b":"%0*d"}]`, at, at, at%7*20_000*(at&1023/1023), at)
		}
	}
	want := "{" + sorted.String() + "}"
	var got bytes.Buffer
	if err := serializer.Canonical(&got, serializer.FormatJSON, strings.NewReader("{"+shuffled.String()+"}"),
		serializer.Limits{}); err != nil || got.String() != want {
		t.Errorf("JSON: %d bytes of %d are not sorted, %v", got.Len(), len(want), err)
	}
	var forms [2]bytes.Buffer
	for i, text := range []string{want, "{" + shuffled.String() + "}"} {
		var cbor bytes.Buffer
		o := serializer.Options{From: serializer.FormatJSON, To: serializer.FormatCBOR}
		if err := serializer.Convert(&cbor, strings.NewReader(text), o); err != nil {
			t.Fatal(err)
		}
		if err := serializer.Canonical(&forms[i], serializer.FormatCBOR, &cbor, serializer.Limits{}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(forms[0].Bytes(), forms[1].Bytes()) {
		t.Errorf("CBOR: two orders of keys have two forms of %d and %d bytes", forms[0].Len(), forms[1].Len())
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	twice := "{" + shuffled.String() + `,"` + strings.Repeat("0", 100) + `":1}`
	if err := serializer.Canonical(io.Discard, serializer.FormatJSON, strings.NewReader(twice),
		serializer.Limits{}); !errors.Is(err, serializer.ErrDuplicate) {
		t.Errorf("a name twice among many: %v", err)
	}
	t.Setenv("TMPDIR", "/nonexistent")
	err := serializer.Canonical(io.Discard, serializer.FormatJSON, strings.NewReader(want), serializer.Limits{})
	if err == nil || !strings.Contains(err.Error(), "a temporary file for sorting: no such file or directory") {
		t.Errorf("without a folder for temporary files: %v", err)
	}
}

// TestCanonicalSets: equal documents have one form, with sets in any order and sets inside sets.
func TestCanonicalSets(t *testing.T) {
	form := func(v serializer.Value) string {
		t.Helper()
		data, err := serializer.Binary{}.Marshal(v)
		if err == nil {
			data, err = serializer.CanonicalCBOR(data, serializer.Limits{})
		}
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", data)
	}
	s, i := serializer.String, serializer.Int
	inner := func(a, b int64) serializer.Value { return serializer.FrozenSet(i(a), i(b)) }
	a := serializer.Map(s("b"), serializer.Set(i(3), inner(1, 2), s("x")), s("a"), serializer.Tuple(inner(5, 4)))
	b := serializer.Map(s("a"), serializer.Tuple(inner(4, 5)), s("b"), serializer.Set(s("x"), inner(2, 1), i(3)))
	if form(a) != form(b) {
		t.Errorf("%s and %s have two forms", form(a), form(b))
	}
	if c := serializer.Map(s("a"), serializer.Tuple(inner(4, 5)), s("b"), serializer.Set(s("x"), inner(2, 1),
		i(4))); form(a) == form(c) {
		t.Error("different sets have one form")
	}
	for _, refused := range []serializer.Value{
		serializer.List(serializer.Shared(serializer.List())), serializer.Tagged(25, i(1)), serializer.Tagged(51,
			serializer.List()),
	} {
		data, err := serializer.Binary{}.Marshal(refused)
		if err != nil {
			t.Fatal(err)
		}
		var placed *serializer.Error
		if _, err := serializer.CanonicalCBOR(data, serializer.Limits{}); !errors.As(err, &placed) || placed.Offset < 0 {
			t.Errorf("%s: %v", refused, err)
		}
	}
}

// TestCanonicalNumbers are the borders between the forms that ECMAScript has for numbers.
func TestCanonicalNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"1e20": "100000000000000000000", "1e21": "1e+21", "0.000001": "0.000001", "1e-7": "1e-7", "-0": "0",
		"9007199254740993": "9007199254740992", "1.50": "1.5", "-1e-10": "-1e-10",
	} {
		got, err := serializer.CanonicalJSON([]byte(text), serializer.Limits{})
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}
