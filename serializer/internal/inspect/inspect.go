// Package inspect shows the values of documents while they are read, and for CBOR their encoding.
package inspect

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/spill"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// An Inspector shows the values of a document while it is read. What the document's end may still change is held back;
// when it is read again, what was shown is skipped.
type Inspector struct {
	t     *console.Terminal
	out   *bufio.Writer
	held  *spill.File
	color bool
	lines int64 // shown or held back
	shown int64 // not to be shown again
	line  []byte
	text  []byte   // a part of the line
	words []string // at its end
}

// New returns an inspector that writes to the terminal's output.
func New(t *console.Terminal) *Inspector {
	return &Inspector{
		t: t, out: bufio.NewWriterSize(t.Out, 64<<10), held: spill.New("lines to be shown later"), color: t.Colors(t.Out),
	}
}

// Flush writes out what is buffered.
func (s *Inspector) Flush() error { return s.out.Flush() }

// End shows what is left, even before an error.
func (s *Inspector) End(failed error) error {
	if failed != event.ErrAgain {
		if err := s.release(); err != nil {
			return err
		}
	}
	if err := s.held.Close(); err != nil {
		return err
	}
	return s.Flush()
}

// Document shows a document in one pass of its input.
func (s *Inspector) Document(r event.Reader, _ *wire.Hints) error {
	if err := s.held.Reset(); err != nil {
		return err
	}
	s.lines = 0
	v := view{Inspector: s, r: r}
	if c, ok := r.(*cbor.Reader); ok {
		c.Heads = &cbor.Heads{}
		v.heads = c.Heads
	}
	return v.show()
}

// release shows what was held back.
func (s *Inspector) release() error {
	if s.held.Empty() {
		return nil
	}
	if err := s.held.Rewind(); err != nil {
		return err
	}
	if _, err := io.Copy(s.out, struct{ io.Reader }{s.held}); err != nil {
		return err
	}
	s.shown = s.lines
	return s.held.Reset()
}

// A guesser is a reader that may be wrong about the containers it is in.
type guesser interface{ Guessing() bool }

// A view shows a document, or one that is embedded in another.
type view struct {
	*Inspector
	r      event.Reader
	heads  *cbor.Heads // for CBOR, the heads that its reader passed for the last event
	frames []viewed
	base   int64  // offset of an embedded document
	before string // of its paths
	indent int
}

// viewed is an open container.
type viewed struct {
	kind   event.Kind
	num    uint64
	values int64
}

func (v *view) show() error {
	guess, guesses := v.r.(guesser)
	var ev event.Event
	for {
		if v.heads != nil {
			v.heads.Reset()
		}
		err := v.r.Read(&ev)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		out := io.Writer(v.out)
		if guesses && guess.Guessing() {
			out = v.held
		} else if guesses {
			if err := v.release(); err != nil {
				return err
			}
		}
		if err := v.event(out, &ev); err != nil {
			return err
		}
	}
}

// event shows an event, and the break if one ends a container.
func (v *view) event(out io.Writer, ev *event.Event) error {
	if ev.Kind == event.KindEnd {
		v.frames = v.frames[:len(v.frames)-1]
		if v.heads == nil || len(v.heads.All) == 0 {
			return nil
		}
		return v.write(out, ev, "break", false)
	}
	key := false
	var parent viewed
	if n := len(v.frames); n > 0 {
		f := &v.frames[n-1]
		key = f.kind == event.KindMap && f.values&1 == 0
		f.values++
		parent = *f
	}
	if err := v.write(out, ev, ev.Kind.String(), key); err != nil {
		return err
	}
	if ev.Kind.Container() {
		v.frames = append(v.frames, viewed{kind: ev.Kind, num: ev.Num})
	}
	if parent.kind == event.KindTag && parent.num == embeddedTag && ev.Kind == event.KindBytes {
		return v.embedded(out, ev)
	}
	return nil
}

// embeddedTag is the tag of a string that is itself CBOR: RFC 8949, section 3.4.5.1.
const embeddedTag = 24

// embedded shows the document that is encoded in a string, if there is one.
func (v *view) embedded(out io.Writer, ev *event.Event) error {
	src := func() wire.Source { return wire.MemorySource(bytes.Clone(ev.Data)) }
	if event.Copy(event.Discard, cbor.NewReader(src(), event.Options{Duplicates: event.KeepDuplicates})) != nil {
		return nil
	}
	if v.indent > 400 {
		return nil // nested too deep
	}
	reader := cbor.NewReader(src(), event.Options{Duplicates: event.KeepDuplicates})
	inner := view{
		Inspector: v.Inspector, r: reader, indent: v.indent + len(v.frames) + 1,
		base: v.base + ev.Offset, before: v.before + string(appendPath(nil, v.r)) + "<<",
	}
	if v.heads != nil {
		reader.Heads = &cbor.Heads{}
		inner.heads = reader.Heads
		inner.base += int64(len(v.heads.Bytes))
	}
	var in event.Event
	for {
		if inner.heads != nil {
			inner.heads.Reset()
		}
		if err := reader.Read(&in); err != nil {
			return nil // the end: it was read before
		}
		if err := inner.event(out, &in); err != nil {
			return err
		}
	}
}

// A node is the JSON form of a line of inspect.
type node struct {
	Offset   int64    `json:"offset"`
	Type     string   `json:"type"`
	Path     string   `json:"path"`
	Value    string   `json:"value,omitempty"`
	Key      bool     `json:"key,omitempty"`      // a key of a dict, not a value
	Head     string   `json:"head,omitempty"`     // for CBOR, in hexadecimal
	Encoding []string `json:"encoding,omitempty"` // for CBOR: what is not preferred, and the width of a float
}

// write shows a line, unless it was shown before.
func (v *view) write(out io.Writer, ev *event.Event, kind string, key bool) error {
	if v.lines++; v.lines <= v.shown {
		return nil
	}
	if out == io.Writer(v.out) {
		v.shown = v.lines
	}
	if v.t.JSON() {
		return v.json(out, ev, kind, key)
	}
	b := v.paint(v.line[:0], console.Dim, func(b []byte) []byte { return pad(b, v.base+ev.Offset, 8) })
	b = append(b, "  "...)
	if v.heads != nil {
		b = v.hex(b)
	}
	for range min(v.indent+len(v.frames), 40) {
		b = append(b, "  "...)
	}
	b = v.paint(b, console.Cyan, func(b []byte) []byte {
		if key {
			b = append(b, "key "...)
		}
		return append(b, kind...)
	})
	b = v.appendPath(append(b, "  "...))
	v.text = ev.AppendText(v.text[:0], shownText)
	if len(v.text) > 0 {
		b = appendLine(append(b, "  "...), v.text)
	}
	v.words = v.encoding(v.words[:0], ev)
	for i, word := range v.words {
		if i == 0 {
			b = append(b, "  # "...)
		} else {
			b = append(b, ", "...)
		}
		b = append(b, word...)
	}
	v.line = append(b, '\n')
	_, err := out.Write(v.line)
	return err
}

// appendLine writes text that is safe to show.
func appendLine(b, text []byte) []byte {
	for _, c := range text {
		if c < ' ' || c > '~' {
			return append(b, console.Line(string(text))...)
		}
	}
	return append(b, text...)
}

// shownText is how much of a text a line shows.
const shownText = 200

func (v *view) json(out io.Writer, ev *event.Event, kind string, key bool) error {
	n := node{
		Offset: v.base + ev.Offset, Type: kind, Path: string(v.appendPath(nil)), Key: key,
		Value: string(ev.AppendText(nil, -1)), Encoding: v.encoding(nil, ev),
	}
	if v.heads != nil {
		n.Head = hex.EncodeToString(v.heads.Bytes)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(n)
}

// appendPath appends the path of the last event.
func (v *view) appendPath(b []byte) []byte {
	v.text = v.text[:0]
	if v.before != "" {
		v.text = append(v.text, v.before...)
	}
	v.text = appendPath(v.text, v.r)
	if v.before != "" {
		v.text = append(v.text, ">>"...)
	}
	return appendLine(b, v.text)
}

// paint writes something in a colour where there are colours.
func (v *view) paint(b []byte, style console.Style, write func([]byte) []byte) []byte {
	if !v.color {
		return write(b)
	}
	return append(b, v.t.Paint(v.t.Out, style, string(write(nil)))...)
}

// pad writes a number at the right of a column.
func pad(b []byte, n int64, width int) []byte {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], n, 10)
	for range width - len(text) {
		b = append(b, ' ')
	}
	return append(b, text...)
}

// hex writes the bytes of the heads, in a column.
func (v *view) hex(b []byte) []byte {
	const width, most = 20, 9
	start := len(b)
	heads := v.heads.Bytes
	b = hex.AppendEncode(b, heads[:min(len(heads), most)])
	if len(heads) > most {
		b = append(b, "…"...)
	}
	for n := len(b) - start; n < width; n++ {
		b = append(b, ' ')
	}
	return append(b, "  "...)
}

// encoding appends what is not in preferred serialisation, and the width of a float.
func (v *view) encoding(words []string, ev *event.Event) []string {
	if v.heads == nil || len(v.heads.All) == 0 || ev.Kind == event.KindEnd {
		return words
	}
	shortest, chunks, indefinite := true, 0, false
	for _, h := range v.heads.All {
		shortest = shortest && h.Shortest()
		switch {
		case indefinite && !h.Indefinite():
			chunks++
		case h.Indefinite() && h.Major != cbor.MajorSimple:
			indefinite = true
		}
	}
	last := v.heads.All[len(v.heads.All)-1]
	if ev.Kind == event.KindFloat && last.Major == cbor.MajorSimple {
		words = append(words, floatWidths[last.Info-25])
		var preferred [9]byte
		shortest = shortest && cbor.AppendFloat(preferred[:0], ev.Num)[0]&31 == last.Info
	}
	if ev.Kind == event.KindInt && v.heads.All[0].Major == cbor.MajorTag {
		shortest = false // a bignum that fits an integer
	}
	if indefinite {
		words = append(words, "indefinite")
		if ev.Kind == event.KindString || ev.Kind == event.KindBytes {
			words = append(words, strconv.Itoa(chunks)+" chunks")
		}
	}
	if !shortest {
		words = append(words, "not shortest")
	}
	return words
}

// floatWidths are the names of the widths, the shortest first.
var floatWidths = [...]string{"half", "single", "double"}

// pathAppender is implemented by the readers of all formats, but not by that of values in memory.
type pathAppender interface {
	AppendPath(b []byte) []byte
}

// appendPath appends the path of a reader's last event.
func appendPath(b []byte, r event.Reader) []byte {
	if p, ok := r.(pathAppender); ok {
		return p.AppendPath(b)
	}
	return append(b, r.Path()...)
}
