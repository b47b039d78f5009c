package lru_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/lru"
	"github.com/pythonweb/goweb/storage/storagetest"
)

var errNone = errors.New("no such article")

// A result has the lifetime that its rule says, and none when that is negative.
func TestRulesTTL(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		calls := map[int]int{}
		cache := open(t, c, lru.Options{Capacity: 10, Local: local})
		f := lru.Memoize(cache, "f", func(_ context.Context, n int) (int, error) {
			calls[n]++
			return n, nil
		}).With(lru.Rules[int, int]{TTL: func(n, _ int) time.Duration { return []time.Duration{0, time.Millisecond, -1}[n] }})
		ask := func(n int) {
			v, err := f.Get(t.Context(), n)
			same(t, n, get(t, v, err))
		}
		for n := range 3 {
			ask(n)
			ask(n)
		}
		eventually(t, "the short-lived result is computed again", func() bool { ask(1); return calls[1] > 1 })
		ask(0)
		same(t, 1, calls[0])
		same(t, 2, calls[2])
	})
}

// An error that is a result is remembered, by every process, and its waiters count as hits; any other is not.
func TestRulesNegative(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		var calls int
		memoize := func(rules lru.Rules[int, string]) *lru.Func[int, string] {
			cache := open(t, c, lru.Options{Capacity: 10, Local: local})
			return lru.Memoize(cache, "f", func(_ context.Context, n int) (string, error) {
				calls++
				if n == 1 {
					return "", fmt.Errorf("article %d: %w", n, errNone)
				}
				return "", errors.New("broken")
			}).With(rules)
		}
		rules := lru.Rules[int, string]{Negative: []lru.Negative{{Error: errNone, TTL: time.Hour}}}
		f := memoize(rules)
		if c != nil {
			other := memoize(rules)
			defer func() { // a process that has computed nothing
				before := calls
				if _, err := other.Get(t.Context(), 1); !errors.Is(err, errNone) || calls != before {
					t.Errorf("another process: %v after %d calls", err, calls-before)
				}
				if _, err := memoize(lru.Rules[int, string]{}).Get(t.Context(), 1); !errors.Is(err, errNone) || calls != before+1 {
					t.Errorf("a process without the rule: %v after %d calls", err, calls-before)
				}
			}()
		}
		for range 3 {
			if _, err := f.Get(t.Context(), 1); !errors.Is(err, errNone) {
				t.Errorf("an error that is remembered: %v", err)
			}
		}
		same(t, 1, calls)
		for range 2 {
			if _, err := f.Get(t.Context(), 2); err == nil || errors.Is(err, errNone) {
				t.Errorf("an error that is not: %v", err)
			}
		}
		same(t, 3, calls)
		if i := info(t, f); i.Hits != 2 || i.Misses != 3 {
			t.Errorf("%+v", i)
		}
	})
}

// A reader that must be fresh gets what the function says now, and changes nothing for others.
func TestCall(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		n := 0
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 10, Local: local}),
			"f",
			func(context.Context, int) (int, error) { n++; return n, nil },
		)
		for i, ask := range []func(context.Context, int) (int, error){f.Get, f.Call, f.Get, f.Call} {
			v, err := ask(t.Context(), 1)
			same(t, []int{1, 2, 1, 3}[i], get(t, v, err))
		}
		if i := info(t, f); i.Hits != 1 || i.Misses != 3 {
			t.Errorf("%+v", i)
		}
	})
}

// The results that were used longest ago free some space when all together are too long, and one that is too long for
// itself is not kept.
func TestBytes(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		if local == lru.LocalTwoQueue || local == lru.LocalLRU {
			return // what the process knows itself hides what Redis does not any more
		}
		calls := map[int]int{}
		const long = 300 // bytes of a result, of which no compression takes a tenth
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 100, Bytes: 3500, Local: local}),
			"f",
			func(_ context.Context, n int) (string, error) {
				calls[n]++
				if n == 99 {
					return strings.Repeat("0123456789", 1000) + string(noise(4000)), nil
				}
				return string(noise(long)), nil
			},
		)
		for _, n := range []int{1, 2, 3, 1, 99, 99, 1} {
			if _, err := f.Get(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		same(t, 2, calls[99])
		same(t, 1, calls[1])
		for n := 10; n < 30; n++ {
			_, _ = f.Get(t.Context(), n)
			_, _ = f.Get(t.Context(), 1) // is used all the time
		}
		bytes := func() lru.Info { i, err := f.Info(t.Context()); return get(t, i, err) }
		i := bytes()
		if i.Bytes > 3500 || i.Bytes < 2500 || i.Size < 5 || calls[1] != 1 {
			t.Errorf("%+v, %d calls of what is used all the time", i, calls[1])
		}
		if err := f.Invalidate(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if after := bytes(); after.Bytes >= i.Bytes || after.Bytes <= 0 {
			t.Errorf("%d bytes before one is forgotten, %d after", i.Bytes, after.Bytes)
		}
		if err := f.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		same(t, 0, bytes().Bytes)
	})
}

type article struct {
	Shop   string
	Number int32
	Sizes  []int
}

// What matches is forgotten in all processes, and nothing else; what was being computed is not kept.
func TestPurgeFunc(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		var mu sync.Mutex
		calls := map[string]int{}
		memoize := func() (*lru.Func[article, []string], *lru.Func[string, string], *lru.Func[int, int]) {
			cache := open(t, c, lru.Options{Capacity: 100, Local: local})
			return lru.Memoize(cache, "articles", func(_ context.Context, a article) ([]string, error) {
					mu.Lock()
					defer mu.Unlock()
					calls[a.Shop]++
					return []string{a.Shop, fmt.Sprint(a.Number)}, nil
				}), lru.Memoize(cache, "texts", func(_ context.Context, s string) (string, error) { return s, nil }),
				lru.Memoize(cache, "numbers", func(_ context.Context, n int) (int, error) { return -n, nil })
		}
		articles, texts, numbers := memoize()
		other := articles
		if c != nil {
			other, _, _ = memoize()
		}
		ask := func(f *lru.Func[article, []string], a article) {
			t.Helper()
			v, err := f.Get(t.Context(), a)
			same(t, []string{a.Shop, fmt.Sprint(a.Number)}, get(t, v, err))
		}
		for range 2 {
			for _, a := range []article{{"a", 1, nil}, {"b", 2, []int{1}}, {"c", 3, []int{}}} {
				ask(articles, a)
				ask(other, a)
			}
		}
		n, err := articles.PurgeFunc(t.Context(), func(a article, result []string) bool {
			return a.Shop == "b" && len(a.Sizes) == 1 && result[1] == "2" || a.Number == 3
		})
		same(t, 2, get(t, n, err))
		ask(articles, article{"a", 1, nil})
		ask(articles, article{"b", 2, []int{1}})
		ask(articles, article{"c", 3, []int{}})
		same(t, map[string]int{"a": 1, "b": 2, "c": 2}, calls)

		for _, text := range []string{"", "x", "xy", "xyz", "xyzw", "12345678", "123456789", strings.Repeat("ü", 50)} {
			if _, err := texts.Get(t.Context(), text); err != nil {
				t.Fatal(err)
			}
			n, err := texts.PurgeFunc(t.Context(), func(args, result string) bool { return args == text && result == text })
			same(t, 1, get(t, n, err))
		}
		for _, number := range []int{0, 1, -1, 1 << 40, -1 << 63} {
			if _, err := numbers.Get(t.Context(), number); err != nil {
				t.Fatal(err)
			}
			n, err := numbers.PurgeFunc(t.Context(), func(args, result int) bool { return args == number && result == -number })
			same(t, 1, get(t, n, err))
		}
	})
	f := lru.Memoize(
		open(t, nil, lru.Options{Capacity: 1}),
		"f",
		func(context.Context, any) (int, error) { return 1, nil },
	)
	if _, err := f.PurgeFunc(t.Context(), func(any, int) bool { return true }); !errors.Is(err, lru.ErrArguments) {
		t.Errorf("arguments that cannot be read back: %v", err)
	}
}

// What is computed while a purge begins is not kept.
func TestPurgeFuncMeanwhile(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		calls := 0
		var f, purger *lru.Func[int, int]
		compute := func(ctx context.Context, n int) (int, error) {
			if calls++; calls == 1 {
				purged, err := purger.PurgeFunc(ctx, func(int, int) bool { return true })
				same(t, n, get(t, purged, err)) // as many as there were before
			}
			return n, nil
		}
		f = lru.Memoize(open(t, c, lru.Options{Capacity: 10, Local: local}), "f", compute)
		purgers := []*lru.Func[int, int]{f}
		if c != nil { // as another process
			other := open(t, c, lru.Options{Capacity: 10, Local: local})
			purgers = append(purgers, lru.Memoize(other, "f", compute))
		}
		for i, p := range purgers {
			calls, purger = 0, p
			for range 3 {
				if _, err := f.Get(t.Context(), i); err != nil {
					t.Fatal(err)
				}
			}
			same(t, 2, calls)
		}
	})
}

// Statistics of the process only grow, whatever Redis is told or forgets; what it was of no help for is lost, with a
// reason.
func TestStats(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		cache := open(t, c, lru.Options{Capacity: 2, Local: local})
		f := lru.Memoize(cache, "squares", func(_ context.Context, n int) (int, error) { return n * n, nil })
		for _, n := range []int{1, 1, 2, 3, 3} {
			_, _ = f.Get(t.Context(), n)
		}
		_ = info(t, f) // tells Redis
		if err := f.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		all := cache.Stats()
		if len(all) != 1 || all[0].Function != "squares" || all[0].Hits != 2 || all[0].Misses != 3 || all[0].Lost != 0 {
			t.Errorf("%+v", all)
		}
		if c == nil && all[0].Evicted != 1 {
			t.Errorf("%+v: 3 results for 2 places", all)
		}
	})
	server := storagetest.Redis(t)
	cache := open(t, client(t, server), lru.Options{Capacity: 2, Timeout: 50 * time.Millisecond})
	f := lru.Memoize(cache, "f", func(_ context.Context, n int) (int, error) { return n, nil })
	server.Kill(t)
	for n := range 3 {
		_, _ = f.Get(t.Context(), n)
	}
	if st := cache.Stats()[0]; st.Lost != 3 || st.LostReason == "" {
		t.Errorf("without Redis: %+v", st)
	}
	server.Restart(t)
	eventually(t, "Redis is told of lost calls", func() bool {
		i, err := f.Info(context.Background())
		return err == nil && i.Lost == 3 && i.Reason != ""
	})
}

// A function that panics while its result is renewed, or leaves the goroutine, harms nobody: old results are served,
// and others are renewed.
func TestRenewalsSurvive(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		var mu sync.Mutex
		calls := map[int]int{}
		options := lru.Options{Capacity: 10, TTL: time.Millisecond, Stale: time.Hour, Local: local}
		f := lru.Memoize(open(t, c, options), "f", func(_ context.Context, n int) (int, error) {
			mu.Lock()
			calls[n]++
			call := calls[n]
			mu.Unlock()
			if call > 1 && n == 1 {
				panic("while it is renewed")
			}
			if call > 1 && n == 2 {
				goexit()
			}
			return call, nil
		})
		renewed := func(n int) func() bool {
			return func() bool {
				v, err := f.Get(context.Background(), n)
				mu.Lock()
				defer mu.Unlock()
				return err == nil && v > 0 && calls[n] > 2
			}
		}
		for _, n := range []int{1, 2, 3} {
			eventually(t, fmt.Sprint("renewals of ", n), renewed(n))
		}
	})
}
