// Package crew shares a number of cores between jobs of which some could use more than one core, and most need only
// one.
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

// Share works on one job until a unit returns false, on the caller's core and on every core that is or becomes free.
// Each core has its own Unit, made by start in the caller's goroutine. Helpers give way to whoever waits for a core.
// Share returns when all of them have stopped; the caller holds a core all the time.
func (c *Crew) Share(start func() Unit) {
	s := shift{crew: c, start: start}
	defer s.helpers.Wait()
	unit := start()
	// A core counts as free if it was so a unit ago as well: whoever has just left it is often about to come back.
	wasFree := s.free()
	for unit() {
		free := s.free()
		if free && wasFree {
			s.help()
		}
		wasFree = free
	}
}

// A shift is one call of Share.
type shift struct {
	crew    *Crew
	start   func() Unit
	helpers sync.WaitGroup

	mutex   sync.Mutex
	idle    []Unit // of helpers that gave way
	running int
}

// free reports whether there is a core without work.
func (s *shift) free() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.running < s.crew.Size()-1 && len(s.crew.cores) < s.crew.Size()
}

// help lets a free core work on the job as well, if there still is one.
func (s *shift) help() {
	if !s.crew.tryEnter() {
		return
	}
	unit := s.unit()
	s.helpers.Go(func() {
		for unit() {
			s.crew.Leave()
			if !s.crew.tryEnter() {
				s.giveWay(unit)
				return
			}
		}
		s.crew.Leave()
	})
}

// unit counts one more helper and returns its unit.
func (s *shift) unit() Unit {
	s.mutex.Lock()
	s.running++
	var unit Unit
	if last := len(s.idle) - 1; last >= 0 {
		unit = s.idle[last]
		s.idle = s.idle[:last]
	}
	s.mutex.Unlock()
	if unit == nil {
		unit = s.start()
	}
	return unit
}

func (s *shift) giveWay(unit Unit) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.running--
	s.idle = append(s.idle, unit)
}
