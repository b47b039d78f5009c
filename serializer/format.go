package serializer

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/diag"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/msgpack"
)

// A Format is a form that a document can be read from and written in.
type Format string

// The formats. The documents of those that are called sequences, and of FormatJSONLines, are the values of one list.
const (
	FormatJSON         Format = "json"
	FormatJSONLines    Format = "jsonl"
	FormatJSONSequence Format = "jsonseq" // RFC 7464, or values one after the other
	FormatCBOR         Format = "cbor"
	FormatCBORSequence Format = "cborseq"
	FormatMessagePack  Format = "msgpack"

	FormatMessagePackSequence Format = "msgpackseq" // values one after the other, as streams have them

	FormatDiagnostic Format = "diag" // CBOR as text: RFC 8949, section 8
)

// A formatEntry is what is known of a format. A new one is a package and an entry in formatTable.
type formatEntry struct {
	name        Format
	extensions  []string
	description string
	codec       Serializer // of files that Save and Load know; nil for others
	sequence    bool       // documents are lists of values, one after the other
	reader      func(src event.Source, hints *Hints, o ReaderOptions) Reader
	writer      func(w io.Writer, hints *Hints, o WriterOptions) Writer
}

func formatTable() []formatEntry {
	return []formatEntry{
		{
			FormatJSON,
			[]string{".json", ".geojson", ".ipynb", ".webmanifest", ".har"},
			"RFC 8259, with $ objects for what it has no syntax for",
			JSON{},
			false,
			jsonReader(json.Document), jsonWriter(json.Document),
		},
		{
			FormatJSONLines,
			[]string{".jsonl", ".ndjson"},
			"one JSON value a line", nil, true, jsonReader(json.Lines), jsonWriter(json.Lines),
		},
		{
			FormatJSONSequence,
			[]string{".json-seq", ".jsonseq"},
			"RFC 7464, JSON values each after a record separator; read also without", nil, true,
			jsonReader(json.Sequence), jsonWriter(json.Sequence),
		},
		{
			FormatCBOR,
			[]string{".cbor", ".bin"},
			"RFC 8949, preferred serialisation",
			Binary{},
			false,
			cborReader(false), cborWriter(false),
		},
		{
			FormatCBORSequence,
			[]string{".cborseq"},
			"RFC 8742, CBOR values one after the other", nil, true, cborReader(true), cborWriter(true),
		},
		{
			FormatMessagePack,
			[]string{".msgpack", ".mp"},
			"MessagePack, own kinds in extension 80",
			MessagePack{},
			false,
			msgpackReader(false), msgpackWriter(false),
		},
		{
			FormatMessagePackSequence,
			[]string{".msgpackseq", ".mps"},
			"MessagePack values one after the other", nil, true, msgpackReader(true), msgpackWriter(true),
		},
		{
			FormatDiagnostic,
			[]string{".diag", ".edn"},
			"RFC 8949 section 8, CBOR as text; held in memory",
			nil, false,
			func(src event.Source, _ *Hints, o ReaderOptions) Reader { return diag.NewReader(src, o) },
			func(w io.Writer, _ *Hints, o WriterOptions) Writer { return diag.NewWriter(w, o.Plain) },
		},
	}
}

func jsonReader(layout json.Layout) func(event.Source, *Hints, ReaderOptions) Reader {
	return func(src event.Source, hints *Hints, o ReaderOptions) Reader {
		reader := json.NewReader(src, o)
		reader.Hints, reader.Layout = hints, layout
		return reader
	}
}

func jsonWriter(layout json.Layout) func(io.Writer, *Hints, WriterOptions) Writer {
	return func(w io.Writer, hints *Hints, o WriterOptions) Writer {
		writer := json.NewWriter(w, hints, o.Duplicates)
		writer.Layout, writer.Plain = layout, o.Plain
		if layout != json.Document {
			writer.Ender, _ = w.(ValueEnder)
		}
		return writer
	}
}

func cborReader(sequence bool) func(event.Source, *Hints, ReaderOptions) Reader {
	return func(src event.Source, _ *Hints, o ReaderOptions) Reader {
		reader := cbor.NewReader(src, o)
		reader.Sequence = sequence
		return reader
	}
}

func cborWriter(sequence bool) func(io.Writer, *Hints, WriterOptions) Writer {
	return func(w io.Writer, _ *Hints, o WriterOptions) Writer {
		writer := cbor.NewWriter(w)
		writer.Sequence, writer.Plain = sequence, o.Plain
		if sequence {
			writer.Ender, _ = w.(ValueEnder)
		}
		return writer
	}
}

func msgpackReader(sequence bool) func(event.Source, *Hints, ReaderOptions) Reader {
	return func(src event.Source, _ *Hints, o ReaderOptions) Reader {
		reader := msgpack.NewReader(src, o)
		reader.Sequence = sequence
		return reader
	}
}

func msgpackWriter(sequence bool) func(io.Writer, *Hints, WriterOptions) Writer {
	return func(w io.Writer, hints *Hints, o WriterOptions) Writer {
		writer := msgpack.NewWriter(w, hints)
		writer.Sequence, writer.Plain = sequence, o.Plain
		if sequence {
			writer.Ender, _ = w.(ValueEnder)
		}
		return writer
	}
}

// AllFormats lists the formats.
func AllFormats() []Format {
	var all []Format
	for _, entry := range formatTable() {
		all = append(all, entry.name)
	}
	return all
}

// Formats are the serializers that [Save] and [Load] choose from.
func Formats() []Serializer {
	var all []Serializer
	for _, entry := range formatTable() {
		if entry.codec != nil {
			all = append(all, entry.codec)
		}
	}
	return all
}

func (f Format) entry() (formatEntry, error) {
	for _, entry := range formatTable() {
		if entry.name == f {
			return entry, nil
		}
	}
	return formatEntry{}, fmt.Errorf("%q: %w", string(f), ErrUnknownFormat)
}

// Extensions are the ends of file names that mean the format, with the dot, the usual one first.
func (f Format) Extensions() []string {
	entry, _ := f.entry() // of an unknown format there are none
	return entry.extensions
}

// Description says in a few words what the format is.
func (f Format) Description() string {
	entry, _ := f.entry()
	return entry.description
}

// Sequence reports whether documents of the format are lists of values, one after the other.
func (f Format) Sequence() bool {
	entry, err := f.entry()
	return err == nil && entry.sequence
}

// FormatOf finds the format by a file's name.
func FormatOf(path string) (Format, error) {
	ext := strings.ToLower(filepath.Ext(path))
	var known []string
	for _, entry := range formatTable() {
		if slices.Contains(entry.extensions, ext) {
			return entry.name, nil
		}
		known = append(known, entry.extensions...)
	}
	return "", fmt.Errorf(
		"%w: a file name must end in %s, or the format be given",
		ErrUnknownFormat,
		strings.Join(known, ", "),
	)
}

// WriterOptions configure a writer of events.
type WriterOptions struct {
	Duplicates Duplicates // whether the reader keeps duplicate keys
	Plain      bool       // what would need a wrapper, a tag or an extension of this module's own is refused
}

// NewReader returns a reader of the events of the document in r, of which it holds a window at a time.
func NewReader(format Format, r io.Reader, hints *Hints, o ReaderOptions) (Reader, error) {
	return newReader(format, event.NewSource(r, o.Limits.ForStream().Size), hints, o)
}

func newReader(format Format, src event.Source, hints *Hints, o ReaderOptions) (Reader, error) {
	switch format { // the common ones without the table
	case FormatJSON:
		reader := json.NewReader(src, o)
		reader.Hints = hints
		return reader, nil
	case FormatCBOR:
		return cbor.NewReader(src, o), nil
	}
	entry, err := format.entry()
	if err != nil {
		return nil, fmt.Errorf("read %w", err)
	}
	return entry.reader(src, hints, o), nil
}

// NewWriter returns a writer of a document to w, of which it holds a window at a time. It has to be told whether
// the reader keeps duplicate keys. If w is a [ValueEnder], a sequence's writer holds back no value that is complete.
func NewWriter(format Format, w io.Writer, hints *Hints, duplicates Duplicates) (Writer, error) {
	return newWriter(format, w, hints, WriterOptions{Duplicates: duplicates})
}

// NewWriterWith is [NewWriter] with all options.
func NewWriterWith(format Format, w io.Writer, hints *Hints, o WriterOptions) (Writer, error) {
	return newWriter(format, w, hints, o)
}

func newWriter(format Format, w io.Writer, hints *Hints, o WriterOptions) (Writer, error) {
	switch format { // the common ones without the table
	case FormatJSON:
		writer := json.NewWriter(w, hints, o.Duplicates)
		writer.Plain = o.Plain
		return writer, nil
	case FormatCBOR:
		writer := cbor.NewWriter(w)
		writer.Plain = o.Plain
		return writer, nil
	}
	entry, err := format.entry()
	if err != nil {
		return nil, fmt.Errorf("write %w", err)
	}
	return entry.writer(w, hints, o), nil
}
