package serializer_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer"
)

type lettered struct{ A int }

// TestPlaces checks that errors tell the path of what is wrong, and not of the value before it.
func TestPlaces(t *testing.T) {
	for _, wrong := range []struct {
		format     serializer.Format
		text, path string
		offset     int64
	}{
		{serializer.FormatJSON, `{"a":1,"b":{"x":2,"y":3,"x":4}}`, "$.b.x", 24},
		{serializer.FormatJSON, `[1,]`, "$[1]", 3},
		{serializer.FormatJSON, `{"a":[1,2],"b":[1, x]}`, "$.b[1]", 19},
		{serializer.FormatJSONLines, "1\n2\nx", "$[2]", 4},
		{serializer.FormatCBOR, "\x82\xa0\xa3\x05\x02\x06\x01\x05\x03", "$[1][5]", 7},
		{serializer.FormatCBOR, "\xa3\x81\x01\x02\x05\x01\x81\x01\x03", "$[list]", 8},
		{serializer.FormatCBOR, "\xd9\x01\x02\x83\x01\x02\x01", "$[2]", 6},
		{serializer.FormatCBOR, "\xd9\x01\x02\x82\x01\x01", "$[1]", 5},
		{serializer.FormatCBOR, "\x83\xa0\xd9\x01\x02\x83\x81\x01\x05\x81\x01", "$[1][2]", 11},
		{serializer.FormatMessagePack, "\x82\x01\xc0\x01\xc0", "$[1]", 3},
	} {
		err := serializer.Convert(io.Discard, strings.NewReader(wrong.text),
			serializer.Options{From: wrong.format, To: serializer.FormatDiagnostic})
		var placed *serializer.Error
		if !errors.As(err, &placed) || placed.Path != wrong.path || placed.Offset != wrong.offset {
			t.Errorf("%q: %v, want %s at %d", wrong.text, err, wrong.path, wrong.offset)
		}
	}
	// What does not fit into a Go value of a list is told with line and column of the element.
	rows := strings.NewReader("{\"A\":1}\n {\"A\":\"x\"}\n")
	o := serializer.ReaderOptions{}
	for row, err := range serializer.Next[lettered](rows, serializer.FormatJSONLines, o, serializer.Types{}) {
		var placed *serializer.Error
		if err == nil && row.A == 1 {
			continue
		}
		if !errors.As(err, &placed) || placed.Path != "$[1].A" || placed.Line != 2 || placed.Column != 2 ||
			placed.Offset != 9 {
			t.Errorf("%+v: %v", row, err)
		}
	}
}
