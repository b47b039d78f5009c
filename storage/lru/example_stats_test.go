package lru_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pythonweb/goweb/storage/lru"
)

// Prometheus reads counters as text. With its client library the same four lines stand in a Collector's Collect, as
// prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(s.Hits), s.Function).
func ExampleCache_Stats_prometheus() {
	cache, err := lru.New(nil, lru.Options{Capacity: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = cache.Close() }()
	square := lru.Memoize(cache, "square", func(_ context.Context, n int) (int, error) { return n * n, nil })
	for range 3 {
		_, _ = square.Get(context.Background(), 12)
	}
	metrics := func(w io.Writer) { // of an http.Handler at /metrics
		for _, s := range cache.Stats() {
			fmt.Fprintf(w, "lru_hits_total{function=%q} %d\n", s.Function, s.Hits)
			fmt.Fprintf(w, "lru_misses_total{function=%q} %d\n", s.Function, s.Misses)
			fmt.Fprintf(w, "lru_results{function=%q} %d\n", s.Function, s.Size)
		}
	}
	metrics(os.Stdout)
	// Output:
	// lru_hits_total{function="square"} 2
	// lru_misses_total{function="square"} 1
	// lru_results{function="square"} 1
}

// OpenTelemetry calls back when it exports. The observe here is what the callback of meter.RegisterCallback does
// with its metric.Observer: o.ObserveInt64(instrument, value, metric.WithAttributes(attribute.String("function",
// s.Function))).
func ExampleCache_Stats_openTelemetry() {
	cache, err := lru.New(nil, lru.Options{Capacity: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = cache.Close() }()
	square := lru.Memoize(cache, "square", func(_ context.Context, n int) (int, error) { return n * n, nil })
	_, _ = square.Get(context.Background(), 12)
	callback := func(_ context.Context, observe func(instrument string, value int64, function string)) error {
		for _, s := range cache.Stats() {
			observe("lru.hits", s.Hits, s.Function)
			observe("lru.misses", s.Misses, s.Function)
			observe("lru.lost", s.Lost, s.Function)
		}
		return nil
	}
	_ = callback(context.Background(), func(instrument string, value int64, function string) {
		fmt.Println(instrument, function, value)
	})
	// Output:
	// lru.hits square 0
	// lru.misses square 1
	// lru.lost square 0
}

// One result lives shorter than others, and that there is no such article is remembered for a minute.
func ExampleFunc_With() {
	cache, err := lru.New(nil, lru.Options{Capacity: 100, TTL: time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = cache.Close() }()
	calls := 0
	price := lru.Memoize(cache, "price", func(_ context.Context, article int) (float64, error) {
		calls++
		return 0, errNone
	}).With(lru.Rules[int, float64]{
		TTL: func(_ int, price float64) time.Duration {
			if price == 0 { // for now
				return time.Minute
			}
			return 0 // the cache's
		},
		Negative: []lru.Negative{{Error: errNone, TTL: time.Minute}},
	})
	for range 3 {
		_, err := price.Get(context.Background(), 42)
		fmt.Println(err)
	}
	fmt.Println("calls:", calls)
	// Output:
	// no such article
	// no such article
	// no such article
	// calls: 1
}
