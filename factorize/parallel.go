package factorize

import (
	"context"
	"math/big"
	"sync"
	"sync/atomic"
)

// Parallel returns all divisors of each number, ascending, in the order of the numbers, and computes on the given
// number of cores, at least one. A hard number uses the cores that the others leave. The lists do not depend on the
// number of cores. If some numbers fail, the error is that of the first one; see [Divisors].
func Parallel(ctx context.Context, workers int, numbers ...*big.Int) ([][]*big.Int, error) {
	workers = max(workers, 1)
	f := NewFactorizer(workers)
	lists := make([][]*big.Int, len(numbers))
	errs := make([]error, len(numbers))
	err := divide(ctx, workers, len(numbers), func(ctx context.Context, i int) error {
		lists[i], errs[i] = f.Divisors(ctx, numbers[i])
		return errs[i]
	})
	for _, first := range errs {
		if first != nil {
			return nil, first
		}
	}
	if err != nil {
		return nil, err
	}
	return lists, nil
}

// ParallelUint64 is Parallel for words. For 0 the list is empty.
func ParallelUint64(workers int, numbers ...uint64) [][]uint64 {
	lists := make([][]uint64, len(numbers))
	_ = divide(context.Background(), max(workers, 1), len(numbers), func(_ context.Context, i int) error {
		lists[i] = AppendDivisors(nil, numbers[i])
		return nil
	})
	return lists
}

// divide calls work for every index below n on some goroutines. After an error it does not begin further indices,
// but those before the failed one are all done.
func divide(ctx context.Context, workers, n int, work func(ctx context.Context, i int) error) error {
	if n == 0 {
		return nil
	}
	// A few runs of indices for each worker: less contention, and an even load.
	run := max(n/(workers*64), 1)
	var next atomic.Int64
	var failed atomic.Bool
	var group sync.WaitGroup
	for range min(workers, n) {
		group.Go(func() {
			for !failed.Load() && ctx.Err() == nil {
				from := int(next.Add(int64(run))) - run
				if from >= n {
					return
				}
				for i := from; i < min(from+run, n); i++ {
					if err := work(ctx, i); err != nil {
						failed.Store(true)
						return
					}
				}
			}
		})
	}
	group.Wait()
	return ctx.Err()
}
