package serializer

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/diag"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/msgpack"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// vocabulary is what is known of each format. A new one is a package that lists it, and its name here.
var vocabulary = sync.OnceValue(func() []wire.Format {
	return slices.Concat(json.Formats(), cbor.Formats(), msgpack.Formats(), diag.Formats())
})

// A Format is a form that a document can be read from and written in.
type Format string

// The names of formats. The documents of those that are called sequences, and of FormatJSONLines, are the values of one
// list.
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

// AllFormats lists the formats.
func AllFormats() []Format {
	var all []Format
	for _, known := range vocabulary() {
		all = append(all, Format(known.Name))
	}
	return all
}

// Serializers are those that [Save] and [Load] choose from.
func Serializers() []Serializer { return []Serializer{JSON{}, Binary{}, MessagePack{}} }

// Formats returns what [Serializers] returns.
//
// Deprecated: use Serializers; the formats are [AllFormats].
func Formats() []Serializer { return Serializers() }

// known is what is known of the format.
func (f Format) known() (wire.Format, error) {
	for _, known := range vocabulary() {
		if known.Name == string(f) {
			return known, nil
		}
	}
	return wire.Format{}, fmt.Errorf("%q: %w", string(f), ErrUnknownFormat)
}

// Extensions are the ends of file names that mean the format, with the dot, the usual one first.
func (f Format) Extensions() []string {
	known, _ := f.known() // of an unknown format there are none
	return known.Extensions
}

// Description says in a few words what the format is.
func (f Format) Description() string {
	known, _ := f.known()
	return known.Description
}

// Sequence reports whether documents of the format are lists of values, one after the other.
func (f Format) Sequence() bool {
	known, err := f.known()
	return err == nil && known.Sequence
}

// Text reports whether the format is one that people read.
func (f Format) Text() bool {
	known, err := f.known()
	return err == nil && known.Text
}

// Canonical reports whether documents of the format have a canonical form, see [Canonical].
func (f Format) Canonical() bool {
	known, err := f.known()
	return err == nil && known.Canonical != nil
}

// FormatOf finds the format by a file's name.
func FormatOf(path string) (Format, error) {
	ext := strings.ToLower(filepath.Ext(path))
	var all []string
	for _, known := range vocabulary() {
		if slices.Contains(known.Extensions, ext) {
			return Format(known.Name), nil
		}
		all = append(all, known.Extensions...)
	}
	return "", fmt.Errorf(
		"%w: a file name must end in %s, or the format be given",
		ErrUnknownFormat,
		strings.Join(all, ", "),
	)
}

// WriterOptions configure a writer of events.
type WriterOptions = wire.WriterOptions

// NewReader returns a reader of the events of the document in r, of which it holds a window at a time.
func NewReader(format Format, r io.Reader, hints *Hints, o ReaderOptions) (Reader, error) {
	known, err := format.known()
	if err != nil {
		return nil, fmt.Errorf("read %w", err)
	}
	return known.NewReader(wire.NewSource(r, o.Limits.ForStream().Size), hints, o), nil
}

// NewWriter returns a writer of a document to w, of which it holds a window at a time. It has to be told whether
// the reader keeps duplicate keys. If w is a [ValueEnder], a sequence's writer holds back no value that is complete.
func NewWriter(format Format, w io.Writer, hints *Hints, duplicates Duplicates) (Writer, error) {
	return NewWriterWith(format, w, hints, WriterOptions{Duplicates: duplicates})
}

// NewWriterWith is [NewWriter] with all options.
func NewWriterWith(format Format, w io.Writer, hints *Hints, o WriterOptions) (Writer, error) {
	known, err := format.known()
	if err != nil {
		return nil, fmt.Errorf("write %w", err)
	}
	return known.NewWriter(w, hints, o), nil
}
