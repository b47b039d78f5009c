package wire

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// A Format is all that the rest of the module knows about a format. The package of each format lists its own.
type Format struct {
	Name        string
	Extensions  []string // of files, with the dot, the usual one first
	Description string
	Text        bool // readable text
	Sequence    bool // documents are lists of values, one after the other
	NewReader   func(src Source, hints *Hints, o event.Options) event.Reader
	NewWriter   func(w io.Writer, hints *Hints, o WriterOptions) event.Writer
	Canonical   func(dst io.Writer, src Source, limits event.Limits) error // nil if there is no such form
}

// WriterOptions configure a writer of events.
type WriterOptions struct {
	Duplicates event.Duplicates // whether the reader keeps duplicate keys
	Plain      bool             // values that need a wrapper, a tag or an extension of this module are refused
}

// Ender returns w as a ValueEnder, or nil if it is not one.
func Ender(w io.Writer) ValueEnder {
	ender, _ := w.(ValueEnder)
	return ender
}
