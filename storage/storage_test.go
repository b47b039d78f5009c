package storage_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/storage"
)

func open(t *testing.T, dsn string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func execute(t *testing.T, db *storage.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func count(t *testing.T, db *storage.DB, table string) int {
	t.Helper()
	var n int
	if err := db.Reader.NewRaw("SELECT count(*) FROM ?", bun.Ident(table)).Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// PATH is taken literally: none of these names is decoded, cut or read as a parameter.
func TestPathIsLiteral(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"plain.db", "with space.db", " edge ", "question?mode=memory", "per%20cent", "hash#fragment", "Україна.db",
		"a&_pragma=x", "plus+",
		"file:literal.db", ":memory:", "~", `quote'"`, "new\nline", "\xff\xfe", "back\\slash", "semi;colon", "a=b",
	} {
		db := open(t, "sqlite:"+filepath.Join(dir, name))
		execute(t, db, "CREATE TABLE t (x int)")
		execute(t, db, "INSERT INTO t VALUES (1)")
		if n := count(t, db, "t"); n != 1 {
			t.Errorf("%q: the reader sees %d rows, want 1", name, n)
		}
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%q: %v", name, err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%q has mode %v, want 0600", name, info.Mode())
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	databases := 0
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") {
			databases++
		}
	}
	if databases != 18 {
		t.Errorf("%d databases for 18 names: %v", databases, entries)
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	db := open(t, "sqlite:a.db")
	t.Chdir(t.TempDir())
	execute(t, db, "CREATE TABLE t (x int)")
	if n := count(t, db, "t"); n != 0 {
		t.Errorf("%d rows in a new table", n)
	}
	if _, err := os.Stat("a.db"); err == nil {
		t.Error("a change of the working directory moved the database")
	}
}

func TestPragmas(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	for pragma, want := range map[string][2]string{ // of the writer, of the reader
		"foreign_keys": {"1", "1"},
		"journal_mode": {"wal", "wal"},
		"busy_timeout": {"30000", "30000"},
		"synchronous":  {"2", "2"},
		"query_only":   {"0", "1"},
	} {
		var got [2]string
		if err := db.NewRaw("PRAGMA "+pragma).Scan(t.Context(), &got[0]); err != nil {
			t.Fatal(err)
		}
		if err := db.Reader.NewRaw("PRAGMA "+pragma).Scan(t.Context(), &got[1]); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", pragma, got, want)
		}
	}
}

func TestReaderRefusesWrites(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	execute(t, db, "CREATE TABLE t (x int)")
	if _, err := db.Reader.ExecContext(t.Context(), "INSERT INTO t VALUES (1)"); err == nil {
		t.Error("the reader wrote a row")
	}
}

// The reader goes on reading while a transaction is open, and sees nothing of it.
func TestReaderDoesNotWait(t *testing.T) {
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	execute(t, db, "CREATE TABLE t (x int)")
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "INSERT INTO t VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "t"); n != 0 {
		t.Errorf("the reader sees %d uncommitted rows", n)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "t"); n != 1 {
		t.Errorf("the reader sees %d rows after the commit, want 1", n)
	}
}

func TestMemoryIsOneDatabase(t *testing.T) {
	db := open(t, "sqlite::memory:")
	other := open(t, "sqlite::memory:")
	execute(t, db, "CREATE TABLE t (x int)")
	for i := range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			execute(t, db, "INSERT INTO t VALUES (?)", i)
			// A query whose context ends must not take the database with it.
			ctx, cancel := context.WithCancel(t.Context())
			if tx, err := db.BeginTx(ctx, nil); err == nil {
				cancel()
				_ = tx.Rollback()
			}
			cancel()
		})
	}
	t.Cleanup(func() {
		var n int
		if err := db.Reader.NewRaw("SELECT count(*) FROM t").Scan(context.Background(), &n); n != 8 || err != nil {
			t.Errorf("%d rows (%v), want 8", n, err)
		}
	})
	if _, err := other.ExecContext(t.Context(), "SELECT * FROM t"); err == nil {
		t.Error("two databases in memory are one")
	}
}

// Open changes nothing: a file that is not there yet comes with the first query.
func TestOpenCreatesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := open(t, "sqlite:"+path)
	if exists, err := db.Exists(); exists || err != nil {
		t.Errorf("Exists() = %v, %v; want false", exists, err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("Open created the file")
	}
	execute(t, db, "CREATE TABLE t (x int)")
	if exists, err := db.Exists(); !exists || err != nil {
		t.Errorf("Exists() = %v, %v; want true", exists, err)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ dsn, want string }{
		{"", "unknown kind of database"},
		{"mysql://u:hunter2@h/db", "unknown kind of database"},
		{"host=/nowhere password=hunter2", "/nowhere"},
		{"host=/nowhere password='hunter2", "not a valid list of key=value"},
		{"a.db password=hunter2", "unknown kind of database"},
		{"sqlite://u:hunter2@h/db", "unknown kind of database"},
		{"postgres:host=h password=hunter2", "unknown kind of database"},
		{"sqlite:", "needs a path"},
		{"sqlite:" + dir, dir + ": is a directory"},
		{"sqlite:" + dir + "/none/a.db", dir + "/none"},
		{"sqlite:" + text, text + ": file is not a database"},
		{"sqlite:" + text + "/a.db", "is not a directory"},
		{"sqlite:a\x00b", "zero byte"},
	} {
		db, err := storage.Open(t.Context(), test.dsn)
		if err == nil {
			t.Errorf("%q: no error", test.dsn)
			_ = db.Close()
		} else if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v; want %q", test.dsn, err, test.want)
		}
	}
}

// However a PostgreSQL address is misspelt, its password is not in the error.
func TestPasswordNeverInErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // no server is asked
	for _, dsn := range []string{
		"postgres://u:HUNTER2@127.0.0.1:1/db",
		"postgres://u:HUNTER2@127.0.0.1:port/db",
		"postgres://u:HUN/HUNTER2@127.0.0.1:1/db",
		"postgres://u:1/HUNTER2@127.0.0.1:1/db",
		"postgres://u:1?HUNTER2@127.0.0.1:1/db",
		"postgres://u:1?a=HUNTER2@127.0.0.1:1/db",
		"postgres://u:1#HUNTER2@127.0.0.1:1/db",
		"postgres://u:HUN@HUNTER2@127.0.0.1:1/db",
		"postgres://u:%zzHUNTER2@127.0.0.1:1/db",
		"postgres://u:HUNTER2%@127.0.0.1:1/db",
		"postgres://u:HUN HUNTER2@127.0.0.1:1/db",
		"postgres://u:HUN\nHUNTER2@127.0.0.1:1/db",
		"postgres://u:[HUNTER2@127.0.0.1:1/db",
		"postgres://u:HUNTER2@[::1/db",
		"postgres://HUNTER2@127.0.0.1:1:HUNTER2/db",
		"postgres://u:HUNTER2",
		"postgres://u:HUNTER2/db",
		"postgres://127.0.0.1:1/db?password=HUNTER2&sslmode=bad",
		"postgres://127.0.0.1:1/db?password=HUNTER2&connect_timeout=x",
		"postgres://127.0.0.1:1/db?Password=HUNTER2",
		"postgres://127.0.0.1:1/db?sslmode=verify-full&sslrootcert=/none&sslpassword=HUNTER2",
		"postgres://127.0.0.1:1/db?passfile=HUNTER2",
		"postgresql://u:HUNTER2@127.0.0.1:1,127.0.0.1:2/db",
		"postgresql:u:HUNTER2@127.0.0.1/db",
		"Postgres://u:HUNTER2@127.0.0.1:1/db",
		" postgres://u:HUNTER2@127.0.0.1:1/db",
		"u:HUNTER2@127.0.0.1/db",
		"POSTGRES://u:HUNTER2@127.0.0.1:1/db",
		"postgresql+psycopg2://u:HUNTER2@127.0.0.1:1/db",
		"mysql://u:HUNTER2@127.0.0.1:1/db",
		"pgsql://u:HUNTER2@127.0.0.1:1/db",
		`"postgres://u:HUNTER2@127.0.0.1:1/db"`,
		"'postgres://u:HUNTER2@127.0.0.1:1/db'",
		"postgres//u:HUNTER2@127.0.0.1:1/db",
		"postgres:u:HUNTER2@127.0.0.1:1/db",
		"host=127.0.0.1 port=1 user=u password=HUNTER2 dbname=x",
		"host=127.0.0.1 port=1 user=u password='HUNTER2 dbname=x",
		"host=127.0.0.1 port=1 password='it''s HUNTER2' dbname=x",
		"PASSWORD=HUNTER2 host=127.0.0.1 port=1",
		"user=u pass=HUNTER2",
		"dbname=x password = HUNTER2 sslmode=bad host=127.0.0.1",
		"sqlite://u:HUNTER2@h/d",
		"sqlite:postgres://u:HUNTER2@h/d",
		"//u:HUNTER2@127.0.0.1/db",
	} {
		for _, dsn := range []string{dsn, strings.ReplaceAll(dsn, "HUNTER2", "%48UNTER2")} {
			db, err := storage.Open(ctx, dsn)
			if err == nil {
				t.Errorf("%q: no error", dsn)
				_ = db.Close()
			} else if strings.Contains(err.Error(), "UNTER2") {
				t.Errorf("%q: %v", dsn, err)
			}
			if shown := storage.Redact(dsn); strings.Contains(shown, "UNTER2") &&
				!strings.HasSuffix(dsn, "passfile="+shown[len(shown)-len("HUNTER2"):]) {
				t.Errorf("%q is shown as %q", dsn, shown)
			}
			if made, err := storage.DSN(dsn); err == nil && strings.HasPrefix(made, "sqlite:") {
				t.Errorf("%q is taken for a path: %s", dsn, made)
			}
		}
	}
}

// The pages of a new file are as long as asked for, and WAL is on all the same.
func TestPageSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pages.db")
	for _, test := range []struct {
		options []storage.Option
		want    string
	}{
		{[]storage.Option{storage.PageSize(16384)}, "16384 wal"},
		{nil, "16384 wal"}, // the file has them already
	} {
		db, err := storage.Open(t.Context(), "sqlite:"+path, test.options...)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, "CREATE TABLE IF NOT EXISTS t (x int)")
		var size, mode string
		const settings = "SELECT page_size, journal_mode FROM pragma_page_size, pragma_journal_mode"
		if err := db.QueryRow(settings).Scan(&size, &mode); err != nil {
			t.Fatal(err)
		}
		if got := size + " " + mode; got != test.want {
			t.Errorf("page size and journal are %s, want %s", got, test.want)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
