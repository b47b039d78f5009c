package serializer

import "github.com/pythonweb/goweb/serializer/internal/lossy"

// A Loss is a kind that may be written in a plainer form, and that form.
type Loss = lossy.Loss

// Losses returns all of them.
func Losses() []Loss { return lossy.Losses() }

// NewLossyWriter returns a writer that passes events on to w, with the named losses.
func NewLossyWriter(w Writer, names []string) (Writer, error) { return lossy.NewWriter(w, names) }
