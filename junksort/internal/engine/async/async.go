// Package async is the engine of asynchronous I/O: a pipeline of stages joined by channels. A folder is a future: its
// listing is asked for as soon as its name is known, and waited for only by the stage that needs it, when it needs it.
// So the first files are moved while most of the tree is not yet read.
//
//	scout -> listers -> (futures, in path order) -> planner -> writer -> mover -> planner
//
// The scout asks for listings in path order; the planner waits for each future in path order; the writer and the mover
// are a batch behind. The content of a destination is a future too: the planner waits until the walk has read it.
package async

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/internal/engine"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Run is the engine.
func Run(ctx context.Context, j *engine.Job) error {
	group, ctx := errgroup.WithContext(ctx)
	asked := make(chan *tree.Folder, 4*j.Workers)
	group.Go(func() error {
		defer close(asked)
		if err := engine.Send(ctx, asked, j.Tree.Root); err != nil {
			return err
		}
		return scout(ctx, j.Tree.Root, asked)
	})
	for range j.Workers {
		group.Go(func() error {
			l := survey.New(j.Rules)
			for f := range asked {
				l.List(f)
				close(f.Ready)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error { return stages(ctx, j) })
	return group.Wait()
}

// scout asks for the listings of all folders below f: first for all children, then below each.
func scout(ctx context.Context, f *tree.Folder, asked chan<- *tree.Folder) error {
	select {
	case <-f.Ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, child := range f.Children {
		if err := engine.Send(ctx, asked, child); err != nil {
			return err
		}
	}
	for _, child := range f.Children {
		if err := scout(ctx, child, asked); err != nil {
			return err
		}
	}
	return nil
}

// promise is the future of a batch: written is closed when the journal has it.
type promise struct {
	batch   *order.Batch
	written chan struct{}
}

// stages plans, writes and moves. Writer and mover get each batch at the same time; the mover waits for the one result
// that it needs, that the batch is written.
func stages(ctx context.Context, j *engine.Job) error {
	group, ctx := errgroup.WithContext(ctx)
	toWrite, toMove, free := make(chan promise, 2), make(chan promise, 2), make(chan *order.Batch, 4)
	for range cap(free) - 1 {
		free <- order.NewBatch()
	}
	j.Planner.HandOn = func(b *order.Batch) (*order.Batch, error) {
		p := promise{batch: b, written: make(chan struct{})}
		if err := engine.Send(ctx, toWrite, p); err != nil {
			return nil, err
		}
		if err := engine.Send(ctx, toMove, p); err != nil {
			return nil, err
		}
		return engine.Receive(ctx, free)
	}
	group.Go(func() error {
		defer close(toWrite)
		defer close(toMove)
		return j.Planner.Run(ctx)
	})
	group.Go(func() error {
		for p := range toWrite {
			if err := j.Sink.Write(p.batch); err != nil {
				return err
			}
			close(p.written)
		}
		return nil
	})
	group.Go(func() error {
		for p := range toMove {
			if _, err := engine.Receive(ctx, p.written); err != nil {
				return err
			}
			if err := j.Sink.Move(ctx, p.batch); err != nil {
				return err
			}
			p.batch.Reset()
			free <- p.batch // never blocks: there are no more batches than places
		}
		return nil
	})
	return group.Wait()
}
