package event

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// A Check refuses, in events from other sources, what the readers would refuse.
type Check struct {
	nesting Nesting
}

// NewCheck returns a check of one document.
func NewCheck(o Options) *Check { return &Check{nesting: NewNesting(o)} }

// Event checks the next event.
func (c *Check) Event(ev *Event) error {
	n := &c.nesting
	if err := checkScalar(ev); err != nil {
		f := n.Top()
		if f.Kind != KindMap || f.N&1 == 1 {
			f.N++
		}
		return &Error{Offset: ev.Offset, Path: n.Path(), Err: err}
	}
	return n.Add(ev)
}

func checkScalar(ev *Event) error {
	switch ev.Kind {
	case KindString, KindInstance:
		if !utf8.Valid(ev.Data) {
			return errors.New("string is not UTF-8")
		}
	case KindSimple:
		if ev.Num > 255 || ev.Num >= 20 && ev.Num < 32 {
			return fmt.Errorf("simple value %d has a kind of its own, or does not exist", ev.Num)
		}
	case KindExt:
		if !ForeignExt(int64(ev.Num), ev.Data) {
			return fmt.Errorf("extension %d has a kind of its own, or content that its definition forbids", int64(ev.Num))
		}
	case KindTag:
		if OwnTag(ev.Num) {
			return fmt.Errorf("tag %d has a kind of its own: write it as that", ev.Num)
		}
	}
	return nil
}
