package serializer

import (
	"bytes"
	"testing"
)

// decodeFuzz checks what all decoders promise: what they take comes back equal from every format, and a stream reads
// what a tree reads.
func decodeFuzz(f *testing.F, s Serializer, format Format) {
	for _, v := range specimens(f) {
		f.Add(encoded(f, s, v))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v Value
		err := s.Decode(bytes.NewReader(data), &v)
		streamed, _, err2 := stream(format, FormatCBOR, data, RefuseDuplicates)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%q (%x): a tree is %v, a stream %v", data, data, err, err2)
		}
		if err != nil {
			return
		}
		if direct := encoded(t, Binary{}, v); !bytes.Equal(direct, streamed) {
			t.Fatalf("%q: a tree is written as %x, a stream as %x", data, direct, streamed)
		}
		for _, other := range Formats() {
			var back Value
			out := encoded(t, other, v)
			if err := other.Decode(bytes.NewReader(out), &back); err != nil || !Equal(v, back) {
				t.Fatalf("%q: %s: %s is written as %q and read as %s, %v", data, other.Name(), v, out, back, err)
			}
		}
	})
}

func FuzzJSON(f *testing.F)        { decodeFuzz(f, JSON{}, FormatJSON) }
func FuzzCBOR(f *testing.F)        { decodeFuzz(f, Binary{}, FormatCBOR) }
func FuzzMessagePack(f *testing.F) { decodeFuzz(f, MessagePack{}, FormatMessagePack) }
