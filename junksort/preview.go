package junksort

import (
	"context"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/engine"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
)

// Preview calls visit for every file that Sort would move, put aside or leave, in path order, and changes nothing:
// neither a file nor a time, and it takes no lock.
func Preview(ctx context.Context, dir string, options Options, visit func(Result) error) (Summary, error) {
	return preview(ctx, dir, options, &previewer{visit: visit})
}

func preview(ctx context.Context, dir string, options Options, p *previewer) (Summary, error) {
	s, err := open(dir, options, Observer{Result: p.result})
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	p.session, p.freight = s, unpack.NewFreight()
	j, err := s.job(ctx, p)
	if err != nil {
		return Summary{}, err
	}
	err = engineNamed(s.options.Engine)(ctx, j)
	for _, b := range s.rules.Links.All() {
		if !options.Relink || b.To == nil {
			s.reporter.Result(b.Tell())
		}
	}
	if err == nil && s.options.Unpack {
		err = p.unpackAll(j)
	}
	if err == nil {
		err = p.err
	}
	return s.reporter.Snapshot(), err
}

// previewer is the sink that changes nothing.
type previewer struct {
	session *session
	visit   func(Result) error                  // nil for nobody
	moving  func(*order.Move, dirfd.Stat) error // nil for nobody; with what the file is now
	unpacks func(unpack.Parcel) error           // nil for nobody
	freight *unpack.Freight
	err     error // the first one of visit; guarded by the reporter
}

func (p *previewer) Write(*order.Batch) error { return nil }

func (p *previewer) Move(ctx context.Context, b *order.Batch) error {
	for i := range b.Moves {
		m := &b.Moves[i]
		p.freight.Note(m)
		if p.moving != nil {
			if err := p.plan(m); err != nil {
				return err
			}
		}
		p.session.reporter.Event(m)
		p.session.rules.Links.Moved(m)
	}
	return ctx.Err()
}

func (p *previewer) plan(m *order.Move) error {
	fd, err := p.session.handles.Acquire(m.From)
	if err != nil {
		return err
	}
	defer p.session.handles.Release(m.From)
	s, err := fd.Lstat(m.Name.String())
	if err != nil {
		return nil // gone since
	}
	return p.moving(m, s)
}

func (p *previewer) unpackAll(j *engine.Job) error {
	list, err := j.Parcels(p.freight)
	if err != nil {
		return err
	}
	for _, parcel := range list {
		if p.unpacks != nil {
			if err := p.unpacks(parcel); err != nil {
				return err
			}
		}
		p.session.reporter.Result(parcel.Result())
	}
	return nil
}

func (p *previewer) result(r Result) {
	if p.err == nil && p.visit != nil {
		p.err = p.visit(r)
	}
}
