package lru_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/storage/lru"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// client returns a client of a server.
func client(t testing.TB, server *storagetest.Server) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(options)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// patient is a timeout that a busy machine does not reach: tests of what is counted, computed and evicted use it.
const patient = 10 * time.Second

// open returns a cache that is closed when the test ends. Every test has a namespace of its own.
func open(t testing.TB, c redis.UniversalClient, options lru.Options) *lru.Cache {
	t.Helper()
	if options.Namespace == "" {
		options.Namespace = t.Name()
	}
	if options.Timeout == 0 {
		options.Timeout = patient
	}
	cache, err := lru.New(c, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cache.Close(); err != nil {
			t.Error(err)
		}
	})
	return cache
}

// kinds runs a test on every kind of cache.
func kinds(t *testing.T, test func(t *testing.T, c redis.UniversalClient, local lru.Local)) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("process", func(t *testing.T) { test(t, nil, 0) })
	t.Run("redis", func(t *testing.T) {
		c := client(t, storagetest.Redis(t))
		for name, local := range map[string]lru.Local{"off": lru.LocalOff, "lru": lru.LocalLRU, "2q": lru.LocalTwoQueue} {
			t.Run(name, func(t *testing.T) { test(t, c, local) })
		}
	})
}

// get fails the test on err and returns v.
func get[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func info[A, R any](t testing.TB, f *lru.Func[A, R]) lru.Info {
	t.Helper()
	i, err := f.Info(context.Background())
	i.Bytes = 0 // which TestBytes asks for
	return get(t, i, err)
}

func same[T any](t testing.TB, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRemembers(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		ctx := t.Context()
		var calls []int
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 2, Local: local}),
			"f",
			func(_ context.Context, n int) (int, error) {
				calls = append(calls, n)
				return n * n, nil
			},
		)
		for _, n := range []int{-1, -2, -1, 3, -1, -2} {
			v, err := f.Get(ctx, n)
			same(t, n*n, get(t, v, err))
		}
		want := []int{-1, -2, 3, -2} // 3 has pushed out -2, which was used before -1
		if local != lru.LocalOff && c != nil {
			want = calls // the process may know -2 still, which Redis does not
		}
		same(t, want, calls)
		i := info(t, f)
		same(t, lru.Info{Hits: int64(6 - len(calls)), Misses: int64(len(calls)), Size: 2, Capacity: 2}, i)

		if err := f.Clear(ctx); err != nil {
			t.Fatal(err)
		}
		same(t, lru.Info{Capacity: 2}, info(t, f))
		calls = nil
		v, err := f.Get(ctx, -1)
		same(t, 1, get(t, v, err))
		same(t, []int{-1}, calls)
	})
}

func TestCapacityZeroAndUnlimited(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		for capacity, want := range map[int]lru.Info{
			0: {Misses: 40}, lru.Unlimited: {Hits: 20, Misses: 20, Size: 20, Capacity: -1},
		} {
			cache := open(t, c, lru.Options{Capacity: capacity, Local: local})
			f := lru.Memoize(cache, fmt.Sprint("f", capacity), func(_ context.Context, n int) (int, error) { return n, nil })
			for range 2 {
				for n := range 20 {
					v, err := f.Get(t.Context(), n)
					same(t, n, get(t, v, err))
				}
			}
			same(t, want, info(t, f))
		}
	})
}

type point struct{ X, Y *int }

type arguments struct {
	Name   string
	Point  *point
	Tags   map[string]int
	Any    any
	Secret string `json:"-"`
}

// What the arguments mean is the key, not where they lie.
func TestArgumentsByValue(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		calls := 0
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: lru.Unlimited, Local: local}),
			"f",
			func(_ context.Context, a arguments) (int, error) {
				calls++
				return calls, nil
			},
		)
		one := func() *int { n := 1; return &n }
		different := []func() arguments{
			func() arguments { return arguments{} },
			func() arguments { return arguments{Name: "x"} },
			func() arguments { return arguments{Secret: "x"} },
			func() arguments { return arguments{Point: &point{}} },
			func() arguments { return arguments{Point: &point{X: one()}} },
			func() arguments { return arguments{Point: &point{Y: one()}} },
			func() arguments { return arguments{Tags: map[string]int{}} },
			func() arguments { return arguments{Tags: map[string]int{"a": 1, "b": 2, "c": 3}} },
			func() arguments { return arguments{Any: 1} },
			func() arguments { return arguments{Any: 1.0} },
			func() arguments { return arguments{Any: true} },
			func() arguments { return arguments{Any: "1"} },
			func() arguments { return arguments{Any: []int{}} },
			func() arguments { return arguments{Any: []int(nil)} },
		}
		for range 3 {
			for i, args := range different {
				v, err := f.Get(t.Context(), args())
				same(t, i+1, get(t, v, err))
			}
		}
		if _, err := f.Get(t.Context(), arguments{Any: make(chan int)}); err == nil {
			t.Error("a channel is a key")
		}
	})
}

// One caller's changes are not seen by another.
func TestResultsAreCopies(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 10, Local: local}),
			"f",
			func(_ context.Context, n int) (map[string][]int, error) {
				if n == 0 {
					return nil, nil
				}
				return map[string][]int{"a": {n}}, nil
			},
		)
		for range 3 {
			v, err := f.Get(t.Context(), 1)
			same(t, map[string][]int{"a": {1}}, get(t, v, err))
			v["a"][0] = 2
			v, err = f.Get(t.Context(), 0)
			if get(t, v, err) != nil {
				t.Errorf("%v, want nil", v)
			}
		}
		same(t, lru.Info{Hits: 4, Misses: 2, Size: 2, Capacity: 10}, info(t, f))
	})
}

func TestRefusedTypes(t *testing.T) {
	cache := open(t, nil, lru.Options{Capacity: 1})
	for name, memoize := range map[string]func(){
		"function argument": func() { lru.Memoize(cache, "f", func(context.Context, func()) (int, error) { return 0, nil }) },
		"channel argument": func() {
			lru.Memoize(cache, "f", func(context.Context, chan int) (int, error) { return 0, nil })
		},
		"hidden argument": func() {
			lru.Memoize(cache, "f", func(context.Context, strings.Reader) (int, error) { return 0, nil })
		},
		"hidden result": func() {
			lru.Memoize(cache, "f", func(context.Context, int) (*strings.Reader, error) { return nil, nil })
		},
		"interface result": func() { lru.Memoize(cache, "f", func(context.Context, int) (any, error) { return nil, nil }) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			memoize()
		})
	}
}

// Options that contradict themselves are an error, and nothing has been started.
func TestRefusedOptions(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, o := range []lru.Options{{Capacity: -2}, {TTL: -1}, {Stale: -1}, {Lease: -1}, {Timeout: -1}, {LocalSize: -1}} {
		if cache, err := lru.New(nil, o); err == nil || cache != nil {
			t.Errorf("%+v: %v, %v", o, cache, err)
		}
	}
}

// Functions of different namespaces, names and versions do not know each other's results, whatever characters these
// have.
func TestFunctionsAreKeptApart(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		for i, function := range [][3]string{
			{"a:b", "c", "d"},
			{"a", "b:c", "d"},
			{"a", "b", "c:d"},
			{"a", "{b}", "d"},
			{"a", "%7Bb%7D", "d"},
			{"a", "b", "d"},
			{"a", "b", "e"},
		} {
			cache := open(t, c, lru.Options{Namespace: function[0], Version: function[2], Capacity: 10, Local: local})
			f := lru.Memoize(cache, function[1], func(context.Context, int) (int, error) { return i, nil })
			if err := f.Clear(t.Context()); err != nil { // what another kind of cache has left
				t.Fatal(err)
			}
			defer func() {
				v, err := f.Get(t.Context(), 1)
				same(t, i, get(t, v, err))
			}()
			v, err := f.Get(t.Context(), 1)
			same(t, i, get(t, v, err))
		}
	})
}

func TestErrorsAreNotRemembered(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		broken := errors.New("broken")
		calls := 0
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 10, Local: local}),
			"f",
			func(_ context.Context, n int) (int, error) {
				if calls++; calls < 3 {
					return 7, broken
				}
				return n, nil
			},
		)
		for range 2 {
			if v, err := f.Get(t.Context(), 1); !errors.Is(err, broken) || v != 7 {
				t.Errorf("%d, %v; want 7 and the function's error", v, err)
			}
		}
		v, err := f.Get(t.Context(), 1)
		same(t, 1, get(t, v, err))
		same(t, lru.Info{Misses: 3, Size: 1, Capacity: 10}, info(t, f))
	})
}

func TestInvalidate(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		calls := 0
		f := lru.Memoize(
			open(t, c, lru.Options{Capacity: 10, Local: local}),
			"f",
			func(_ context.Context, s string) (int, error) {
				calls++
				return calls, nil
			},
		)
		for want := 1; want < 4; want++ {
			for range 2 {
				v, err := f.Get(t.Context(), "a")
				same(t, want, get(t, v, err))
			}
			if err := f.Invalidate(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
			if err := f.Invalidate(t.Context(), "never seen"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A result whose key was invalidated while it was computed is returned and not kept.
func TestInvalidatedMeanwhile(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		for name, forget := range map[string]func(*lru.Func[int, int]) error{
			"invalidate": func(f *lru.Func[int, int]) error { return f.Invalidate(context.Background(), 1) },
			"clear":      func(f *lru.Func[int, int]) error { return f.Clear(context.Background()) },
		} {
			t.Run(name, func(t *testing.T) {
				calls := 0
				var f *lru.Func[int, int]
				f = lru.Memoize(open(t, c, lru.Options{Capacity: 10, Local: local}), "f", func(context.Context, int) (int, error) {
					if calls++; calls == 1 {
						return 1, forget(f)
					}
					return calls, nil
				})
				for _, want := range []int{1, 2, 2} {
					v, err := f.Get(t.Context(), 1)
					same(t, want, get(t, v, err))
				}
			})
		}
	})
}

// eventually waits until condition holds.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	within(t, what, 30*time.Second, condition)
}

// within waits for a condition for no longer than d.
func within(t testing.TB, what string, d time.Duration, condition func() bool) {
	t.Helper()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(d); !condition(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("not within %v: %s", d, what)
		}
	}
}

func TestAfterClose(t *testing.T) {
	kinds(t, func(t *testing.T, c redis.UniversalClient, local lru.Local) {
		cache, err := lru.New(c, lru.Options{Namespace: t.Name(), Capacity: 10, Local: local, Timeout: patient})
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		f := lru.Memoize(cache, "f", func(context.Context, int) (int, error) { calls++; return calls, nil })
		if _, err := f.Get(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := cache.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Get(t.Context(), 2); err != nil || calls != 2 {
			t.Errorf("%d calls, %v", calls, err)
		}
	})
}
