package serializer_test

import (
	stdjson "encoding/json"
	"errors"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/serializer"
)

type tagged struct {
	Quoted int            `json:"q,string"`
	Float  float64        `json:"f,string"`
	Yes    bool           `json:"y,string"`
	Zero   time.Time      `json:"zero,omitzero"`
	Empty  []int          `json:"empty,omitempty"`
	In     base           `json:",inline"`
	Rest   map[string]any `json:",inline"`
	Raw    stdjson.RawMessage
	Number stdjson.Number
	URL    url.URL
	Addr   netip.AddrPort
	Own    ownJSON
	Bin    ownBinary
	CBOR   ownCBOR
}

type ownJSON struct{ a, b int }

func (o ownJSON) MarshalJSON() ([]byte, error)  { return stdjson.Marshal([]int{o.a, o.b}) }
func (o *ownJSON) UnmarshalJSON(b []byte) error { return stdjson.Unmarshal(b, &[]any{&o.a, &o.b}) }

type ownBinary struct{ s string }

func (o ownBinary) MarshalBinary() ([]byte, error)  { return []byte(o.s), nil }
func (o *ownBinary) UnmarshalBinary(b []byte) error { o.s = string(b); return nil }

type ownCBOR struct{ n byte }

func (o ownCBOR) MarshalCBOR() ([]byte, error)  { return []byte{0x18, o.n}, nil }
func (o *ownCBOR) UnmarshalCBOR(b []byte) error { o.n = b[len(b)-1]; return nil }

// TestTags checks json tags and the marshalers of others.
func TestTags(t *testing.T) {
	link, err := url.Parse("https://joe:secret@example.org/a?b=c")
	if err != nil {
		t.Fatal(err)
	}
	want := tagged{
		Quoted: -5, Float: 1.5, Yes: true, In: base{3}, Rest: map[string]any{"kept": "x", "more": []any{true}},
		Raw: stdjson.RawMessage(`{"$bytes":"aGk="}`), Number: "1.50", URL: *link,
		Addr: netip.MustParseAddrPort("10.0.0.1:80"),
		Own:  ownJSON{1, 2}, Bin: ownBinary{"\xff"}, CBOR: ownCBOR{200},
	}
	want.Number = "1.5" // a number, not its text
	for _, s := range serializer.Serializers() {
		var back tagged
		roundTrip(t, s, want, &back)
		if !reflect.DeepEqual(want, back) {
			t.Errorf("%s:\n%+v\nbecame\n%+v", s.Name(), want, back)
		}
	}
	text, err := serializer.JSON{Plain: true}.Marshal(struct {
		tagged
		Bin int `json:"-"`
	}{tagged: tagged{Quoted: 1, Raw: want.Raw, Number: "1"}})
	_ = text
	if err == nil {
		t.Log(string(text))
	}
	var quoted struct {
		N *int `json:"n,string"`
	}
	if err := (serializer.JSON{}).Unmarshal([]byte(`{"n":"12"}`), &quoted); err != nil || *quoted.N != 12 {
		t.Errorf("%v %v", quoted.N, err)
	}
	var known struct{ A int }
	lenient := serializer.JSON{Types: serializer.Types{Unknown: serializer.IgnoreUnknown}}
	if err := lenient.Unmarshal([]byte(`{"B":{"x":[1,{}]},"A":1,"C":2}`), &known); err != nil || known.A != 1 {
		t.Errorf("ignoring unknown names: %v, %+v", err, known)
	}
}

// TestLargestExponent: a decimal whose exponent is beyond what is kept is refused for that, not as if CBOR forbade it.
func TestLargestExponent(t *testing.T) {
	var v serializer.Value
	err := serializer.Binary{}.Unmarshal([]byte("\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01"), &v)
	if !errors.Is(err, serializer.ErrLimit) || !strings.Contains(err.Error(), "exponent 9223372036854775807") {
		t.Errorf("got %s, %v", v, err)
	}
}
