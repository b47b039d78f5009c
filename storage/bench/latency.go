package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/lru"
)

// latencies measures for how long callers notice that Redis hangs or is dead, and for how long old results are served.
func latencies(s *server) error {
	fmt.Println("| what | median ms | p99 ms | longest ms | times |")
	fmt.Println("|---|---|---|---|---|")
	for _, failure := range []struct {
		name       string
		begin, end func() error
	}{
		{"frozen", func() error { return s.signal(syscall.SIGSTOP) }, func() error { return s.signal(syscall.SIGCONT) }},
		{"killed", s.kill, s.start},
	} {
		if err := withoutRedis(s, failure.name, failure.begin, failure.end); err != nil {
			return err
		}
	}
	for _, loss := range []struct {
		name   string
		rounds int
		forget func(*redis.Client, *lru.Func[int, int64]) error
	}{
		{"an invalidation reaches another cache's results", 1000, func(_ *redis.Client, f *lru.Func[int, int64]) error {
			return f.Invalidate(context.Background(), 1)
		}},
		{"the same, while the channel's connection is lost", 50, func(c *redis.Client, f *lru.Func[int, int64]) error {
			if err := c.Do(context.Background(), "CLIENT", "KILL", "TYPE", "pubsub").Err(); err != nil {
				return err
			}
			return f.Invalidate(context.Background(), 1)
		}},
		{"the same, without a message", 30, func(c *redis.Client, _ *lru.Func[int, int64]) error {
			ctx, keys := context.Background(), "lru:{latency:f:}:"
			_, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
				p.Del(ctx, keys+"values", keys+"order")
				p.HIncrBy(ctx, keys+"meta", "gen", 1)
				return nil
			})
			return err
		}},
	} {
		if err := staleness(s, loss.name, loss.rounds, loss.forget); err != nil {
			return err
		}
	}
	return nil
}

// withoutRedis measures calls after Redis has stopped answering, and how soon results are shared again after its
// return.
func withoutRedis(s *server, name string, begin, end func() error) error {
	const rounds, further = 20, 1000
	ctx := context.Background()
	var first, others, back []time.Duration
	for round := range rounds {
		client := redis.NewClient(&redis.Options{Addr: s.address})
		cache, err := lru.New(client, lru.Options{Namespace: fmt.Sprint(name, round), Capacity: lru.Unlimited})
		if err != nil {
			return err
		}
		f := lru.Memoize(cache, "f", func(_ context.Context, n int) (int, error) { return n, nil })
		n := 0
		call := func() time.Duration {
			n++
			before := time.Now()
			_, _ = f.Get(ctx, n)
			return time.Since(before)
		}
		call()
		time.Sleep(300 * time.Millisecond)
		if err := begin(); err != nil {
			return err
		}
		first = append(first, call())
		for range further {
			others = append(others, call())
		}
		if err := end(); err != nil {
			return err
		}
		returned := time.Now()
		for stored := int64(0); stored == 0; time.Sleep(time.Millisecond) {
			call()
			stored, _ = client.HLen(ctx, fmt.Sprintf("lru:{%s%d:f:}:values", name, round)).Result()
			if name == "frozen" && stored == 1 { // what it had before
				stored = 0
			}
		}
		back = append(back, time.Since(returned))
		_, _ = cache.Close(), client.Close()
	}
	latencyRow("Redis "+name+": a caller's first call", first)
	latencyRow("Redis "+name+": further calls", others)
	latencyRow("Redis "+name+": results are shared again after its return", back)
	return nil
}

// staleness measures how long a cache serves a result that was forgotten by another one.
func staleness(s *server, name string, rounds int, forget func(*redis.Client, *lru.Func[int, int64]) error) error {
	ctx := context.Background()
	client := redis.NewClient(&redis.Options{Addr: s.address})
	defer func() { _ = client.Close() }()
	var version atomic.Int64
	var memoized [2]*lru.Func[int, int64]
	for i := range memoized {
		cache, err := lru.New(client, lru.Options{Namespace: "latency", Capacity: 10})
		if err != nil {
			return err
		}
		defer func() { _ = cache.Close() }()
		memoized[i] = lru.Memoize(cache, "f", func(context.Context, int) (int64, error) { return version.Load(), nil })
	}
	one, two := memoized[0], memoized[1]
	var took []time.Duration
	begin := time.Now()
	for range rounds {
		for kept := false; !kept; time.Sleep(time.Millisecond) { // until it is answered from the process
			before := time.Now()
			_, _ = one.Get(ctx, 1)
			kept = time.Since(before) < 5*time.Microsecond
		}
		want := version.Add(1)
		for err := forget(client, two); err != nil; err = forget(client, two) { // a busy machine's Redis may take its time
			if time.Since(begin) > time.Minute {
				return err
			}
		}
		forgotten := time.Now()
		for {
			v, err := one.Get(ctx, 1)
			if err != nil {
				return err
			}
			if v == want {
				break
			}
		}
		took = append(took, time.Since(forgotten))
	}
	latencyRow(name, took)
	return nil
}

func latencyRow(what string, times []time.Duration) {
	slices.Sort(times)
	ms := func(d time.Duration) string { return fmt.Sprintf("%.3f", float64(d.Microseconds())/1000) }
	n := len(times)
	cells := []string{what, ms(times[n/2]), ms(times[n*99/100]), ms(times[n-1]), fmt.Sprint(n)}
	fmt.Println("| " + strings.Join(cells, " | ") + " |")
}
