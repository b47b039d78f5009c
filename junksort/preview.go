package junksort

import (
	"context"

	"github.com/pythonweb/goweb/junksort/dirfd"
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
	p.session, p.freight = s, newFreight()
	j, err := s.job(p)
	if err != nil {
		return Summary{}, err
	}
	err = engineNamed(s.options.Engine).run(ctx, j)
	if err == nil && s.options.Unpack {
		err = p.unpackAll(j)
	}
	if err == nil {
		err = p.err
	}
	return s.reporter.snapshot(), err
}

// previewer is the sink that changes nothing.
type previewer struct {
	session *session
	visit   func(Result) error            // nil for nobody
	moving  func(*move, dirfd.Stat) error // nil for nobody; with what the file is now
	unpacks func(parcel) error            // nil for nobody
	freight *freight
	err     error // the first one of visit; guarded by the reporter
}

func (p *previewer) write(*batch) error { return nil }

func (p *previewer) move(ctx context.Context, b *batch) error {
	for i := range b.moves {
		m := &b.moves[i]
		p.freight.note(m)
		if p.moving != nil {
			if err := p.plan(m); err != nil {
				return err
			}
		}
		action := Moved
		if m.drop {
			action = Put
		}
		p.session.reporter.moved(action, m)
	}
	return ctx.Err()
}

func (p *previewer) plan(m *move) error {
	fd, err := p.session.handles.acquire(m.from)
	if err != nil {
		return err
	}
	defer p.session.handles.release(m.from)
	s, err := fd.Lstat(m.name.String())
	if err != nil {
		return nil // gone since
	}
	return p.moving(m, s)
}

func (p *previewer) unpackAll(j *job) error {
	list, err := j.parcels(p.freight)
	if err != nil {
		return err
	}
	for _, parcel := range list {
		if p.unpacks != nil {
			if err := p.unpacks(parcel); err != nil {
				return err
			}
		}
		p.session.reporter.result(parcel.result())
	}
	return nil
}

func (p *previewer) result(r Result) {
	if p.err == nil && p.visit != nil {
		p.err = p.visit(r)
	}
}
