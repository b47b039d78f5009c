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

// Levels returns the usual bounds and how many curves make a factor of 15, 20, 25, ... digits likely to be found
// (Zimmermann and Dodson 2006, for a second stage as short as this one somewhat more). The last goes on for ever.
func Levels() []Level {
	return []Level{
		{2000, 30}, {11000, 110}, {50000, 280}, {250000, 600}, {1000000, 1200}, {3000000, 3000}, {11000000, 1 << 40},
	}
}

// Search tries the curves of a level on all cores that are free, and returns a proper factor of n, or nil. N is odd,
// composite and no power. Seed makes the curves of several calls differ. Progress may be nil.
func Search(
	ctx context.Context,
	n *big.Int,
	level Level,
	seed uint64,
	c *crew.Crew,
	progress func(float64),
) (*big.Int, error) {
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
			d, err := curve.try(stopping, seed+uint64(i)+5, level.Bound)
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
