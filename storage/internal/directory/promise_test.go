package directory_test

import (
	"sync"
	"testing"

	"github.com/pythonweb/goweb/storage/internal/directory"
	"github.com/pythonweb/goweb/storage/internal/entry/pack"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/memo/memotest"
)

// A folder keeps every promise of a store.
func TestStore(t *testing.T) {
	var mu sync.Mutex
	folders := map[string]string{}
	memotest.Run(t, func(t *testing.T) memo.Store {
		mu.Lock()
		defer mu.Unlock()
		if folders[t.Name()] == "" {
			folders[t.Name()] = t.TempDir()
		}
		s, err := directory.Open(folders[t.Name()], new(pack.Zstd))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	})
}
