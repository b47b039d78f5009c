package serializer

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// records is a JSON text of about so many bytes, of people as an address book has them.
func records(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"alpha", "beta", "дельта", "epsilon", "привіт", "theta", "kappa"}
	word := func() string { return words[r.IntN(len(words))] }
	b := []byte{'['}
	for i := 0; len(b) < size; i++ {
		if i > 0 {
			b = append(b, ',', '\n')
		}
		one, err := json.Marshal(map[string]any{
			"id": i, "name": word() + " " + word(), "email": word() + "@example.com", "active": i%2 == 0,
			"balance": float64(r.IntN(1e6)) / 100, "score": r.Float64(), "tags": []string{word(), word()}, "note": nil,
			"address": map[string]any{
				"street": "1 Main \"St\"\n",
				"city":   word(),
				"geo":    []float64{r.Float64() * 90, r.Float64() * 180},
			},
		})
		if err != nil {
			panic(err)
		}
		b = append(b, one...)
	}
	return append(b, ']', '\n')
}

func BenchmarkJSONToCBOR(b *testing.B) {
	data := records(1 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		hints := NewHints()
		r, err := NewReader(FormatJSON, bytes.NewReader(data), hints, ReaderOptions{})
		if err != nil {
			b.Fatal(err)
		}
		w, err := NewWriter(FormatCBOR, io.Discard, hints, RefuseDuplicates)
		if err != nil {
			b.Fatal(err)
		}
		if err := Copy(w, r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeJSON decodes into Value, and with encoding/json into any.
func BenchmarkDecodeJSON(b *testing.B) {
	data := records(1 << 20)
	b.Run("Value", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var v Value
			if err := (JSON{}).Decode(bytes.NewReader(data), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var v any
			if err := json.Unmarshal(data, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDecodeCBOR decodes into Value, and with fxamacker/cbor into any.
func BenchmarkDecodeCBOR(b *testing.B) {
	var v Value
	if err := (JSON{}).Decode(bytes.NewReader(records(1<<20)), &v); err != nil {
		b.Fatal(err)
	}
	var buf bytes.Buffer
	if err := (Binary{}).Encode(&buf, v); err != nil {
		b.Fatal(err)
	}
	data := buf.Bytes()
	b.Run("Value", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var v Value
			if err := (Binary{}).Decode(bytes.NewReader(data), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("fxamacker", func(b *testing.B) {
		mode, err := cbor.DecOptions{MaxArrayElements: 1 << 30, MaxMapPairs: 1 << 30}.DecMode()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var v any
			if err := mode.Unmarshal(data, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
