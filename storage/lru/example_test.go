package lru_test

import (
	"context"
	"fmt"

	"github.com/pythonweb/goweb/storage/lru"
)

// Without a Redis client a cache is inside the process; with one, all processes that use it share the results.
func Example() {
	ctx := context.Background()
	cache, err := lru.New(nil, lru.Options{Namespace: "example", Capacity: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = cache.Close() }()
	calls := 0
	square := lru.Memoize(cache, "square", func(_ context.Context, n int) (int, error) {
		calls++
		return n * n, nil
	})
	for range 3 {
		result, err := square.Get(ctx, 12)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result)
	}
	fmt.Println("calls:", calls)
	// Output:
	// 144
	// 144
	// 144
	// calls: 1
}
