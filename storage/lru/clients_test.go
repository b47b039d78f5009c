package lru_test

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/storage/internal/pool"
	"github.com/pythonweb/goweb/storage/lru"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// foreign is a client that the cache has never heard of.
type foreign struct{ *redis.Client }

// Whatever client of go-redis leads to Redis, two caches share results through it, and an invalidation reaches both.
func TestClients(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	open := map[string]func(t *testing.T) redis.UniversalClient{
		"ring": func(t *testing.T) redis.UniversalClient {
			return redis.NewRing(&redis.RingOptions{Addrs: map[string]string{
				"one": client(t, storagetest.Redis(t)).Options().Addr, "two": client(t, storagetest.Redis(t)).Options().Addr,
			}})
		},
		"unknown": func(t *testing.T) redis.UniversalClient { return foreign{client(t, storagetest.Redis(t))} },
		"cluster": func(t *testing.T) redis.UniversalClient { return address(t, storagetest.RedisCluster(t)[0].URL) },
		"tls":     func(t *testing.T) redis.UniversalClient { return address(t, storagetest.RedisTLS(t).URL) },
		"sentinel": func(t *testing.T) redis.UniversalClient {
			return address(t, storagetest.RedisSentinel(t, storagetest.Redis(t)).URL)
		},
	}
	for name, open := range open {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			t.Cleanup(func() { _ = c.Close() })
			for local, kind := range map[string]lru.Local{"off": lru.LocalOff, "2q": lru.LocalTwoQueue} {
				t.Run(local, func(t *testing.T) { shareResults(t, c, kind) })
			}
		})
	}
}

func address(t *testing.T, url string) redis.UniversalClient {
	t.Helper()
	c, err := pool.Open(url)
	return get(t, c, err)
}

// shareResults has two caches share the results of ten functions, so that every server of several has some.
func shareResults(t *testing.T, c redis.UniversalClient, local lru.Local) {
	options := lru.Options{Namespace: t.Name(), Capacity: 10, Local: local, Timeout: patient}
	one, other := open(t, c, options), open(t, c, options)
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		calls := 0
		fn := func(context.Context, int) (int, error) { calls++; return calls, nil }
		f, g := lru.Memoize(one, name, fn), lru.Memoize(other, name, fn)
		check := func(want int) {
			t.Helper()
			for _, f := range []*lru.Func[int, int]{f, g, f} {
				v, err := f.Get(t.Context(), 1)
				same(t, want, get(t, v, err))
			}
		}
		check(1)
		if err := g.Invalidate(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		eventually(
			t,
			"the invalidation arrives",
			func() bool { v, err := f.Get(t.Context(), 1); return err == nil && v == 2 },
		)
		check(2)
		if i := info(t, f); i.Lost != 0 || i.Size != 1 {
			t.Errorf("%s: %+v", name, i)
		}
	}
}
