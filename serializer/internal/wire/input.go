package wire

import "github.com/pythonweb/goweb/serializer/internal/event"

// An Input is the common part of the readers of all formats: the window of the bytes, the open containers, and whether
// this module's own forms are plain data. Readers embed it.
type Input struct {
	Src Source
	event.Nesting
	Plain bool
}

// NewInput returns the input of a reader of one document.
func NewInput(src Source, o event.Options) Input {
	return Input{Src: src, Nesting: event.NewNesting(o), Plain: o.Plain}
}

// Reset makes in equal to what NewInput returns, reusing its memory.
func (in *Input) Reset(src Source, o event.Options) {
	in.Src, in.Plain = src, o.Plain
	in.Nesting.Reset(o)
}

// Begin prepares ev for the next event. It returns false once reading has ended, for the reason in Err.
func (in *Input) Begin(ev *event.Event) bool {
	ev.Num, ev.Data = 0, nil
	return in.Err == nil
}

// Done ends the reading of an event and, with an error, that of the document.
func (in *Input) Done(err error) error {
	if err != nil {
		in.Fail(err, in.Src.Offset())
	}
	return in.Err
}
