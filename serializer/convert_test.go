package serializer_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer"
)

// TestConvert takes documents that need one reading and more, from what can seek and what cannot, to files and buffers.
func TestConvert(t *testing.T) {
	long := strings.Repeat(`"`+strings.Repeat("x", 100)+`",`, 2000)
	for _, text := range []string{
		`[1]`, `{"$set":[` + long + `1],"y":1}`, `{"$tuple":[` + long + `1]}`, `{"a":{"$dict":[[1,[` + long + `2]]]}}`,
	} {
		for _, to := range []serializer.Format{serializer.FormatJSON, serializer.FormatCBOR, serializer.FormatMessagePack} {
			var want, got bytes.Buffer
			o := serializer.Options{From: serializer.FormatJSON, To: to}
			if err := serializer.Convert(&want, strings.NewReader(text), o); err != nil {
				t.Fatalf("%.40s to %s: %v", text, to, err)
			}
			if err := serializer.Convert(&got, struct{ *bytes.Buffer }{bytes.NewBufferString(text)}, o); err != nil ||
				!bytes.Equal(want.Bytes(), got.Bytes()) {
				t.Errorf("%.40s to %s from a pipe: %d bytes, want %d, %v", text, to, got.Len(), want.Len(), err)
			}
			path := filepath.Join(t.TempDir(), "out")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			err = errors.Join(serializer.Convert(f, strings.NewReader(text), o), f.Close())
			if data, _ := os.ReadFile(path); err != nil || !bytes.Equal(want.Bytes(), data) {
				t.Errorf("%.40s to %s in a file: %d bytes, want %d, %v", text, to, len(data), want.Len(), err)
			}
			var back bytes.Buffer
			if err := serializer.Convert(&back, &want, serializer.Options{From: to, To: serializer.FormatJSON}); err != nil ||
				strings.TrimSpace(back.String()) != text {
				t.Errorf("%.40s through %s comes back as %.80s, %v", text, to, back.String(), err)
			}
		}
	}
	var none bytes.Buffer
	options := serializer.Options{From: serializer.FormatJSON, To: serializer.FormatCBOR}
	if err := serializer.Convert(&none, strings.NewReader(`[1,`), options); err == nil || none.Len() > 0 {
		t.Errorf("half a document: %d bytes, %v", none.Len(), err)
	}
	options.From = "xml"
	err := serializer.Convert(&none, strings.NewReader(`1`), options)
	if !errors.Is(err, serializer.ErrUnknownFormat) {
		t.Errorf("an unknown format: %v", err)
	}
}

// TestNext reads lists and lines value by value; an error tells where in the whole it is.
func TestNext(t *testing.T) {
	type row struct{ A int }
	for format, text := range map[serializer.Format]string{
		serializer.FormatJSON:         `[{"A":1},{"A":2},{"A":"x"},{"A":3}]`,
		serializer.FormatJSONLines:    "{\"A\":1}\n{\"A\":2}\n{\"A\":\"x\"}\n{\"A\":3}\n",
		serializer.FormatJSONSequence: `{"A":1}{"A":2}{"A":"x"}{"A":3}`,
	} {
		sum := 0
		var failed error
		rows := serializer.Next[row](strings.NewReader(text), format, serializer.ReaderOptions{}, serializer.Types{})
		for v, err := range rows {
			sum += v.A
			failed = err
		}
		var placed *serializer.Error
		if sum != 3 || !errors.As(failed, &placed) || placed.Path != "$[2].A" {
			t.Errorf("%s: sum %d, error %v", format, sum, failed)
		}
	}
}
