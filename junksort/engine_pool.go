package junksort

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// pool is the engine of threads: a bounded pool of workers takes folders from a common stack, reads and classifies them
// and puts the subfolders back. When the whole tree is read, the number of files is known, and the moves begin: one
// worker names, one writes the journal, one moves, each a batch behind the other.
type pool struct{}

func (pool) run(ctx context.Context, j *job) error {
	if err := j.walk(ctx); err != nil {
		return err
	}
	return j.moveAll(ctx)
}

// walk lists the whole tree.
func (j *job) walk(ctx context.Context) error {
	s := newStack(j.tree.root)
	stop := context.AfterFunc(ctx, s.stop)
	defer stop()
	var files atomic.Int64
	var workers sync.WaitGroup
	for range j.options.Workers {
		workers.Go(func() {
			l := newLister(j.rules)
			for f := s.pop(); f != nil; f = s.pop() {
				l.list(f)
				files.Add(int64(l.files))
				children := f.children
				close(f.ready)
				s.push(children)
			}
		})
	}
	workers.Wait()
	j.reporter.expect(int(files.Load()))
	return ctx.Err()
}

// moveAll plans, writes and moves. A batch that comes back from the mover is filled again by the planner.
func (j *job) moveAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	planned, written, free := make(chan *batch, 1), make(chan *batch, 1), make(chan *batch, 4)
	for range cap(free) - 1 {
		free <- newBatch()
	}
	j.planner.handOn = func(b *batch) (*batch, error) {
		if err := send(ctx, planned, b); err != nil {
			return nil, err
		}
		return receive(ctx, free)
	}
	group.Go(func() error {
		defer close(planned)
		return j.planner.plan(ctx)
	})
	group.Go(func() error {
		defer close(written)
		for b := range planned {
			if err := j.sink.write(b); err != nil {
				return err
			}
			if err := send(ctx, written, b); err != nil {
				return err
			}
		}
		return nil
	})
	group.Go(func() error {
		for b := range written {
			if err := j.sink.move(ctx, b); err != nil {
				return err
			}
			b.reset()
			free <- b // never blocks: there are no more batches than places
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

func send[T any](ctx context.Context, to chan<- T, value T) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func receive[T any](ctx context.Context, from <-chan T) (T, error) {
	select {
	case value := <-from:
		return value, nil
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// stack holds the folders that are to be listed. Its users are the workers: when all wait, there is nothing left.
type stack struct {
	mu      sync.Mutex
	changed *sync.Cond
	folders []*folder
	working int
	stopped bool
}

func newStack(root *folder) *stack {
	s := &stack{folders: []*folder{root}}
	s.changed = sync.NewCond(&s.mu)
	return s
}

// pop returns the next folder, or nil when all are listed or the stack was stopped. The caller must push afterwards.
func (s *stack) pop() *folder {
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
func (s *stack) push(children []*folder) {
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
