package schooldb

import (
	"context"
	"embed"
	"io/fs"

	"github.com/uptrace/bun"
	bundialect "github.com/uptrace/bun/dialect"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

//go:embed migrations
var migrations embed.FS

// School is an open database. Its methods may be called concurrently.
type School struct {
	db      *storage.DB
	dialect statement.Dialect
}

// Open connects to the database that dsn names: the path of a SQLite file, sqlite:PATH, sqlite::memory: or a
// postgres:// URL. Its tables need not exist yet: see Migrate and CheckMigrated. The caller closes the School.
func Open(ctx context.Context, dsn string) (*School, error) {
	dsn, err := storage.DSN(dsn)
	if err != nil {
		return nil, err
	}
	db, err := storage.Open(ctx, dsn, storage.PageSize(16<<10))
	if err != nil {
		return nil, failed("", err)
	}
	s := &School{db: db}
	if db.Dialect().Name() == bundialect.PG {
		s.dialect = statement.Postgres
	}
	return s, nil
}

// Close closes the database.
func (s *School) Close() error { return s.db.Close() }

// Migrate creates or changes the tables as this version needs them, and returns the migrations that it has applied.
func (s *School) Migrate(ctx context.Context) ([]string, error) {
	m, err := s.migrator()
	if err != nil {
		return nil, err
	}
	names, err := m.Up(ctx)
	return names, failed("", err)
}

// Unmigrate undoes the last n migrations, deletes what is in their tables, and returns the migrations that it has
// undone.
func (s *School) Unmigrate(ctx context.Context, n int) ([]string, error) {
	m, err := s.migrator()
	if err != nil {
		return nil, err
	}
	names, err := m.Down(ctx, n)
	return names, failed("", err)
}

// Migrations returns all migrations, and which of them have been applied. It changes nothing.
func (s *School) Migrations(ctx context.Context) ([]migrate.State, error) {
	m, err := s.migrator()
	if err != nil {
		return nil, err
	}
	states, err := m.Status(ctx)
	return states, failed("", err)
}

// CheckMigrated returns ErrNotMigrated unless all migrations have been applied. It changes nothing.
func (s *School) CheckMigrated(ctx context.Context) error {
	m, err := s.migrator()
	if err != nil {
		return err
	}
	pending, err := m.Plan(ctx)
	if err == nil && len(pending) > 0 {
		err = ErrNotMigrated
	}
	return failed("", err)
}

// Blank reports whether the database has none of the tables.
func (s *School) Blank(ctx context.Context) (bool, error) {
	m, err := s.migrator()
	if err != nil {
		return false, err
	}
	states, err := m.Status(ctx)
	if err != nil {
		return false, failed("", err)
	}
	for _, state := range states {
		if state.Applied {
			return false, nil
		}
	}
	return true, nil
}

func (s *School) migrator() (*migrate.Migrator, error) {
	folders := [...]string{statement.SQLite: "sqlite", statement.Postgres: "postgres"}
	dir, err := fs.Sub(migrations, "migrations/"+folders[s.dialect])
	if err != nil {
		return nil, err
	}
	return migrate.New(s.db, dir, migrate.Options{Program: "schooldb"})
}

// lockTables makes a PostgreSQL transaction the only one that writes the tables, those of them that the user may
// write; others go on reading. SQLite has one writer anyway.
const lockTables = `DO $$ BEGIN EXECUTE (
	SELECT coalesce('LOCK TABLE ' || string_agg(t, ', ') || ' IN SHARE ROW EXCLUSIVE MODE', 'SELECT 1')
	FROM unnest(ARRAY['groups', 'teachers', 'subjects', 'students', 'grades', 'enrolments']) AS t
	WHERE has_table_privilege(t, 'UPDATE, DELETE, TRUNCATE')); END $$`

// lock executes lockTables.
func (s *School) lock(ctx context.Context, tx bun.IDB) error {
	if s.dialect == statement.SQLite {
		return nil
	}
	_, err := tx.ExecContext(ctx, lockTables)
	return err
}
