// Package crew shares a number of cores between jobs of which some could use more
// than one core, and most need only one.
package crew

import (
	"context"
	"sync"
)

// A Crew is a number of cores. Whoever computes holds one of them.
type Crew struct {
	cores chan struct{}
}

// New returns a crew of the given number of cores, at least one.
func New(cores int) *Crew { return &Crew{make(chan struct{}, max(cores, 1))} }

// Size is the number of cores.
func (c *Crew) Size() int { return cap(c.cores) }

// Enter waits for a core.
func (c *Crew) Enter(ctx context.Context) error {
	select {
	case c.cores <- struct{}{}:
		return nil
	default:
	}
	select {
	case c.cores <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave gives the core back.
func (c *Crew) Leave() { <-c.cores }

func (c *Crew) tryEnter() bool {
	select {
	case c.cores <- struct{}{}:
		return true
	default:
		return false
	}
}

// A Unit does a small part of a job. It returns false when the job is done.
type Unit func() bool

// Share works on one job until a unit returns false, on the caller's core and on
// every core that is or becomes free. Each core has its own Unit, made by start in
// the caller's goroutine. Helpers give way to whoever waits for a core. Share returns
// when all of them have stopped; the caller holds a core all the time.
func (c *Crew) Share(start func() Unit) {
	var helpers sync.WaitGroup
	defer helpers.Wait()
	var idle []Unit // of helpers that gave way
	var mutex sync.Mutex
	running := 0
	unit := start()
	for unit() {
		mutex.Lock()
		free := c.Size() - 1 - running
		mutex.Unlock()
		if free == 0 || !c.tryEnter() {
			continue
		}
		mutex.Lock()
		running++
		var helper Unit
		if len(idle) > 0 {
			helper = idle[len(idle)-1]
			idle = idle[:len(idle)-1]
		}
		mutex.Unlock()
		if helper == nil {
			helper = start()
		}
		helpers.Go(func() {
			for helper() {
				c.Leave()
				if !c.tryEnter() {
					mutex.Lock()
					defer mutex.Unlock()
					running--
					idle = append(idle, helper)
					return
				}
			}
			c.Leave()
		})
	}
}
