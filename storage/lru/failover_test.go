package lru_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/storage/lru"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// Sentinels put a replica in the place of a primary that has died: every call is answered meanwhile, what was shared is
// still there, and what is computed afterwards is shared through the new primary.
func TestFailover(t *testing.T) {
	primary, replica, sentinels := storagetest.RedisFailover(t)
	options := lru.Options{Namespace: t.Name(), Capacity: 5000, Local: lru.LocalOff}
	one, other := newSquare(t, address(t, sentinels), options), newSquare(t, address(t, sentinels), options)
	one.check(t, 1)
	replicated := client(t, replica)
	eventually(t, "the replica has the result", func() bool {
		n, _ := replicated.HLen(t.Context(), "lru:{"+t.Name()+":square:}:values").Result()
		return n == 1
	})
	n := 1000
	shared := func() bool {
		n++
		one.check(t, n)
		return other.check(t, n)
	}
	if !shared() {
		t.Error("nothing is shared before the failover")
	}
	primary.Kill(t)
	begun := time.Now()
	// Sentinels that were not given a processor in time do nothing for half a minute.
	within(t, "results are shared again", 2*time.Minute, shared)
	t.Logf("shared again after %v", time.Since(begun))
	if !other.check(t, 1) {
		t.Error("what the dead primary knew is computed again")
	}
	info, err := replicated.Info(t.Context(), "replication").Result()
	if info = get(t, info, err); !strings.Contains(info, "role:master") {
		t.Errorf("the replica is no primary: %s", info)
	}
}
