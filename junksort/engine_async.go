package junksort

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// async is the engine of asynchronous I/O: a pipeline of stages joined by channels. A folder is a future: its listing
// is asked for as soon as its name is known, and waited for only by the stage that needs it, when it needs it. So the
// first files are moved while most of the tree is not yet read.
//
//	scout -> listers -> (futures, in path order) -> planner -> writer -> mover -> planner
//
// The scout asks for listings in path order; the planner waits for each future in path order; the writer and the
// mover are a batch behind. What a destination holds is a future too: the planner waits for the walk to have read it.
type async struct{}

func (async) run(ctx context.Context, j *job) error {
	group, ctx := errgroup.WithContext(ctx)
	asked := make(chan *folder, 4*j.options.Workers)
	group.Go(func() error {
		defer close(asked)
		if err := send(ctx, asked, j.tree.root); err != nil {
			return err
		}
		return scout(ctx, j.tree.root, asked)
	})
	for range j.options.Workers {
		group.Go(func() error {
			l := newLister(j.rules)
			for f := range asked {
				l.list(f)
				close(f.ready)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error { return j.stages(ctx) })
	return group.Wait()
}

// scout asks for the listings of all folders below f: first for all children, then below each.
func scout(ctx context.Context, f *folder, asked chan<- *folder) error {
	select {
	case <-f.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, child := range f.children {
		if err := send(ctx, asked, child); err != nil {
			return err
		}
	}
	for _, child := range f.children {
		if err := scout(ctx, child, asked); err != nil {
			return err
		}
	}
	return nil
}

// promise is the future of a batch: written is closed when the journal has it.
type promise struct {
	batch   *batch
	written chan struct{}
}

// stages plans, writes and moves. Writer and mover get each batch at the same time; the mover waits for the one result
// that it needs, that the batch is written.
func (j *job) stages(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	toWrite, toMove, free := make(chan promise, 2), make(chan promise, 2), make(chan *batch, 4)
	for range cap(free) - 1 {
		free <- newBatch()
	}
	j.planner.handOn = func(b *batch) (*batch, error) {
		p := promise{batch: b, written: make(chan struct{})}
		if err := send(ctx, toWrite, p); err != nil {
			return nil, err
		}
		if err := send(ctx, toMove, p); err != nil {
			return nil, err
		}
		return receive(ctx, free)
	}
	group.Go(func() error {
		defer close(toWrite)
		defer close(toMove)
		return j.planner.plan(ctx)
	})
	group.Go(func() error {
		for p := range toWrite {
			if err := j.sink.write(p.batch); err != nil {
				return err
			}
			close(p.written)
		}
		return nil
	})
	group.Go(func() error {
		for p := range toMove {
			if _, err := receive(ctx, p.written); err != nil {
				return err
			}
			if err := j.sink.move(ctx, p.batch); err != nil {
				return err
			}
			p.batch.reset()
			free <- p.batch // never blocks: there are no more batches than places
		}
		return nil
	})
	return group.Wait()
}
