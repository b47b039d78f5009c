package wire

import "github.com/pythonweb/goweb/serializer/internal/event"

// An Input is what the readers of all formats are made of: the window of the bytes, the containers that are open in it,
// and whether this module's own forms are plain data. Readers embed it.
type Input struct {
	Src Source
	event.Nesting
	Plain bool
}

// NewInput returns the input of a reader of one document.
func NewInput(src Source, o event.Options) Input {
	return Input{Src: src, Nesting: event.NewNesting(o), Plain: o.Plain}
}

// Reset makes in what NewInput returns, with the memory that it has.
func (in *Input) Reset(src Source, o event.Options) {
	in.Src, in.Plain = src, o.Plain
	in.Nesting.Reset(o)
}

// Begin readies ev for the next event. It is false once reading has ended, for the reason in Err.
func (in *Input) Begin(ev *event.Event) bool {
	ev.Num, ev.Data = 0, nil
	return in.Err == nil
}

// Done ends the reading of an event, and with an error that of the document.
func (in *Input) Done(err error) error {
	if err != nil {
		in.Fail(err, in.Src.Offset())
	}
	return in.Err
}
