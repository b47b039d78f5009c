package lru_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/lru"
)

// Callers that come at the same time share one computation, and each of them is counted.
func TestOneComputation(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		const callers = 50
		var calls atomic.Int32
		begun, finish := make(chan struct{}), make(chan struct{})
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 10, Local: local}),
			"f",
			func(_ context.Context, n int) ([]int, error) {
				calls.Add(1)
				close(begun)
				<-finish
				return []int{n}, nil
			},
		)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = f.Get(context.Background(), 1) })
		<-begun
		for range callers {
			wg.Go(func() {
				v, err := f.Get(context.Background(), 1)
				if err != nil || len(v) != 1 {
					t.Error(v, err)
					return
				}
				v[0]++ // a race, if it were another caller's
			})
		}
		impatient, cancel := context.WithCancel(context.Background())
		var left sync.WaitGroup
		left.Go(func() {
			if _, err := f.Get(impatient, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("%v, want %v", err, context.Canceled)
			}
		})
		cancel()
		left.Wait()
		close(finish)
		wg.Wait()
		i := info(t, f)
		if calls.Load() != 1 || i.Hits+i.Misses != callers+2 {
			t.Errorf("%d computations, %+v", calls.Load(), i)
		}
	})
}

// When the context of the caller that computes ends, the others do not fail with it.
func TestLeaderGivesUp(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		begun := make(chan struct{}, 2)
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 10, Local: local}),
			"f",
			func(ctx context.Context, n int) (int, error) {
				begun <- struct{}{}
				if ctx.Value(t) != nil {
					<-ctx.Done()
					return 0, ctx.Err()
				}
				return n, nil
			},
		)
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), t, "leader"))
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := f.Get(ctx, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("the leader: %v", err)
			}
		})
		<-begun
		wg.Go(func() {
			if v, err := f.Get(context.Background(), 1); v != 1 || err != nil {
				t.Errorf("the other: %d, %v", v, err)
			}
		})
		cancel()
		wg.Wait()
	})
}

func TestPanicReachesEveryCaller(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		begun, finish := make(chan struct{}), make(chan struct{})
		var calls atomic.Int32
		f := lru.Memoize(open(t, c, lru.Options{Capacity: 10, Local: local}), "f", func(context.Context, int) (int, error) {
			if calls.Add(1) > 1 {
				return 42, nil
			}
			close(begun)
			<-finish
			panic("boom")
		})
		var wg sync.WaitGroup
		var panics atomic.Int32
		call := func() {
			defer func() {
				if recover() == "boom" {
					panics.Add(1)
				}
			}()
			_, _ = f.Get(context.Background(), 1)
		}
		wg.Go(call)
		<-begun
		entered := make(chan struct{})
		wg.Go(func() { close(entered); call() })
		<-entered
		for range 100 { // the second caller is waiting now, or soon enough
			runtime.Gosched()
		}
		close(finish)
		wg.Wait()
		if n := panics.Load() + calls.Load(); panics.Load() < 1 || n != 2 && n != 3 {
			t.Errorf("%d panics in %d computations", panics.Load(), calls.Load())
		}
		v, err := f.Get(t.Context(), 1) // and the lease is free
		same(t, 42, get(t, v, err))
	})
}

func TestGoexit(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		first := true
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 10, Local: local}),
			"f",
			func(_ context.Context, n int) (int, error) {
				if first {
					first = false
					runtime.Goexit()
				}
				return n, nil
			},
		)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = f.Get(context.Background(), 1) })
		wg.Wait()
		v, err := f.Get(t.Context(), 1)
		same(t, 1, get(t, v, err))
	})
}

func TestConcurrentCallsAreCounted(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 50, Local: local}),
			"f",
			func(_ context.Context, n int) (string, error) {
				return fmt.Sprint(n), nil
			},
		)
		var wg sync.WaitGroup
		for g := range 16 {
			wg.Go(func() {
				for i := range 500 {
					n := (i*7 + g*13) % 80
					if v, err := f.Get(context.Background(), n); err != nil || v != fmt.Sprint(n) {
						t.Errorf("%d: %q, %v", n, v, err)
					}
				}
			})
		}
		wg.Wait()
		i := info(t, f)
		if i.Hits+i.Misses != 16*500 || i.Size != 50 {
			t.Errorf("%+v after 8000 calls", i)
		}
	})
}

// goexit leaves the goroutine, as a test's FailNow does.
func goexit() { runtime.Goexit() }
