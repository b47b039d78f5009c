package command

import (
	"errors"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// A comparison is a call of diff.
type comparison struct {
	t              *console.Terminal
	o              serializer.ReaderOptions
	in             [2]*input
	hints          [2]*serializer.Hints
	order          tree.Order
	unordered, all bool
	count          int // differences that were shown
}

// run compares the two documents, in as many passes as they need.
func (p *comparison) run() error {
	for {
		err := p.pass()
		switch {
		case errors.Is(err, tree.ErrOrder):
			if err := p.orders(); err != nil {
				return err
			}
		case !errors.Is(err, serializer.ErrAgain):
			return err
		}
	}
}

// readers begins a pass.
func (p *comparison) readers() (r [2]serializer.Reader, err error) {
	for i, in := range p.in {
		if err := in.rewind(); err != nil {
			return r, err
		}
		if r[i], err = in.reader(p.hints[i], p.o); err != nil {
			return r, explain(in.name, err)
		}
	}
	return r, nil
}

// pass shows the differences that no pass has shown before.
func (p *comparison) pass() error {
	r, err := p.readers()
	if err != nil {
		return err
	}
	again := p.count
	var shown error
	c := tree.Comparison{Unordered: p.unordered, Order: p.order, Found: func(m tree.Mismatch) bool {
		if again > 0 {
			again--
			return true
		}
		p.count++
		shown = showMismatch(p.t, m)
		return shown == nil && p.all
	}}
	err = c.Compare(r[0], r[1])
	if side := new(tree.SideError); errors.As(err, &side) && !errors.Is(err, serializer.ErrAgain) {
		name := p.in[0].name
		if side.Second {
			name = p.in[1].name
		}
		return explain(name, side.Err)
	}
	return errors.Join(err, shown)
}

// orders determines the order in which both documents have their keys.
func (p *comparison) orders() error {
	bytewise, shorter := true, true
	for i, in := range p.in {
		for {
			if err := in.rewind(); err != nil {
				return err
			}
			r, err := in.reader(p.hints[i], p.o)
			if err != nil {
				return explain(in.name, err)
			}
			by, short, err := tree.Orders(r)
			if errors.Is(err, serializer.ErrAgain) {
				continue
			}
			if err != nil {
				return explain(in.name, err)
			}
			bytewise, shorter = bytewise && by, shorter && short
			break
		}
	}
	switch {
	case bytewise:
		p.order = tree.OrderBytewise
	case shorter:
		p.order = tree.OrderShorter
	default:
		p.order = tree.OrderNone
	}
	return nil
}
