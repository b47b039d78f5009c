package migrate_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// other is the set of files of a second program.
func other() fstest.MapFS {
	return files("001_other.up.sql", "CREATE TABLE other (x int);", "001_other.down.sql", "DROP TABLE other;")
}

func migrator(t *testing.T, db *storage.DB, program string, fsys fstest.MapFS) *migrate.Migrator {
	t.Helper()
	m, err := migrate.New(db, fsys, migrate.Options{Program: program})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func execute(t *testing.T, db *storage.DB, statement string) {
	t.Helper()
	if _, err := db.DB.DB.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// Two programs share a database.
func TestTwoProgramsInOneDatabase(t *testing.T) {
	backends(t, func(t *testing.T, newDSN func(t *testing.T) string) {
		db := openDSN(t, newDSN(t))
		one, two := migrator(t, db, "one", three()), migrator(t, db, "two", other())
		for _, m := range []*migrate.Migrator{one, two, one} {
			if _, err := m.Up(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		down, err := two.Down(t.Context(), 9)
		same(t, names(t, down, err), "001_other")
		if got := applied(t, one); got != "001_a+, 002_b+, 010_c+" {
			t.Error(got)
		}
	})
}

// A database of an older version, whose marks are in schema_migrations, goes on: they are read there, and moved when
// the next file runs.
func TestOldMarks(t *testing.T) {
	backends(t, func(t *testing.T, newDSN func(t *testing.T) string) {
		db := openDSN(t, newDSN(t))
		old := three()
		delete(old, "010_c.up.sql")
		delete(old, "010_c.down.sql")
		if _, err := migrator(t, db, "", old).Up(t.Context()); err != nil {
			t.Fatal(err)
		}
		m := migrator(t, db, "test", three())
		if got := applied(t, m); got != "001_a+, 002_b+, 010_c" {
			t.Error(got)
		}
		if up, err := migrator(t, db, "test", old).Up(t.Context()); len(up) != 0 || err != nil {
			t.Errorf("nothing is pending: %v, %v", up, err)
		}
		execute(t, db, "SELECT name FROM schema_migrations") // still there: nothing has run
		edited := three()
		edited["001_a.up.sql"].Data = []byte("SELECT 1")
		if _, err := migrator(t, db, "test", edited).Plan(t.Context()); !errors.Is(err, migrate.ErrEdited) {
			t.Errorf("an edited file: %v", err)
		}
		up, err := m.Up(t.Context())
		same(t, names(t, up, err), "010_c")
		execute(t, db, "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY)") // the name is free now
		execute(t, db, "INSERT INTO schema_migrations VALUES ('20261129')")
		if got := applied(t, m); got != "001_a+, 002_b+, 010_c+" {
			t.Error(got)
		}
		down, err := m.Down(t.Context(), 3)
		same(t, names(t, down, err), "010_c", "002_b", "001_a")
		up, err = m.Up(t.Context())
		same(t, names(t, up, err), "001_a", "002_b", "010_c")
	})
}

// Tables of the same name by other tools are worked beside; one of the program's own name is refused as theirs.
func TestForeignTables(t *testing.T) {
	backends(t, func(t *testing.T, newDSN func(t *testing.T) string) {
		for tool, table := range map[string]string{
			"golang-migrate": "schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)",
			"Rails":          "schema_migrations (version varchar(255) NOT NULL PRIMARY KEY)",
			"Ecto":           "schema_migrations (version bigint PRIMARY KEY, inserted_at timestamp)",
			"dbmate":         "schema_migrations (version varchar(128) PRIMARY KEY)",
			"goose": "goose_db_version (id integer PRIMARY KEY, version_id bigint, " +
				"is_applied boolean, tstamp timestamp)",
			"one of ours": "schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamp NOT NULL)",
		} {
			t.Run(tool, func(t *testing.T) {
				db := openDSN(t, newDSN(t))
				execute(t, db, "CREATE TABLE "+table)
				if tool == "one of ours" {
					execute(t, db, "INSERT INTO schema_migrations VALUES ('001_other', 'x', '2026-11-29 00:00:00')")
				}
				m := migrator(t, db, "test", three())
				up, err := m.Up(t.Context())
				same(t, names(t, up, err), "001_a", "002_b", "010_c")
				if got := applied(t, m); got != "001_a+, 002_b+, 010_c+" {
					t.Error(got)
				}
			})
		}
		db := openDSN(t, newDSN(t))
		execute(t, db, "CREATE TABLE test_migrations (version bigint)")
		m := migrator(t, db, "test", three())
		_, up := m.Up(t.Context())
		_, status := m.Status(t.Context())
		_, down := m.Down(t.Context(), 1)
		for _, err := range []error{up, status, down} {
			if !errors.Is(err, migrate.ErrForeign) || !strings.Contains(err.Error(), "test_migrations") {
				t.Errorf("%v; want %v", err, migrate.ErrForeign)
			}
		}
	})
}

// Each schema of a PostgreSQL database is a place of its own, also when another's tables are visible behind it.
func TestSchemas(t *testing.T) {
	server := storagetest.Postgres(t)
	dsn := server.Database(t)
	execute(t, openDSN(t, dsn), "CREATE SCHEMA one; CREATE SCHEMA two")
	for _, path := range []string{"", "&search_path=one", "&search_path=two,one,public"} {
		up, err := migrator(t, openDSN(t, dsn+path), "test", three()).Up(t.Context())
		same(t, names(t, up, err), "001_a", "002_b", "010_c")
	}
	// The user's own schema, made later, hides nothing under the default search path.
	execute(t, openDSN(t, dsn), "CREATE SCHEMA postgres")
	if got := applied(t, migrator(t, openDSN(t, dsn), "test", three())); got != "001_a+, 002_b+, 010_c+" {
		t.Error(got)
	}
}

// An extension is found in whatever schema it lies, and what is missing is said to who can mend it.
func TestExtensions(t *testing.T) {
	server := storagetest.Postgres(t)
	trigrams := files(
		"001_a.up.sql",
		"CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE TABLE a (x text); CREATE INDEX ON a USING gin (x gin_trgm_ops);",
		"001_a.down.sql",
		"DROP TABLE a;",
	)
	up := func(t *testing.T, dsn string, extension string) error {
		m, err := migrate.New(openDSN(t, dsn), trigrams, migrate.Options{Program: "test", Extensions: []string{extension}})
		if err == nil {
			_, err = m.Up(t.Context())
		}
		return err
	}
	for name, setup := range map[string]string{
		"missing":            "",
		"in another schema":  "CREATE SCHEMA \"Ext 1\"; CREATE EXTENSION pg_trgm SCHEMA \"Ext 1\"",
		"in a program's own": "CREATE EXTENSION pg_trgm SCHEMA one",
		"in pg_catalog":      "CREATE EXTENSION pg_trgm SCHEMA pg_catalog",
	} {
		t.Run(name, func(t *testing.T) {
			dsn := server.Database(t)
			db := openDSN(t, dsn)
			execute(t, db, "CREATE SCHEMA one; CREATE SCHEMA two;"+setup)
			for _, path := range []string{"&search_path=one", "&search_path=two", ""} {
				if err := up(t, dsn+path, "pg_trgm"); err != nil {
					t.Error(err)
				}
			}
			if name == "missing" { // it goes away with no program's schema
				execute(t, db, "DROP SCHEMA one CASCADE; DROP SCHEMA two CASCADE; SELECT 'a' OPERATOR(public.%) 'b'")
			}
		})
	}

	dsn := server.Database(t)
	user := server.Role(t, dsn, "")
	execute(t, openDSN(t, dsn), "CREATE SCHEMA mine; GRANT ALL ON SCHEMA mine TO PUBLIC")
	for _, test := range []struct{ dsn, extension, want string }{
		{user + "&search_path=mine", "pg_trgm", "have the database's owner run: CREATE EXTENSION pg_trgm SCHEMA public"},
		{dsn, "no_such_extension", "the server does not have the extension no_such_extension"},
	} {
		if err := up(t, test.dsn, test.extension); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v; want %q", err, test.want)
		}
	}
	execute(t, openDSN(t, dsn), "CREATE SCHEMA hidden; CREATE EXTENSION pg_trgm SCHEMA hidden")
	if err := up(t, user+"&search_path=mine", "pg_trgm"); err == nil ||
		!strings.Contains(err.Error(), "GRANT USAGE ON SCHEMA hidden") {
		t.Error(err)
	}
}

// Where nothing can be written, a database that is up to date opens, and another is told why it cannot be brought
// there.
func TestReadOnly(t *testing.T) {
	server := storagetest.Postgres(t)
	dsn := server.Database(t)
	role := server.Role(t, dsn, "SUPERUSER")
	user := strings.TrimPrefix(strings.SplitN(role, "@", 2)[0], "postgres://")
	server.Admin(t, "ALTER ROLE "+user+" SET default_transaction_read_only = on")
	m := newMigrator(t, openDSN(t, role), three())
	_, up := m.Up(t.Context())
	_, down := m.Down(t.Context(), 1)
	for _, err := range []error{up, down} {
		if !errors.Is(err, storage.ErrReadOnly) || !strings.Contains(err.Error(), "set to read-only") {
			t.Error(err)
		}
	}
	if _, err := newMigrator(t, openDSN(t, dsn), three()).Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Up(t.Context()); err != nil {
		t.Error(err)
	}
}
