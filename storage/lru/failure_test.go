package lru_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/entry/pack"
	"github.com/pythonweb/goweb/storage/lru"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// square is a memoised function that counts its calls.
type square struct {
	*lru.Func[int, int]
	calls *int
}

func newSquare(t testing.TB, c redis.UniversalClient, options lru.Options) square {
	calls := new(int)
	return square{lru.Memoize(open(t, c, options), "square", func(_ context.Context, n int) (int, error) {
		*calls++
		return n * n, nil
	}), calls}
}

// check calls the function and reports whether it was a hit. The value is right in any case.
func (s square) check(t testing.TB, n int) (hit bool) {
	t.Helper()
	before := *s.calls
	v, err := s.Get(context.Background(), n)
	same(t, n*n, get(t, v, err))
	return *s.calls == before
}

// While Redis is frozen the function is called, and when it goes on it is used again.
func TestRedisFrozen(t *testing.T) {
	server := storagetest.Redis(t)
	for name, local := range map[string]lru.Local{"off": lru.LocalOff, "2q": lru.LocalTwoQueue} {
		t.Run(name, func(t *testing.T) {
			f := newSquare(t, client(t, server), lru.Options{Capacity: 100, Local: local, Timeout: 50 * time.Millisecond})
			f.check(t, 1)
			server.Freeze(t)
			begin := time.Now()
			f.check(t, 2)
			first := time.Since(begin)
			begin = time.Now()
			for n := range 100 {
				f.check(t, 1000+n)
			}
			t.Logf("first call %v, then %v each", first, time.Since(begin)/100)
			if err := f.Invalidate(t.Context(), 1); err == nil {
				t.Error("a frozen Redis was told of an invalidation")
			}
			server.Continue(t)
			begin = time.Now()
			other := newSquare(t, client(t, server), lru.Options{Namespace: t.Name(), Capacity: 100, Local: lru.LocalOff})
			n := 2000
			eventually(t, "results are shared again", func() bool {
				n++
				f.check(t, n)
				return other.check(t, n)
			})
			t.Logf("shared again after %v", time.Since(begin))
		})
	}
}

func TestRedisKilledAndRestartedEmpty(t *testing.T) {
	server := storagetest.Redis(t)
	f := newSquare(t, client(t, server), lru.Options{Capacity: 100})
	for n := range 10 {
		f.check(t, n)
	}
	server.Kill(t)
	for n := range 20 {
		f.check(t, n)
	}
	server.Restart(t)
	other := newSquare(t, client(t, server), lru.Options{Namespace: t.Name(), Capacity: 100, Local: lru.LocalOff})
	n := 2000
	eventually(t, "results are shared again", func() bool {
		n++
		f.check(t, n)
		return other.check(t, n)
	})
	i := info(t, f.Func)
	if i.Hits+i.Misses < 20 { // what Redis was told before it died has died with it
		t.Errorf("%+v: calls made while Redis was dead are not counted", i)
	}
}

// New needs no Redis, and finds one that comes later.
func TestRedisComesLater(t *testing.T) {
	server := storagetest.Redis(t)
	server.Kill(t)
	f := newSquare(t, client(t, server), lru.Options{Capacity: 100})
	f.check(t, 1)
	server.Restart(t)
	eventually(t, "results are shared", func() bool {
		f.check(t, 1)
		n, _ := client(t, server).Exists(t.Context(), "lru:{"+t.Name()+":square:}:values").Result()
		return n == 1
	})
}

// A Redis that is full and evicts nothing still finds what it has.
func TestRedisFull(t *testing.T) {
	server := storagetest.Redis(t, "--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
	c := client(t, server)
	f := newSquare(t, c, lru.Options{Capacity: 100, Local: lru.LocalOff})
	for n := range 10 {
		f.check(t, n)
	}
	for i := 0; ; i++ {
		if err := c.Set(t.Context(), fmt.Sprint("ballast", i), strings.Repeat("x", 10_000), 0).Err(); err != nil {
			break
		}
	}
	for range 2 {
		for n := range 10 {
			if !f.check(t, n) {
				t.Errorf("%d is forgotten", n)
			}
			f.check(t, 100+n)
		}
	}
	if _, err := c.Del(t.Context(), "ballast0", "ballast1", "ballast2").Result(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "there is room again", func() bool { return f.check(t, 200) })
}

// Whatever somebody does to the keys, values are right, and after some calls the cache is as it was.
func TestKeysTamperedWith(t *testing.T) {
	server := storagetest.Redis(t)
	c := client(t, server)
	key := func(t *testing.T, name string) string { return "lru:{" + t.Name() + ":square:}:" + name }
	damages := map[string]func(t *testing.T) error{
		"flushall":     func(t *testing.T) error { return c.FlushAll(t.Context()).Err() },
		"flush script": func(t *testing.T) error { return c.ScriptFlush(t.Context()).Err() },
	}
	for _, name := range []string{"values", "order", "meta"} {
		damages["lost "+name] = func(t *testing.T) error { return c.Del(t.Context(), key(t, name)).Err() }
		damages["another type of "+name] = func(t *testing.T) error { return c.Set(t.Context(), key(t, name), "x", 0).Err() }
		damages["a list as "+name] = func(t *testing.T) error {
			const script = "redis.call('DEL', KEYS[1]) return redis.call('RPUSH', KEYS[1], 'x')"
			return c.Eval(t.Context(), script, []string{key(t, name)}).Err()
		}
	}
	damages["half the order"] = func(t *testing.T) error { return c.ZPopMax(t.Context(), key(t, "order"), 5).Err() }
	damages["foreign members"] = func(t *testing.T) error {
		return c.ZAdd(t.Context(), key(t, "order"),
			redis.Z{Score: 1e15, Member: "nobody"}, redis.Z{Score: -5, Member: "none"}).Err()
	}
	for name, damage := range damages {
		for kind, local := range map[string]lru.Local{"off": lru.LocalOff, "2q": lru.LocalTwoQueue} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				f := newSquare(t, c, lru.Options{Capacity: 10, Local: local})
				for n := range 10 {
					f.check(t, n)
				}
				if err := damage(t); err != nil {
					t.Fatal(err)
				}
				for n := range 30 {
					f.check(t, n%13)
				}
				exact := newSquare(t, c, lru.Options{Namespace: t.Name(), Capacity: 10, Local: lru.LocalOff})
				for n := range 10 { // ten keys fill it, and eleven would not fit
					exact.check(t, 100+n)
				}
				for n := range 10 {
					if !exact.check(t, 100+n) {
						t.Errorf("%d is forgotten", 100+n)
					}
				}
				if i := info(t, exact.Func); i.Size != 10 {
					t.Errorf("%+v", i)
				}
				orders, err := c.ZCard(t.Context(), key(t, "order")).Result()
				if same(t, 10, orders); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// A damaged, truncated, foreign or hostile value is a miss and is overwritten.
func TestValuesTamperedWith(t *testing.T) {
	server := storagetest.Redis(t)
	c := client(t, server)
	values := "lru:{" + t.Name() + ":square:}:values"
	f := newSquare(t, c, lru.Options{Capacity: 10, TTL: time.Hour, Local: lru.LocalOff})
	f.check(t, 3)
	f.check(t, 4)
	stored, err := c.HGetAll(t.Context(), values).Result()
	if err != nil || len(stored) != 2 {
		t.Fatal(stored, err)
	}
	codec := entry.Codec{Packer: new(pack.Zstd)}
	random := rand.New(rand.NewPCG(1, 2))
	for member, good := range stored {
		e := get2(codec.Inspect([]byte(good)))(t)
		future, foreign, hostile := e, e, e
		// Stored before the clock was set back an hour.
		future.Stored, future.Expires = e.Stored+3_600_000, e.Expires+3_600_000
		foreign.Fingerprint++
		hostile.Payload = []byte{0x9b, 255, 255, 255, 255, 255, 255, 255, 255}
		bad := [][]byte{
			{},
			[]byte("x"), []byte(good[:len(good)/2]), []byte(good[:len(good)-1]), append([]byte(good), 0),
			codec.Seal(future), codec.Seal(foreign), codec.Seal(hostile), make([]byte, 1000),
		}
		for other, value := range stored {
			if other != member {
				bad = append(bad, []byte(value)) // another key's value
			}
		}
		for range consoletest.Count(50, 5000) {
			flipped := []byte(good)
			flipped[random.IntN(len(flipped))] ^= 1 << random.IntN(8)
			bad = append(bad, flipped)
		}
		for _, value := range bad {
			if err := c.HSet(t.Context(), values, member, value).Err(); err != nil {
				t.Fatal(err)
			}
			n := 3
			if binary.BigEndian.Uint64(e.Key[:8]) == 0 || e.Key[8] == 4 { // CBOR of the argument
				n = 4
			}
			if f.check(t, n) {
				t.Fatalf("%q is served for %d", value, n)
			}
			if !f.check(t, n) {
				t.Fatalf("%q is not overwritten", value)
			}
		}
	}
}

func get2[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T { t.Helper(); return get(t, v, err) }
}

// Programs of two versions, whose function returns different types, run side by side.
func TestOldAndNewTypes(t *testing.T) {
	c := client(t, storagetest.Redis(t))
	type old struct{ Name string }
	type renamed struct{ Title string }
	first := lru.Memoize(open(t, c, lru.Options{Capacity: 10}), "f",
		func(_ context.Context, n int) (old, error) { return old{fmt.Sprint(n)}, nil })
	second := lru.Memoize(open(t, c, lru.Options{Capacity: 10}), "f",
		func(_ context.Context, n int) (renamed, error) { return renamed{fmt.Sprint(-n)}, nil })
	third := lru.Memoize(open(t, c, lru.Options{Capacity: 10}), "f",
		func(_ context.Context, n string) (old, error) { return old{n}, nil })
	for range 3 {
		for n := range 5 {
			v, err := first.Get(t.Context(), n)
			same(t, old{fmt.Sprint(n)}, get(t, v, err))
			w, err := second.Get(t.Context(), n)
			same(t, renamed{fmt.Sprint(-n)}, get(t, w, err))
			x, err := third.Get(t.Context(), fmt.Sprint("x", n))
			same(t, old{fmt.Sprint("x", n)}, get(t, x, err))
		}
	}
}

// Another process's invalidation reaches results that are kept in this one, also when the message is lost.
func TestInvalidationReachesOthers(t *testing.T) {
	server := storagetest.Redis(t)
	c := client(t, server)
	for name, lose := range map[string]bool{"told": false, "connection lost": true} {
		t.Run(name, func(t *testing.T) {
			version := 0
			current := func(context.Context, int) (int, error) { return version, nil }
			one := lru.Memoize(open(t, c, lru.Options{Namespace: t.Name(), Capacity: 10}), "f", current)
			two := lru.Memoize(open(t, c, lru.Options{Namespace: t.Name(), Capacity: 10}), "f", current)
			for round := range 20 {
				eventually(t, "this process keeps the result", func() bool {
					before := info(t, one).Hits
					v, err := one.Get(t.Context(), 1)
					same(t, version, get(t, v, err))
					return info(t, one).Hits > before
				})
				version = round + 1
				if lose {
					if err := c.Do(t.Context(), "CLIENT", "KILL", "TYPE", "pubsub").Err(); err != nil {
						t.Fatal(err)
					}
				}
				if err := two.Invalidate(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				eventually(t, "the old result is gone", func() bool {
					v, err := one.Get(t.Context(), 1)
					return get(t, v, err) == version
				})
				if round == 0 {
					t.Logf("gone after %v", time.Since(begin))
				}
			}
		})
	}
}

// Hits inside the process keep a result from being evicted in Redis.
func TestLocalHitsCountForTheSharedOrder(t *testing.T) {
	c := client(t, storagetest.Redis(t))
	used := newSquare(t, c, lru.Options{Capacity: 3})
	exact := newSquare(t, c, lru.Options{Capacity: 3, Local: lru.LocalOff})
	eventually(t, "the process keeps 1", func() bool {
		before := info(t, used.Func).Hits
		used.check(t, 1)
		return info(t, used.Func).Hits > before
	})
	for n := 2; n < 40; n++ {
		before := *used.calls
		used.check(t, 1)
		i := info(t, used.Func) // tells Redis
		if exact.check(t, n); *used.calls != before {
			t.Fatalf("1 is evicted at %d, although it is used all the time: %+v", n, i)
		}
		if !exact.check(t, 1) {
			t.Fatalf("1 is evicted at %d in Redis", n)
		}
	}
}

// All keys of a function are in one slot.
func TestCluster(t *testing.T) {
	server := storagetest.Redis(t, "--cluster-enabled", "yes")
	single := client(t, server)
	if err := single.Do(t.Context(), "CLUSTER", "ADDSLOTSRANGE", 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the cluster is up", func() bool {
		state, _ := single.ClusterInfo(t.Context()).Result()
		return strings.Contains(state, "cluster_state:ok")
	})
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{single.Options().Addr}})
	t.Cleanup(func() { _ = c.Close() })
	for _, local := range []lru.Local{lru.LocalOff, lru.LocalTwoQueue} {
		f := newSquare(t, c, lru.Options{Namespace: fmt.Sprint("{odd}", local), Capacity: 5, Local: local})
		for range 2 {
			for n := range 5 {
				f.check(t, n)
			}
		}
		if err := f.Invalidate(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if f.check(t, 1) || !f.check(t, 2) {
			t.Error("the cluster forgets, or does not")
		}
		if i := info(t, f.Func); i.Size != 5 || i.Hits+i.Misses != 12 {
			t.Errorf("%+v", i)
		}
	}
}
