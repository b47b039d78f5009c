package wire

import (
	"io"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// A Format is all that the rest of the module knows of a form of documents. The package of each lists its own.
type Format struct {
	Name        string
	Extensions  []string // of files, with the dot, the usual one first
	Description string
	Text        bool // people read it
	Sequence    bool // documents are lists of values, one after the other
	NewReader   func(src Source, hints *Hints, o event.Options) event.Reader
	NewWriter   func(w io.Writer, hints *Hints, o WriterOptions) event.Writer
	Canonical   func(dst io.Writer, src Source, limits event.Limits) error // nil if there is no such form
}

// WriterOptions configure a writer of events.
type WriterOptions struct {
	Duplicates event.Duplicates // whether the reader keeps duplicate keys
	Plain      bool             // what would need a wrapper, a tag or an extension of this module's own is refused
}

// Ender returns the output of a sequence as one that wants to know where values end; nil if it does not.
func Ender(w io.Writer) ValueEnder {
	ender, _ := w.(ValueEnder)
	return ender
}
