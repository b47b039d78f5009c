package lru_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/pythonweb/goweb/storage/internal/script"
	"github.com/pythonweb/goweb/storage/lru"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// noise is data that no compression shortens.
func noise(length int) []byte {
	data := make([]byte, length)
	var key [32]byte
	_, _ = rand.NewChaCha8(key).Read(data)
	return data
}

// A long result is a hit as a short one is, and a function whose results are long does not keep another's calls from
// the cache: its entries travel by themselves.
func TestLongResults(t *testing.T) {
	server := storagetest.Redis(t)
	for name, local := range map[string]lru.Local{"off": lru.LocalOff, "2q": lru.LocalTwoQueue} {
		t.Run(name, func(t *testing.T) {
			options := lru.Options{Namespace: "long-" + name, Capacity: 100, Local: local, Timeout: 10 * time.Second}
			data := noise(20 << 20)
			computed := 0
			compute := func(_ context.Context, n int) ([]byte, error) {
				computed++
				return append(data, strconv.Itoa(n)...), nil
			}
			one, other := open(t, client(t, server), options), open(t, client(t, server), options)
			small := newSquare(t, client(t, server), options)
			for _, f := range []*lru.Func[int, []byte]{lru.Memoize(one, "big", compute), lru.Memoize(other, "big", compute)} {
				for range 3 {
					small.check(t, 7)
					got, err := f.Get(t.Context(), 1)
					if err != nil || !bytes.Equal(got[:len(data)], data) || string(got[len(data):]) != "1" {
						t.Fatalf("%d bytes, %v", len(got), err)
					}
				}
			}
			if computed != 1 || *small.calls != 1 {
				t.Errorf("the long result was computed %d times, the short one %d times", computed, *small.calls)
			}
		})
	}
}

// What is long does not go through Lua, where it would hold up Redis for everybody.
func TestLongEntriesStayOutOfScripts(t *testing.T) {
	server := storagetest.Redis(t)
	c := client(t, server)
	keys := script.KeysOf("scripts", "f", "")
	names := []string{keys.Values, keys.Order, keys.Meta, keys.Lease("m")}
	for length, inline := range map[int]bool{script.Inline: true, script.Inline + 1: false} {
		if err := c.HSet(t.Context(), keys.Values, "m", bytes.Repeat([]byte("x"), length)).Err(); err != nil {
			t.Fatal(err)
		}
		load := c.Eval(t.Context(), script.All().Load.Source, names, "m", "token", 1000, "", "", script.Inline).Val()
		for what, reply := range map[string]any{
			"use":  c.Eval(t.Context(), script.All().Use.Source, names, "m", script.Inline).Val(),
			"hit":  c.Eval(t.Context(), script.Hit().Source, names, "m", script.Inline).Val().([]any)[0],
			"load": load.([]any)[1],
		} {
			switch reply := reply.(type) {
			case string:
				if !inline || len(reply) != length {
					t.Errorf("%s returns %d bytes of %d", what, len(reply), length)
				}
			case int64:
				if inline || reply != int64(length) {
					t.Errorf("%s says %d of %d bytes", what, reply, length)
				}
			default:
				t.Errorf("%s returns %T", what, reply)
			}
		}
	}
	if hits := c.HGet(t.Context(), keys.Meta, "hits").Val(); hits != "1" {
		t.Errorf("%s hits were counted by the script, want 1: that of the short entry", hits)
	}
}

// A lease that nobody renews is given up after its time, also when Redis does not let it expire: its holder had a
// longer one, or somebody has set the key.
func TestHolderOfALastingLease(t *testing.T) {
	server := storagetest.Redis(t)
	shared := client(t, server)
	calls, key := 0, ""
	cache := open(
		t, shared, lru.Options{Namespace: "lasting", Capacity: 10, Lease: 500 * time.Millisecond, Local: lru.LocalOff},
	)
	f := lru.Memoize(cache, "f", func(ctx context.Context, _ int) (int, error) {
		calls++
		keys, err := shared.Keys(ctx, "lru:{lasting:f:}:lease:*").Result()
		if err != nil || len(keys) != 1 {
			t.Errorf("leases %v, %v", keys, err)
			return 0, err
		}
		key = keys[0]
		return calls, nil
	})
	v, err := f.Get(t.Context(), 1)
	same(t, 1, get(t, v, err))
	if err := f.Invalidate(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := shared.Set(t.Context(), key, "99:nobody/0", 0).Err(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	v, err = f.Get(ctx, 1)
	same(t, 2, get(t, v, err))
	v, err = f.Get(ctx, 1)
	same(t, 2, get(t, v, err))
}
