package lanchat_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/lanchat"
)

func TestFrameRoundTrip(t *testing.T) {
	want := lanchat.Frame{
		Kind: lanchat.FrameText, ReplyPort: 7117, Sequence: 9, Sender: lanchat.Key{1, 2}, ID: lanchat.NewID(), Name: "Анна",
		Body: []byte("hello\x00"),
	}
	var have lanchat.Frame
	if err := have.UnmarshalBinary(wire(t, &want)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}

func TestFrameLimits(t *testing.T) {
	long := lanchat.Frame{Sequence: 1, Body: make([]byte, lanchat.MaxText+1)}
	if _, err := long.AppendBinary(nil); err == nil {
		t.Error("a body that is too long was taken")
	}
	var have lanchat.Frame
	if err := have.UnmarshalBinary(wire(t, &lanchat.Frame{Sequence: 1, Name: strings.Repeat("ї", 40)})); err != nil ||
		have.Name != strings.Repeat("ї", 32) {
		t.Errorf("name %q, %v", have.Name, err)
	}
}

// TestFrameDamage changes every byte of a frame: none goes unnoticed.
func TestFrameDamage(t *testing.T) {
	whole := wire(t, &lanchat.Frame{Sequence: 1, Name: "n", Body: []byte("body")})
	for i := range whole {
		damaged := bytes.Clone(whole)
		damaged[i] ^= byte(1 + rand.N(255))
		var f lanchat.Frame
		if err := f.UnmarshalBinary(damaged); err == nil {
			t.Errorf("byte %d may be changed", i)
		}
	}
}

func TestSniff(t *testing.T) {
	frame := wire(t, &lanchat.Frame{Sequence: 1, Body: []byte("x")})
	for _, tc := range []struct {
		start []byte
		want  lanchat.Kind
	}{
		{[]byte("hello"), lanchat.Plain},
		{[]byte("\x16"), lanchat.Undecided},
		{[]byte("\x16\x03"), lanchat.TLS},
		{[]byte("\x16\x04"), lanchat.Plain},
		{[]byte("\xf5"), lanchat.Undecided},
		{[]byte("\xf5\xf0\xe8"), lanchat.Plain}, // хри in CP1251
		{frame[:4], lanchat.Undecided},
		{frame[:71], lanchat.Undecided},
		{frame[:72], lanchat.Framed},
		{append(bytes.Clone(frame[:71]), frame[71]^1), lanchat.Plain},
	} {
		if have := lanchat.Sniff(tc.start); have != tc.want {
			t.Errorf("Sniff(%q) = %d, want %d", tc.start, have, tc.want)
		}
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(wire(f, &lanchat.Frame{Sequence: 1, Name: "n", Body: []byte("body")}))
	f.Add([]byte("\xf5\x4c\x43\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var frame lanchat.Frame
		if frame.UnmarshalBinary(b) != nil {
			return
		}
		if again := wire(t, &frame); !bytes.Equal(again, b) && strings.ToValidUTF8(frame.Name, "") == frame.Name {
			t.Errorf("%x became %x", b, again)
		}
	})
}

// FuzzSniff demands that more bytes never change a decision.
func FuzzSniff(f *testing.F) {
	f.Add([]byte("\x16\x03\x01"), 1)
	f.Add(wire(f, &lanchat.Frame{Sequence: 1, Body: []byte("x")}), 72)
	f.Add([]byte("plain"), 2)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 0 || n > len(b) {
			return
		}
		if early, late := lanchat.Sniff(b[:n]), lanchat.Sniff(b); n > 0 && early != lanchat.Undecided && early != late {
			t.Errorf("%q is %d, %q is %d", b[:n], early, b, late)
		}
	})
}
