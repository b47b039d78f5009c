package serializer

import (
	"bytes"
	"math/big"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
)

// decodeFuzz checks what all decoders promise: what they take comes back equal from every format, a stream reads what
// a tree reads, and a canonical form is its own.
func decodeFuzz(f *testing.F, s Serializer, format Format, canonical func([]byte, Limits) ([]byte, error)) {
	for _, v := range specimens(f) {
		f.Add(encoded(f, s, v))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if form, err := canonical(data, Limits{}); err == nil {
			if again, err := canonical(form, Limits{}); err != nil || !bytes.Equal(form, again) {
				t.Fatalf("%q: its canonical form %q has the canonical form %q, %v", data, form, again, err)
			}
		}
		var v Value
		err := s.Decode(bytes.NewReader(data), &v)
		streamed, _, err2 := stream(format, FormatCBOR, data, RefuseDuplicates)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%q (%x): a tree is %v, a stream %v", data, data, err, err2)
		}
		if kept, _, err := stream(format, FormatCBOR, data, KeepDuplicates); err2 == nil &&
			(err != nil || !bytes.Equal(kept, streamed)) {
			t.Fatalf("%q: written as %x, with duplicates kept as %x, %v", data, streamed, kept, err)
		} else if err == nil {
			sameAcross(t, FormatCBOR, kept, KeepDuplicates)
		}
		if err != nil {
			return
		}
		if direct := encoded(t, Binary{}, v); !bytes.Equal(direct, streamed) {
			t.Fatalf("%q: a tree is written as %x, a stream as %x", data, direct, streamed)
		}
		for _, other := range Serializers() {
			var back Value
			out := encoded(t, other, v)
			if err := other.Decode(bytes.NewReader(out), &back); err != nil || !Equal(v, back) {
				t.Fatalf("%q: %s: %s is written as %q and read as %s, %v", data, other.Name(), v, out, back, err)
			}
		}
	})
}

// sameAcross takes a document through all formats as a stream, which must give the bytes that it began with.
func sameAcross(t *testing.T, format Format, data []byte, keep Duplicates) {
	t.Helper()
	current, from := data, format
	for _, to := range []Format{FormatJSON, FormatMessagePack, FormatJSON, format} {
		out, _, err := stream(from, to, current, keep)
		if err != nil {
			t.Fatalf("%q: %s to %s: %q: %v", data, from, to, current, err)
		}
		current, from = out, to
	}
	if !bytes.Equal(current, data) {
		t.Fatalf("%q came back as %q", data, current)
	}
}

func none([]byte, Limits) ([]byte, error) { return nil, ErrUnknownFormat }

func FuzzJSON(f *testing.F)        { decodeFuzz(f, JSON{}, FormatJSON, CanonicalJSON) }
func FuzzCBOR(f *testing.F)        { decodeFuzz(f, Binary{}, FormatCBOR, CanonicalCBOR) }
func FuzzMessagePack(f *testing.F) { decodeFuzz(f, MessagePack{}, FormatMessagePack, none) }

// sequenceFuzz checks that a sequence is refused or comes back from the list that stands for it.
func sequenceFuzz(f *testing.F, s Serializer, format Format) {
	var all []byte
	for _, v := range specimens(f) {
		one := encoded(f, s, v)
		f.Add(one)
		all = append(all, one...)
	}
	f.Add(all[:1000])
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, keep := range []Duplicates{RefuseDuplicates, KeepDuplicates} {
			if list, _, err := stream(format, FormatCBOR, data, keep); err == nil {
				clean, _, err := stream(FormatCBOR, format, list, keep)
				if err != nil {
					t.Fatalf("%q as a list %x: %v", data, list, err)
				}
				sameAcross(t, format, clean, keep)
				sameAcross(t, FormatCBOR, list, keep)
			}
		}
	})
}

func FuzzJSONLines(f *testing.F)    { sequenceFuzz(f, JSON{}, FormatJSONLines) }
func FuzzCBORSequence(f *testing.F) { sequenceFuzz(f, Binary{}, FormatCBORSequence) }

// assorted has a field of most Go types that have a form.
type assorted struct {
	Any     any                  `json:"any"`
	Int     int8                 `json:"int"`
	Uint    uint16               `json:"uint"`
	Float   float32              `json:"float"`
	Double  float64              `json:"double"`
	Bool    bool                 `json:"bool"`
	Text    string               `json:"text"`
	Bytes   []byte               `json:"bytes"`
	Array   [2]int               `json:"array"`
	List    []any                `json:"list"`
	Map     map[string]int       `json:"map"`
	Keys    map[int]string       `json:"keys"`
	Next    *assorted            `json:"next"`
	Time    time.Time            `json:"time"`
	Length  time.Duration        `json:"length"`
	Big     *big.Int             `json:"big"`
	Rat     *big.Rat             `json:"rat"`
	Decimal *apd.Decimal         `json:"decimal"`
	Complex complex128           `json:"complex"`
	Values  map[string]*assorted `json:"values"`
}

// FuzzTyped checks that what fits into Go values is written and read again as the same.
func FuzzTyped(f *testing.F) {
	seed := assorted{
		Any: map[string]any{"a": []any{int64(1), 2.5, nil}}, List: []any{"x", true}, Map: map[string]int{"k": 1},
		Keys:  map[int]string{-1: "v"},
		Bytes: []byte{1}, Next: &assorted{Text: "t"}, Time: time.Unix(1e9, 5).UTC(), Length: time.Hour, Big: big.NewInt(7),
		Rat:     big.NewRat(1, 3),
		Decimal: apd.New(110, -2), Complex: 1i, Values: map[string]*assorted{"": nil},
	}
	for i, s := range Serializers() {
		var b bytes.Buffer
		if err := s.Encode(&b, seed); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes(), byte(i))
		for _, v := range specimens(f) {
			f.Add(encoded(f, s, Map(String("any"), v)), byte(i))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, format byte) {
		s := Serializers()[int(format)%len(Serializers())]
		var into assorted
		if s.Decode(bytes.NewReader(data), &into) != nil {
			return
		}
		var first, second bytes.Buffer
		if err := s.Encode(&first, into); err != nil {
			t.Fatalf("%s: %q: %+v: %v", s.Name(), data, into, err)
		}
		written := bytes.Clone(first.Bytes())
		var again assorted
		if err := s.Decode(&first, &again); err != nil {
			t.Fatalf("%s: %q: written as %q: %v", s.Name(), data, written, err)
		}
		if err := s.Encode(&second, again); err != nil || !bytes.Equal(written, second.Bytes()) {
			t.Fatalf("%s: %q: written as %q, then as %q, %v", s.Name(), data, written, second.Bytes(), err)
		}
	})
}
