package curve

import (
	"context"
	"math/big"
	"sync/atomic"

	"github.com/pythonweb/goweb/factorize/internal/crew"
)

// A Level is a number of curves with the same bound.
type Level struct {
	Bound, Curves int
}

// Levels returns bounds, and how many curves find a factor of 15, 20, 25, ... digits with a probability of 1-1/e or
// more, estimated as GMP-ECM does for the same curves and both bounds. The last goes on forever.
func Levels() []Level {
	return []Level{
		{2000, 30}, {11000, 100}, {50000, 330}, {250000, 770}, {1000000, 1900}, {3000000, 5500}, {11000000, 1 << 40},
	}
}

// Search tries the curves of a level on all cores that are free, and returns a proper factor of n, or nil. N is odd,
// composite and not a power. Seed makes the curves of several calls differ. Progress may be nil.
func Search(
	ctx context.Context,
	n *big.Int,
	level Level,
	seed uint64,
	c *crew.Crew,
	progress func(float64),
) (*big.Int, error) {
	plan, err := planFor(level.Bound, ctx.Err)
	if err != nil {
		return nil, err
	}
	var found atomic.Pointer[big.Int]
	var next, done atomic.Int64
	stopping, stop := context.WithCancel(ctx)
	defer stop()
	c.Share(func() crew.Unit {
		curve := newCurve(n)
		return func() bool {
			i := next.Add(1)
			if i > int64(level.Curves) || stopping.Err() != nil {
				return false
			}
			d, err := curve.try(stopping, seed+uint64(i)+5, plan)
			if err != nil {
				return false
			}
			if d != nil {
				found.CompareAndSwap(nil, d)
				stop()
				return false
			}
			if progress != nil {
				progress(float64(done.Add(1)) / float64(level.Curves))
			}
			return true
		}
	})
	if d := found.Load(); d != nil {
		return d, nil
	}
	return nil, ctx.Err()
}
