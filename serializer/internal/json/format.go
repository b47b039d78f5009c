package json

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Formats returns JSON and its sequences.
func Formats() []wire.Format {
	format := func(layout Layout, name string, extensions []string, description string) wire.Format {
		return wire.Format{
			Name: name, Extensions: extensions, Description: description, Text: true, Sequence: layout != Document,
			NewReader: func(src wire.Source, hints *wire.Hints, o event.Options) event.Reader {
				r := NewReader(src, o)
				r.Hints, r.Layout = hints, layout
				return r
			},
			NewWriter: func(to io.Writer, hints *wire.Hints, o wire.WriterOptions) event.Writer {
				w := NewWriter(to, hints, o.Duplicates)
				w.Layout, w.Plain = layout, o.Plain
				if layout != Document {
					w.Ender = wire.Ender(to)
				}
				return w
			},
		}
	}
	document := format(Document, "json", []string{".json", ".geojson", ".ipynb", ".webmanifest", ".har"},
		"RFC 8259, with $ objects for what JSON has no syntax for")
	document.Canonical = Canonical
	return []wire.Format{
		document,
		format(Lines, "jsonl", []string{".jsonl", ".ndjson"}, "one JSON value per line"),
		format(Sequence, "jsonseq", []string{".json-seq", ".jsonseq"},
			"RFC 7464, a record separator before each JSON value; optional when read"),
	}
}
