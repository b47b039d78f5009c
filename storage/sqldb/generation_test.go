package sqldb_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// TestGeneration: a generation is another one after every commit, whoever commits, and the same one until then.
func TestGeneration(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "a.db")
	open := func() *sqldb.DB {
		db, err := sqldb.OpenFile(ctx, path, sqldb.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	exec := func(db *sqldb.DB, statement string) {
		t.Helper()
		if _, err := db.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	db, other := open(), open()
	exec(db, "CREATE TABLE t (n INTEGER)")
	last := db.Generation(ctx)
	same := func(want bool, what string) {
		t.Helper()
		gone, cancel := context.WithCancel(ctx)
		cancel() // whoever asks may have gone away
		now := db.Generation(gone)
		if !now.Known() || (now == last) != want {
			t.Errorf("%s: %v, was %v", what, now, last)
		}
		last = now
	}
	same(true, "nothing has happened")
	exec(db, "INSERT INTO t VALUES (1)")
	same(false, "a change")
	exec(other, "INSERT INTO t VALUES (2)")
	same(false, "a change by somebody else")
	tx, err := other.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO t VALUES (3)"); err != nil {
		t.Fatal(err)
	}
	same(true, "a change before its commit")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	same(true, "a change that was taken back")
	exec(other, "PRAGMA wal_checkpoint(TRUNCATE)")
	exec(other, "INSERT INTO t VALUES (4)")
	same(false, "a change in a new journal")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("a closed database leaves its journal")
	}
	if db.Generation(ctx).Known() {
		t.Error("a closed database has a generation")
	}
	memory, err := sqldb.OpenMemory(context.WithoutCancel(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	if memory.Generation(ctx).Known() {
		t.Error("a database in memory has a generation")
	}
}

func BenchmarkGeneration(b *testing.B) {
	db, err := sqldb.OpenFile(b.Context(), filepath.Join(b.TempDir(), "a.db"), sqldb.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(b.Context(), "CREATE TABLE t (n INTEGER)"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !db.Generation(b.Context()).Known() {
			b.Fatal("unknown")
		}
	}
}
