package sqlstore

import (
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/storetest"
)

func open(t *testing.T, dsn string) *Store {
	t.Helper()
	s, err := Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(
		t,
		func(t *testing.T) assistant.Store { return open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db")) },
	)
}

func TestSQLiteInMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) assistant.Store { return open(t, "sqlite::memory:") })
}
