package lru

import (
	"context"
	"math"
	"sync/atomic"
	"time"
)

// clock is cheap to read and never goes back: reading the machine's clock costs as much as a hit.
type clock struct {
	start  time.Time
	coarse atomic.Int64 // nanoseconds since start, at most a tick old
}

// tick is the precision of a TTL.
const tick = 10 * time.Millisecond

// never is a time that does not come.
const never = math.MaxInt64

func (c *clock) set() { c.coarse.Store(1 + int64(time.Since(c.start))) }

// now returns the time of the last tick.
func (c *clock) now() int64 { return c.coarse.Load() }

// run advances the clock until ctx ends.
func (c *clock) run(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.set()
		}
	}
}
