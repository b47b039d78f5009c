package cbor

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Formats returns CBOR and its sequences.
func Formats() []wire.Format {
	format := func(sequence bool, name string, extensions []string, description string) wire.Format {
		return wire.Format{
			Name: name, Extensions: extensions, Description: description, Sequence: sequence,
			NewReader: func(src wire.Source, _ *wire.Hints, o event.Options) event.Reader {
				r := NewReader(src, o)
				r.Sequence = sequence
				return r
			},
			NewWriter: func(to io.Writer, _ *wire.Hints, o wire.WriterOptions) event.Writer {
				w := NewWriter(to)
				w.Sequence, w.Plain = sequence, o.Plain
				if sequence {
					w.Ender = wire.Ender(to)
				}
				return w
			},
		}
	}
	document := format(false, "cbor", []string{".cbor", ".bin"}, "RFC 8949, preferred serialisation")
	document.Canonical = Canonical
	return []wire.Format{
		document, format(true, "cborseq", []string{".cborseq"}, "RFC 8742, CBOR values one after the other"),
	}
}
