package sqldb_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// A bulk connection writes what the rules of the tables refuse to the others, which read meanwhile; a database in
// memory has none.
func TestBulk(t *testing.T) {
	ctx := t.Context()
	db, err := sqldb.OpenFile(ctx, filepath.Join(t.TempDir(), "50% ?.db"), sqldb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	insert := "INSERT INTO child VALUES (7, -1)"
	for _, text := range []string{
		"CREATE TABLE parent (id INTEGER PRIMARY KEY)",
		"CREATE TABLE child (parent INTEGER REFERENCES parent, n INTEGER CHECK (n > 0))",
	} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(ctx, insert); err == nil {
		t.Error("the rules are not enforced")
	}
	bulk, err := db.Bulk(sqldb.BulkOptions{CacheKiB: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer bulk.Close()
	tx, err := bulk.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, insert); err != nil {
		t.Error(err)
	}
	count := func() (n int) {
		if err := db.Reader.QueryRowContext(ctx, "SELECT count(*) FROM child").Scan(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	before := count()
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if after := count(); before != 0 || after != 1 {
		t.Errorf("%d rows before the commit, %d after it", before, after)
	}

	memory, err := sqldb.OpenMemory(context.WithoutCancel(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	if _, err := memory.Bulk(sqldb.BulkOptions{}); err == nil || memory.Path() != "" {
		t.Errorf("a bulk connection to a database in memory: %v, path %q", err, memory.Path())
	}
}
