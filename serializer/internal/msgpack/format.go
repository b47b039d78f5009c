package msgpack

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// Formats returns MessagePack and its sequences.
func Formats() []wire.Format {
	format := func(sequence bool, name string, extensions []string, description string) wire.Format {
		return wire.Format{
			Name: name, Extensions: extensions, Description: description, Sequence: sequence,
			NewReader: func(src wire.Source, _ *wire.Hints, o event.Options) event.Reader {
				r := NewReader(src, o)
				r.Sequence = sequence
				return r
			},
			NewWriter: func(to io.Writer, hints *wire.Hints, o wire.WriterOptions) event.Writer {
				w := NewWriter(to, hints)
				w.Sequence, w.Plain = sequence, o.Plain
				if sequence {
					w.Ender = wire.Ender(to)
				}
				return w
			},
		}
	}
	return []wire.Format{
		format(false, "msgpack", []string{".msgpack", ".mp"}, "MessagePack, with extension 80 for kinds that it lacks"),
		format(true, "msgpackseq", []string{".msgpackseq", ".mps"}, "MessagePack values one after the other"),
	}
}
