// Package sqlstore keeps an address book in SQLite or PostgreSQL. Both have the same tables and the same queries; they
// differ in types and in how candidates for a search are found, which [dialect] says.
package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/uptrace/bun"
	bundialect "github.com/uptrace/bun/dialect"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

//go:embed sqlite/*.sql postgres/*.sql
var migrations embed.FS

// A Store is an [assistant.Store] in a SQL database.
type Store struct {
	db       *storage.DB
	dialect  dialect
	migrator *migrate.Migrator
}

// Connect connects to the database of a sqlite: or postgres: DSN. Its tables may not be up to date: until
// [Store.Migrate] has returned, only the methods about migrations may be called.
func Connect(ctx context.Context, dsn string) (*Store, error) {
	db, err := storage.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, dialect: sqliteDialect{}}
	folder := "sqlite"
	if db.Dialect().Name() == bundialect.PG {
		s.dialect, folder = postgresDialect{}, "postgres"
	}
	files, err := fs.Sub(migrations, folder)
	if err == nil {
		s.migrator, err = migrate.New(db, files, migrate.Options{Program: "assistant", Extensions: []string{"pg_trgm"}})
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// Close closes the connections.
func (s *Store) Close() error { return s.db.Close() }

// Migrate applies the migrations that are pending and returns their names. Documents for searching that an older version
// made are made anew.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	names, err := s.migrator.Up(ctx)
	if err == nil {
		err = s.renewDocuments(ctx)
	}
	return names, err
}

// documentForm is raised when Document returns something else for the same contact or note.
const documentForm = 2

// renewDocuments makes all documents anew, in one transaction, if they have an older form.
func (s *Store) renewDocuments(ctx context.Context) error {
	var form int
	if err := s.db.Reader.NewRaw("SELECT form FROM document_form").Scan(ctx, &form); err != nil {
		return fmt.Errorf("read the form of documents: %w", err)
	}
	if form >= documentForm {
		return nil
	}
	return s.write(ctx, "renew what is searched", func(ctx context.Context, tx bun.Tx) error {
		if err := contacts().renew(ctx, tx); err != nil {
			return err
		}
		if err := notes().renew(ctx, tx); err != nil {
			return err
		}
		_, err := tx.NewRaw("UPDATE document_form SET form = ?", documentForm).Exec(ctx)
		return err
	})
}

// Migrations returns the state of every migration, in order.
func (s *Store) Migrations(ctx context.Context) ([]migrate.State, error) {
	return s.migrator.Status(ctx)
}

// Revision implements [assistant.Store].
func (s *Store) Revision(ctx context.Context) (string, error) {
	var token string
	if err := s.db.Reader.NewRaw("SELECT token FROM revision").Scan(ctx, &token); err != nil {
		return "", fmt.Errorf("read revision: %w", err)
	}
	return token, nil
}

// write runs one change in a transaction. Renewing the revision first makes the transactions of all processes follow
// one another, so that what a change has looked up stays so until it commits.
func (s *Store) write(ctx context.Context, operation string, change func(context.Context, bun.Tx) error) error {
	err := s.db.RunInTx(ctx, &sql.TxOptions{}, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("UPDATE revision SET token = ?", rand.Text()).Exec(ctx); err != nil {
			return err
		}
		return change(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}

// renewRevision says that everything may have changed.
func (s *Store) renewRevision(ctx context.Context) error {
	return s.write(ctx, "renew the revision", func(context.Context, bun.Tx) error { return nil })
}
