package main

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/lru"
)

// onRedis compares a hit that Redis answers with a bare GET of the same client library.
func onRedis(s *server) error {
	head()
	const rounds, count, keys = 15, 2000, 64
	ctx := context.Background()
	client := redis.NewClient(&redis.Options{Addr: s.address})
	defer func() { _ = client.Close() }()
	value := strings.Repeat("x", 100)
	for n := range keys {
		if err := client.Set(ctx, "plain"+strconv.Itoa(n), value, 0).Err(); err != nil {
			return err
		}
	}
	memoize := func(name string, o lru.Options) (*lru.Func[int, string], func() error) {
		o.Namespace, o.Capacity = name, 1000
		cache, err := lru.New(client, o)
		if err != nil {
			panic(err) // the options are those of this file
		}
		f := lru.Memoize(cache, "f", func(context.Context, int) (string, error) { return value, nil })
		for range 3 {
			for n := range keys {
				_, _ = f.Get(ctx, n)
			}
			time.Sleep(300 * time.Millisecond) // so that the channel of invalidations is open
		}
		return f, cache.Close
	}
	batched, close1 := memoize("batched", lru.Options{Local: lru.LocalLRU, LocalSize: 1})
	exact, close2 := memoize("exact", lru.Options{Local: lru.LocalOff})
	defer func() { _, _ = close1(), close2() }()
	names := make([]string, keys)
	for n := range names {
		names[n] = "plain" + strconv.Itoa(n)
	}
	work := []func(n int){
		func(n int) { _, _ = client.Get(ctx, names[n]).Result() },
		func(n int) { _, _ = batched.Get(ctx, n) },
		func(n int) { _, _ = exact.Get(ctx, n) },
	}
	alone, together := make(samples, 3), make(samples, 3)
	for range rounds {
		for i, f := range work {
			begin := time.Now()
			for n := range count {
				f(n % keys)
			}
			alone[i] = append(alone[i], float64(time.Since(begin).Microseconds())/count)
		}
		for i, f := range work {
			begin := time.Now()
			var wg sync.WaitGroup
			for g := range 64 {
				wg.Go(func() {
					for n := range count / 8 {
						f((n + g) % keys)
					}
				})
			}
			wg.Wait()
			together[i] = append(together[i], float64(time.Since(begin).Microseconds())/(count*8))
		}
	}
	row("hit on Redis, uses told in batches", "GET, times as long",
		alone.median(1)/alone.median(0), alone.median(1), alone.median(0), "µs")
	row("hit on Redis, its use told in the call", "GET, times as long",
		alone.median(2)/alone.median(0), alone.median(2), alone.median(0), "µs")
	row("64 goroutines, uses told in batches", "pooled GET, times as fast",
		together.median(0)/together.median(1), together.median(1), together.median(0), "µs")
	row("64 goroutines, use told in the call", "pooled GET, times as fast",
		together.median(0)/together.median(2), together.median(2), together.median(0), "µs")
	return nil
}
