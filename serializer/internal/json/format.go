package json

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Formats are JSON, and its sequences.
func Formats() []event.Format {
	format := func(layout Layout, name string, extensions []string, description string) event.Format {
		return event.Format{
			Name: name, Extensions: extensions, Description: description, Text: true, Sequence: layout != Document,
			NewReader: func(src event.Source, hints *event.Hints, o event.Options) event.Reader {
				r := NewReader(src, o)
				r.Hints, r.Layout = hints, layout
				return r
			},
			NewWriter: func(to io.Writer, hints *event.Hints, o event.WriterOptions) event.Writer {
				w := NewWriter(to, hints, o.Duplicates)
				w.Layout, w.Plain = layout, o.Plain
				if layout != Document {
					w.Ender = event.Ender(to)
				}
				return w
			},
		}
	}
	document := format(Document, "json", []string{".json", ".geojson", ".ipynb", ".webmanifest", ".har"},
		"RFC 8259, with $ objects for what it has no syntax for")
	document.Canonical = Canonical
	return []event.Format{
		document,
		format(Lines, "jsonl", []string{".jsonl", ".ndjson"}, "one JSON value a line"),
		format(Sequence, "jsonseq", []string{".json-seq", ".jsonseq"},
			"RFC 7464, JSON values each after a record separator; read also without"),
	}
}
