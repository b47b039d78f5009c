// Package pool is the engine of threads: a bounded pool of workers takes folders from a common stack, reads and
// classifies them and puts the subfolders back. When the whole tree is read, the number of files is known, and the
// moves begin: one worker names, one writes the journal, one moves, each a batch behind the other.
package pool

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/internal/engine"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Run is the engine.
func Run(ctx context.Context, j *engine.Job) error {
	if err := Walk(ctx, j); err != nil {
		return err
	}
	return moveAll(ctx, j)
}

// Walk lists the whole tree.
func Walk(ctx context.Context, j *engine.Job) error {
	s := newStack(j.Tree.Root)
	stop := context.AfterFunc(ctx, s.stop)
	defer stop()
	var files atomic.Int64
	var workers sync.WaitGroup
	for range j.Workers {
		workers.Go(func() {
			l := survey.New(j.Rules)
			for f := s.pop(); f != nil; f = s.pop() {
				l.List(f)
				files.Add(int64(l.Files))
				children := f.Children
				close(f.Ready)
				s.push(children)
			}
		})
	}
	workers.Wait()
	j.Reporter.Expect(int(files.Load()))
	return ctx.Err()
}

// moveAll plans, writes and moves. A batch that comes back from the mover is filled again by the planner.
func moveAll(ctx context.Context, j *engine.Job) error {
	group, ctx := errgroup.WithContext(ctx)
	planned, written, free := make(chan *order.Batch, 1), make(chan *order.Batch, 1), make(chan *order.Batch, 4)
	for range cap(free) - 1 {
		free <- order.NewBatch()
	}
	j.Planner.HandOn = func(b *order.Batch) (*order.Batch, error) {
		if err := engine.Send(ctx, planned, b); err != nil {
			return nil, err
		}
		return engine.Receive(ctx, free)
	}
	group.Go(func() error {
		defer close(planned)
		return j.Planner.Run(ctx)
	})
	group.Go(func() error {
		defer close(written)
		for b := range planned {
			if err := j.Sink.Write(b); err != nil {
				return err
			}
			if err := engine.Send(ctx, written, b); err != nil {
				return err
			}
		}
		return nil
	})
	group.Go(func() error {
		for b := range written {
			if err := j.Sink.Move(ctx, b); err != nil {
				return err
			}
			b.Reset()
			free <- b // never blocks: there are no more batches than places
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// stack holds the folders that are to be listed. Its users are the workers: when all wait, there is nothing left.
type stack struct {
	mu      sync.Mutex
	changed *sync.Cond
	folders []*tree.Folder
	working int
	stopped bool
}

func newStack(root *tree.Folder) *stack {
	s := &stack{folders: []*tree.Folder{root}}
	s.changed = sync.NewCond(&s.mu)
	return s
}

// pop returns the next folder, or nil when all are listed or the stack was stopped. The caller must push afterwards.
func (s *stack) pop() *tree.Folder {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.folders) == 0 && s.working > 0 && !s.stopped {
		s.changed.Wait()
	}
	if len(s.folders) == 0 || s.stopped {
		return nil
	}
	last := len(s.folders) - 1
	f := s.folders[last]
	s.folders[last] = nil
	s.folders = s.folders[:last]
	s.working++
	return f
}

// push puts the subfolders of a listed folder on the stack, the first on top.
func (s *stack) push(children []*tree.Folder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(children) - 1; i >= 0; i-- {
		s.folders = append(s.folders, children[i])
	}
	s.working--
	s.changed.Broadcast()
}

func (s *stack) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.changed.Broadcast()
}
