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

// vocabulary describes every format. To add one, write a package that lists it, and name the package here.
var vocabulary = sync.OnceValue(func() []wire.Format {
	return slices.Concat(json.Formats(), cbor.Formats(), msgpack.Formats(), diag.Formats())
})

// A Format is a form in which documents can be read and written.
type Format string

// The names of formats. A document of a format called a sequence, or of FormatJSONLines, is the values of one list.
const (
	FormatJSON         Format = "json"
	FormatJSONLines    Format = "jsonl"
	FormatJSONSequence Format = "jsonseq" // RFC 7464, or values without a separator
	FormatCBOR         Format = "cbor"
	FormatCBORSequence Format = "cborseq"
	FormatMessagePack  Format = "msgpack"

	FormatMessagePackSequence Format = "msgpackseq" // values one after the other, as in streams

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

// known returns the description of the format.
func (f Format) known() (wire.Format, error) {
	for _, known := range vocabulary() {
		if known.Name == string(f) {
			return known, nil
		}
	}
	return wire.Format{}, fmt.Errorf("%q: %w", string(f), ErrUnknownFormat)
}

// Extensions returns the file name extensions of the format, with the dot, the usual one first.
func (f Format) Extensions() []string {
	known, _ := f.known() // an unknown format has none
	return known.Extensions
}

// Description returns a few words about the format.
func (f Format) Description() string {
	known, _ := f.known()
	return known.Description
}

// Sequence reports whether documents of the format are lists of values, one after the other.
func (f Format) Sequence() bool {
	known, err := f.known()
	return err == nil && known.Sequence
}

// Text reports whether the format is readable text.
func (f Format) Text() bool {
	known, err := f.known()
	return err == nil && known.Text
}

// Canonical reports whether documents of the format have a canonical form, see [Canonical].
func (f Format) Canonical() bool {
	known, err := f.known()
	return err == nil && known.Canonical != nil
}

// FormatOf determines the format from a file's name.
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
		"%w: a file name must end in %s, unless the format is given",
		ErrUnknownFormat,
		strings.Join(all, ", "),
	)
}

// WriterOptions configure a writer of events.
type WriterOptions = wire.WriterOptions

// NewReader returns a reader of the events of the document in r. The reader holds only a window of it.
func NewReader(format Format, r io.Reader, hints *Hints, o ReaderOptions) (Reader, error) {
	known, err := format.known()
	if err != nil {
		return nil, fmt.Errorf("read %w", err)
	}
	return known.NewReader(wire.NewSource(r, o.Limits.ForStream().Size), hints, o), nil
}

// NewWriter returns a writer of a document to w. The writer holds only a window of it, and has to be told whether the
// reader keeps duplicate keys. If w is a [ValueEnder], the writer of a sequence holds back no complete value.
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
