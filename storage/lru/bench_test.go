package lru_test

import (
	"context"
	"testing"
	"time"

	"github.com/pythonweb/goweb/storage/lru"
)

type three struct {
	A int
	B string
	C float64
}

func BenchmarkLocalHit(b *testing.B) {
	cache := open(b, nil, lru.Options{Capacity: 1000, TTL: time.Hour})
	ctx := context.Background()
	b.Run("int", func(b *testing.B) {
		f := lru.Memoize(cache, "int", func(_ context.Context, n int) (int, error) { return n + 1, nil })
		b.ReportAllocs()
		for b.Loop() {
			_, _ = f.Get(ctx, 500)
		}
	})
	b.Run("three", func(b *testing.B) {
		f := lru.Memoize(cache, "three", func(_ context.Context, a three) (int, error) { return a.A, nil })
		b.ReportAllocs()
		for b.Loop() {
			_, _ = f.Get(ctx, three{1, "two", 3})
		}
	})
}

func BenchmarkLocalMiss(b *testing.B) {
	cache := open(b, nil, lru.Options{Capacity: 1000})
	f := lru.Memoize(cache, "int", func(_ context.Context, n int) (int, error) { return n + 1, nil })
	ctx := context.Background()
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		_, _ = f.Get(ctx, n)
	}
}
