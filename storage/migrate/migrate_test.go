package migrate_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

// files returns a file system of files, given as name and text by turns.
func files(namesAndTexts ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(namesAndTexts); i += 2 {
		fsys[namesAndTexts[i]] = &fstest.MapFile{Data: []byte(namesAndTexts[i+1])}
	}
	return fsys
}

func three() fstest.MapFS {
	return files(
		"001_a.up.sql",
		"CREATE TABLE a (id integer PRIMARY KEY); INSERT INTO a VALUES (1);",
		"001_a.down.sql",
		"DROP TABLE a;",
		"002_b.up.sql",
		"CREATE TABLE b (a_id integer REFERENCES a, note text DEFAULT 'what?;'); INSERT INTO b (a_id) SELECT id FROM a;",
		"002_b.down.sql",
		"DROP TABLE b;",
		"010_c.up.sql",
		"ALTER TABLE a ADD COLUMN name text;",
		"010_c.down.sql",
		"ALTER TABLE a DROP COLUMN name;",
		"README.md",
		"not a migration",
	)
}

func open(t *testing.T, path string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), "sqlite:"+path)
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

func newMigrator(t *testing.T, db *storage.DB, fsys fstest.MapFS) *migrate.Migrator {
	t.Helper()
	m, err := migrate.New(db, fsys, migrate.Options{Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// names fails the test on err and returns names.
func names(t *testing.T, names []string, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, append([]string(nil), got...)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func applied(t *testing.T, m *migrate.Migrator) string {
	t.Helper()
	states, err := m.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, s := range states {
		if s.Applied == s.At.IsZero() {
			t.Errorf("%s: Applied is %v and At is %v", s.Name, s.Applied, s.At)
		}
		word := s.Name
		if s.Applied {
			word += "+"
		}
		if s.Edited {
			word += " edited"
		}
		if s.Unknown {
			word += " unknown"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func TestUpAndDown(t *testing.T) {
	ctx := t.Context()
	m := newMigrator(t, open(t, filepath.Join(t.TempDir(), "a.db")), three())

	up, err := m.Up(ctx)
	same(t, names(t, up, err), "001_a", "002_b", "010_c")
	up, err = m.Up(ctx)
	same(t, names(t, up, err))
	if got := applied(t, m); got != "001_a+, 002_b+, 010_c+" {
		t.Error(got)
	}

	down, err := m.Down(ctx, 2)
	same(t, names(t, down, err), "010_c", "002_b")
	plan, err := m.Plan(ctx)
	same(t, names(t, plan, err), "002_b", "010_c")
	if got := applied(t, m); got != "001_a+, 002_b, 010_c" {
		t.Error(got)
	}
	up, err = m.Up(ctx)
	same(t, names(t, up, err), "002_b", "010_c")
	down, err = m.Down(ctx, 99)
	same(t, names(t, down, err), "010_c", "002_b", "001_a")
	down, err = m.Down(ctx, 1)
	same(t, names(t, down, err))
}

// Plan and Status only look: a missing file stays missing, an old one keeps its bytes.
func TestPlanAndStatusChangeNothing(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	look := func(t *testing.T, want ...string) {
		db, err := storage.Open(ctx, "sqlite:"+path)
		if err != nil {
			t.Fatal(err)
		}
		m := newMigrator(t, db, three())
		plan, err := m.Plan(ctx)
		same(t, names(t, plan, err), want...)
		applied(t, m)
		if down, err := m.Down(ctx, 0); len(down) != 0 || err != nil {
			t.Errorf("Down(0) = %v, %v", down, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	look(t, "001_a", "002_b", "010_c")
	if entries, err := os.ReadDir(dir); len(entries) != 0 || err != nil {
		t.Fatalf("files were created: %v %v", entries, err)
	}

	db := open(t, path)
	if _, err := newMigrator(t, db, files("001_a.up.sql", string(three()["001_a.up.sql"].Data))).Up(ctx); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	look(t, "002_b", "010_c")
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed (%v)", err)
	}
}

func TestAppliedFilesAreFixed(t *testing.T) {
	ctx := t.Context()
	db := open(t, filepath.Join(t.TempDir(), "a.db"))
	if _, err := newMigrator(t, db, three()).Up(ctx); err != nil {
		t.Fatal(err)
	}

	edited := three()
	edited["002_b.up.sql"].Data = append(edited["002_b.up.sql"].Data, ' ')
	newer := three()
	delete(newer, "010_c.up.sql")
	delete(newer, "010_c.down.sql")
	late := three()
	late["005_late.up.sql"] = &fstest.MapFile{Data: []byte("SELECT 1")}
	for _, test := range []struct {
		fsys  fstest.MapFS
		want  error
		file  string
		state string
	}{
		{edited, migrate.ErrEdited, "002_b.up.sql", "001_a+, 002_b+ edited, 010_c+"},
		{newer, migrate.ErrUnknown, "010_c", "001_a+, 002_b+, 010_c+ unknown"},
		{late, migrate.ErrLate, "005_late.up.sql", "001_a+, 002_b+, 005_late, 010_c+"},
	} {
		m := newMigrator(t, db, test.fsys)
		_, up := m.Up(ctx)
		_, down := m.Down(ctx, 1)
		_, plan := m.Plan(ctx)
		for _, err := range []error{up, down, plan} {
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.file) {
				t.Errorf("%v; want %q and the file's name", err, test.want)
			}
		}
		if got := applied(t, m); got != test.state {
			t.Errorf("status %q, want %q", got, test.state)
		}
	}

	windows := three()
	windows["001_a.up.sql"].Data = bytes.ReplaceAll(windows["001_a.up.sql"].Data, []byte("\n"), []byte("\r\n"))
	if _, err := newMigrator(t, db, windows).Up(ctx); err != nil {
		t.Error(err)
	}
}

// A file that fails leaves nothing behind, and the files before it stay applied.
func TestFailedFile(t *testing.T) {
	ctx := t.Context()
	for _, test := range []struct{ sql, want string }{
		{"CREATE TABLE c (x int); INSERT INTO nowhere VALUES (1);", "nowhere"},
		{"CREATE TABLE c (x int); THIS IS NO SQL;", "THIS"},
		{"CREATE TABLE c (x int); DELETE FROM a;", "refers to a row of a that does not exist"},
	} {
		fsys := three()
		fsys["010_c.up.sql"].Data = []byte(test.sql)
		db := open(t, filepath.Join(t.TempDir(), "a.db"))
		m := newMigrator(t, db, fsys)
		up, err := m.Up(ctx)
		same(t, up, "001_a", "002_b")
		if err == nil || !strings.Contains(err.Error(), "010_c.up.sql") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v", test.sql, err)
		}
		var tables int
		if err := db.NewRaw("SELECT count(*) FROM sqlite_master WHERE name = 'c'").Scan(ctx, &tables); err != nil ||
			tables != 0 {
			t.Errorf("%q: %d tables left behind (%v)", test.sql, tables, err)
		}
		var enforced int
		if err := db.NewRaw("PRAGMA foreign_keys").Scan(ctx, &enforced); err != nil || enforced != 1 {
			t.Errorf("%q: foreign_keys is %d afterwards (%v)", test.sql, enforced, err)
		}
	}
}

func TestNoWayDown(t *testing.T) {
	m := newMigrator(t, open(t, filepath.Join(t.TempDir(), "a.db")), files("1_a.up.sql", "SELECT 1"))
	if _, err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Down(t.Context(), 1); !errors.Is(err, migrate.ErrNoDown) ||
		!strings.Contains(err.Error(), "1_a.up.sql") {
		t.Errorf("%v; want %v", err, migrate.ErrNoDown)
	}
}

func TestNumbersAreOrderedAsNumbers(t *testing.T) {
	m := newMigrator(t, open(t, filepath.Join(t.TempDir(), "a.db")),
		files("1000_d.up.sql", "SELECT 1", "999_c.up.sql", "SELECT 1", "2_b.up.sql", "SELECT 1", "001_a.up.sql", "SELECT 1"))
	plan, err := m.Plan(t.Context())
	same(t, names(t, plan, err), "001_a", "2_b", "999_c", "1000_d")
}

func TestRefusedFiles(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "a.db"))
	for _, test := range []struct {
		fsys fstest.MapFS
		want string
	}{
		{files(), "no NNN_name.up.sql"},
		{files("a.sql", ""), "a.sql"},
		{files("001_a.sql", ""), "001_a.sql"},
		{files("001_a.UP.sql", ""), "001_a.UP.sql"},
		{files("001_a.down.sql", ""), "001_a.down.sql: 001_a.up.sql is missing"},
		{files("001_a.up.sql", "", "1_b.up.sql", ""), "001_a.up.sql and 1_b.up.sql have the same number"},
		{files("001_a.up.sql", "SELECT 1;\nCOMMIT;"), "001_a.up.sql:2: COMMIT"},
		{files("001_a.up.sql", "", "001_a.down.sql", "begin"), "001_a.down.sql:1: BEGIN"},
	} {
		if _, err := migrate.New(db, test.fsys, migrate.Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v; want %q", test.fsys, err, test.want)
		}
	}
}
