package serializer

import (
	"encoding/json"
	"testing"
)

func BenchmarkAnyJSONOurs(b *testing.B) {
	data := records(1 << 20)
	for b.Loop() {
		var v any
		if err := (JSON{}).Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAnyJSONStd(b *testing.B) {
	data := records(1 << 20)
	for b.Loop() {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}
