// Package backendtest opens stores for tests.
package backendtest

import (
	"testing"

	"github.com/pythonweb/goweb/assistant/internal/backend"
)

// Open opens the store of a DSN and closes it when the test ends. The test fails when either cannot be done.
func Open(t testing.TB, dsn string) backend.Store {
	t.Helper()
	store, err := backend.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}
