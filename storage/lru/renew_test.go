package lru_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/lru"
)

func TestTTL(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		var calls atomic.Int32
		f := lru.Memoize(open(t, c, lru.Options{Capacity: 10, TTL: 60 * time.Millisecond, Local: local}), "f",
			func(context.Context, int) (int32, error) { return calls.Add(1), nil })
		v, err := f.Get(t.Context(), 1)
		same(t, 1, get(t, v, err))
		eventually(t, "the result expires", func() bool {
			v, err := f.Get(t.Context(), 1)
			return get(t, v, err) == 2
		})
	})
}

// While one caller renews an expired result, others are served the old one.
func TestStale(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		var calls atomic.Int32
		renewing, finish := make(chan struct{}), make(chan struct{})
		options := lru.Options{Capacity: 10, TTL: 30 * time.Millisecond, Stale: time.Hour, Local: local}
		slow := func(context.Context, int) (int32, error) {
			n := calls.Add(1)
			if n == 2 {
				close(renewing)
				<-finish
			}
			return n, nil
		}
		f := lru.Memoize(open(t, c, options), "f", slow)
		v, err := f.Get(t.Context(), 1)
		same(t, 1, get(t, v, err))
		var wg sync.WaitGroup
		wg.Go(func() {
			eventually(t, "somebody renews", func() bool {
				v, _ := f.Get(context.Background(), 1)
				return v >= 2
			})
		})
		<-renewing
		if c != nil { // another process
			other := lru.Memoize(open(t, c, options), "f", slow)
			v, err = other.Get(t.Context(), 1)
			same(t, 1, get(t, v, err))
		} else {
			v, err = f.Get(t.Context(), 1)
			same(t, 1, get(t, v, err))
		}
		close(finish)
		wg.Wait()
	})
}
