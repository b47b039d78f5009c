package cbor

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Formats are CBOR, and its sequences.
func Formats() []event.Format {
	format := func(sequence bool, name string, extensions []string, description string) event.Format {
		return event.Format{
			Name: name, Extensions: extensions, Description: description, Sequence: sequence,
			NewReader: func(src event.Source, _ *event.Hints, o event.Options) event.Reader {
				r := NewReader(src, o)
				r.Sequence = sequence
				return r
			},
			NewWriter: func(to io.Writer, _ *event.Hints, o event.WriterOptions) event.Writer {
				w := NewWriter(to)
				w.Sequence, w.Plain = sequence, o.Plain
				if sequence {
					w.Ender = event.Ender(to)
				}
				return w
			},
		}
	}
	document := format(false, "cbor", []string{".cbor", ".bin"}, "RFC 8949, preferred serialisation")
	document.Canonical = Canonical
	return []event.Format{
		document, format(true, "cborseq", []string{".cborseq"}, "RFC 8742, CBOR values one after the other"),
	}
}
