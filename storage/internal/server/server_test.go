package server_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/memo/memotest"
	"github.com/pythonweb/goweb/storage/internal/pool"
	"github.com/pythonweb/goweb/storage/internal/server"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// However an address leads to Redis, what is there keeps every promise of a store.
func TestStores(t *testing.T) {
	for name, start := range map[string]func(t *testing.T) string{
		"plain":   func(t *testing.T) string { return storagetest.Redis(t).URL },
		"tls":     func(t *testing.T) string { return storagetest.RedisTLS(t).URL },
		"cluster": func(t *testing.T) string { return storagetest.RedisCluster(t)[0].URL },
		"sentinel": func(t *testing.T) string {
			return storagetest.RedisSentinel(t, storagetest.Redis(t)).URL
		},
	} {
		t.Run(name, func(t *testing.T) {
			address := start(t)
			memotest.Run(t, func(t *testing.T) memo.Store {
				s, err := server.Open(address, 20*time.Second)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				return s
			})
		})
	}
}

// After sentinels have replaced a dead primary, a store that is opened then finds what was remembered before.
func TestFailover(t *testing.T) {
	primary, replica, sentinels := storagetest.RedisFailover(t)
	open := func(address string) *server.Store {
		t.Helper()
		s, err := server.Open(address, 20*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	find := func() (memo.Found, error) {
		return open(sentinels).Find(t.Context(), memo.Query{Scope: "s", Key: memo.Key{Member: "m", Full: []byte("m")}})
	}
	f, err := find()
	if err == nil {
		err = f.Lease.Store(t.Context(), memo.Result{Stdout: []byte("remembered")}, memo.Keep{Capacity: 10})
	}
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(2 * time.Minute)
	for size := int64(0); size == 0; {
		i, err := open(replica.URL).Info(t.Context(), "s")
		if size = i.Size; time.Now().After(deadline) {
			t.Fatalf("the replica has nothing: %+v, %v", i, err)
		}
	}
	primary.Kill(t)
	for found := false; !found; {
		f, err := find()
		if found = err == nil && f.Result != nil && string(f.Result.Stdout) == "remembered"; found {
			err = open(sentinels).Count(t.Context(), "s", memo.Counts{Hits: 1}) // the new primary also takes something
			found = err == nil
		}
		if time.Now().After(deadline) {
			t.Fatalf("nothing is found or counted: %+v, %v", f, err)
		}
	}
}

// An authority that is not named is not believed, and the address says no password.
func TestRefusedAddresses(t *testing.T) {
	secure := storagetest.RedisTLS(t).URL
	unknown, _, _ := strings.Cut(secure, "?")
	s, err := server.Open(unknown, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Info(t.Context(), "s"); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate of an unknown authority: %v", err)
	}
	for _, address := range []string{
		"", "h", "http://u:HUNTER2@h", "redis://u:HUN/HUNTER2@h", "redis://u:HUNTER2@h?nonsense=1", "redis://u:HUNTER2@h/x",
		"rediss://u:HUNTER2@h?cacert=/no/such/file", "redis://u:HUNTER2@h?cacert=server_test.go",
		"redis://u:HUNTER2@h?addr=x", "redis://u:HUNTER2@h?master_name=m&addr=x",
	} {
		if _, err := server.Open(address, time.Second); err == nil || strings.Contains(err.Error(), "HUNTER2") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := server.Open("mysql://u:HUNTER2@h", time.Second); !errors.Is(err, pool.ErrForm) {
		t.Error(err)
	}
}
