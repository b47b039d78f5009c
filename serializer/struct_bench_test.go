package serializer_test

import (
	"bytes"
	stdjson "encoding/json"
	"testing"
	"time"

	fx "github.com/fxamacker/cbor/v2"

	"github.com/pythonweb/goweb/serializer"
)

type record struct {
	ID     int64             `json:"id"`
	Name   string            `json:"name"`
	Email  string            `json:"email"`
	Age    int               `json:"age"`
	Score  float64           `json:"score"`
	Active bool              `json:"active"`
	Tags   []string          `json:"tags"`
	Attrs  map[string]string `json:"attrs"`
	Note   *string           `json:"note"`
	Grades []float64         `json:"grades"`
}

func sample() record {
	n := "a note"
	return record{
		123456,
		"Іван Франко",
		"ivan@example.org",
		41,
		3.25,
		true,
		[]string{"a", "b", "c"},
		map[string]string{"k": "v", "x": "y"},
		&n,
		[]float64{1.5, 2.5, 10},
	}
}

var _ = time.Now

func BenchmarkStructJSONStd(b *testing.B) {
	v := sample()
	for b.Loop() {
		var back record
		var buf bytes.Buffer
		_ = stdjson.NewEncoder(&buf).Encode(v)
		if err := stdjson.NewDecoder(&buf).Decode(&back); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStructJSONStdMarshal(b *testing.B) {
	v := sample()
	for b.Loop() {
		var back record
		data, _ := stdjson.Marshal(v)
		if err := stdjson.Unmarshal(data, &back); err != nil {
			b.Fatal(err)
		}
	}
}

func benchOurs(b *testing.B, s serializer.Serializer) {
	v := sample()
	for b.Loop() {
		var back record
		var buf bytes.Buffer
		if err := s.Encode(&buf, v); err != nil {
			b.Fatal(err)
		}
		if err := s.Decode(&buf, &back); err != nil {
			b.Fatal(err)
		}
	}
}
func BenchmarkStructJSONOurs(b *testing.B) { benchOurs(b, serializer.JSON{}) }
func BenchmarkStructCBOROurs(b *testing.B) { benchOurs(b, serializer.Binary{}) }
func BenchmarkStructJSONOursMarshal(b *testing.B) {
	v := sample()
	s := serializer.JSON{}
	for b.Loop() {
		var back record
		data, _ := s.Marshal(v)
		if err := s.Unmarshal(data, &back); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStructCBOROursMarshal(b *testing.B) {
	v := sample()
	s := serializer.Binary{}
	for b.Loop() {
		var back record
		data, _ := s.Marshal(v)
		if err := s.Unmarshal(data, &back); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStructCBORFx(b *testing.B) {
	v := sample()
	for b.Loop() {
		var back record
		data, _ := fx.Marshal(v)
		if err := fx.Unmarshal(data, &back); err != nil {
			b.Fatal(err)
		}
	}
}
