package msgpack

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Formats are MessagePack, and its sequences.
func Formats() []event.Format {
	format := func(sequence bool, name string, extensions []string, description string) event.Format {
		return event.Format{
			Name: name, Extensions: extensions, Description: description, Sequence: sequence,
			NewReader: func(src event.Source, _ *event.Hints, o event.Options) event.Reader {
				r := NewReader(src, o)
				r.Sequence = sequence
				return r
			},
			NewWriter: func(to io.Writer, hints *event.Hints, o event.WriterOptions) event.Writer {
				w := NewWriter(to, hints)
				w.Sequence, w.Plain = sequence, o.Plain
				if sequence {
					w.Ender = event.Ender(to)
				}
				return w
			},
		}
	}
	return []event.Format{
		format(false, "msgpack", []string{".msgpack", ".mp"}, "MessagePack, own kinds in extension 80"),
		format(true, "msgpackseq", []string{".msgpackseq", ".mps"}, "MessagePack values one after the other"),
	}
}
