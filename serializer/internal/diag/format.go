package diag

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Formats is the diagnostic notation.
func Formats() []event.Format {
	return []event.Format{{
		Name: "diag", Extensions: []string{".diag", ".edn"}, Text: true,
		Description: "RFC 8949 section 8, CBOR as text; held in memory",
		NewReader:   func(src event.Source, _ *event.Hints, o event.Options) event.Reader { return NewReader(src, o) },
		NewWriter:   func(w io.Writer, _ *event.Hints, o event.WriterOptions) event.Writer { return NewWriter(w, o.Plain) },
	}}
}
