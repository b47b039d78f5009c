package sqldb_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// The connection that writes has the cache that was asked for, and a journal in proportion.
func TestWriteCache(t *testing.T) {
	db, err := sqldb.OpenFile(t.Context(), filepath.Join(t.TempDir(), "a.db"), sqldb.Options{WriteCacheKiB: 8192})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for pragma, want := range map[string]int{"cache_size": -8192, "wal_autocheckpoint": 4096} {
		var got int
		if err := db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %d, want %d (%v)", pragma, got, want, err)
		}
	}
}

// A file that is first read is checked, and its writer is opened by the first change, in WAL as ever; one in another
// mode is put into WAL at once.
func TestReadFirst(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "a.db")
	open := func() *sqldb.DB {
		t.Helper()
		db, err := sqldb.OpenFile(ctx, path, sqldb.Options{ReadFirst: true})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	closed := func(db *sqldb.DB) {
		t.Helper()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if left, err := filepath.Glob(path + "-*"); err != nil || len(left) > 0 {
			t.Errorf("beside the closed file there is %q (%v)", left, err)
		}
	}
	mode := func(db *sqldb.DB, want string) {
		t.Helper()
		var mode string
		if err := db.Reader.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode != want {
			t.Errorf("journal mode %s, want %s (%v)", mode, want, err)
		}
	}
	exec := func(db *sqldb.DB, text string) {
		t.Helper()
		if _, err := db.ExecContext(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	db := open()
	exec(db, "CREATE TABLE t (n INTEGER)")
	mode(db, "wal")
	closed(db)

	db = open()
	if n := db.DB.DB.Stats().OpenConnections; n != 0 {
		t.Errorf("%d connections that write before the first change", n)
	}
	exec(db, "INSERT INTO t VALUES (1)")
	mode(db, "wal")
	closed(db)

	plain, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = plain.ExecContext(ctx, "PRAGMA journal_mode = DELETE") // as in a copy that VACUUM INTO has made
	}
	if err = errors.Join(err, plain.Close()); err != nil {
		t.Fatal(err)
	}
	db = open()
	var n int
	if err := db.Reader.QueryRowContext(ctx, "SELECT n FROM t").Scan(&n); err != nil || n != 1 {
		t.Errorf("read %d, %v", n, err)
	}
	mode(db, "wal")
	closed(db)

	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := sqldb.OpenFile(ctx, path, sqldb.Options{ReadFirst: true}); err == nil {
		t.Error("a file that is no database was opened")
		closed(db)
	}
}
