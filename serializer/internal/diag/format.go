package diag

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Formats returns the diagnostic notation.
func Formats() []wire.Format {
	return []wire.Format{{
		Name: "diag", Extensions: []string{".diag", ".edn"}, Text: true,
		Description: "RFC 8949 section 8, CBOR as text; held in memory",
		NewReader:   func(src wire.Source, _ *wire.Hints, o event.Options) event.Reader { return NewReader(src, o) },
		NewWriter:   func(w io.Writer, _ *wire.Hints, o wire.WriterOptions) event.Writer { return NewWriter(w, o.Plain) },
	}}
}
