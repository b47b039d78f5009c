// Package sqlstore keeps address books in SQLite or PostgreSQL. Both have the same tables and the same queries; they
// differ in types and in how candidates for a search are found: see [dialect].
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

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

//go:embed sqlite/*.sql postgres/*.sql
var migrations embed.FS

// A Store is the [assistant.Library] in a SQL database, and one address book in it: the first, or that of an account.
type Store struct {
	db       *storage.DB
	dialect  dialect
	migrator *migrate.Migrator
	memory   *memory
	limits   gramLimits

	book     int64
	by       string // the name of the account that uses it
	name     string // of a further book; "" for the first one of an account
	borrowed bool   // the connections belong to another Store
}

// firstBook is the book that exists without accounts, and that of the first account.
const firstBook = 1

// writeCache is in KiB: an import of cards returns to the same pages of the index again and again.
const writeCache = 32 << 10

// Connect connects to the database of a sqlite: or postgres: DSN. Its tables may not be up to date: until
// [Store.Migrate] has returned, only the methods about migrations may be called.
func Connect(ctx context.Context, dsn string) (*Store, error) {
	db, err := storage.Open(ctx, dsn, storage.ReadFirst(), storage.WriteCache(writeCache))
	if err != nil {
		return nil, err
	}
	s := &Store{
		db: db, dialect: sqliteDialect{}, memory: new(memory), book: firstBook,
		limits: gramLimits{index: 4000, read: 1000, walk: 30_000},
	}
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

// Book implements [assistant.Library].
func (s *Store) Book(a assistant.Account) assistant.Store {
	book := *s
	book.book, book.by, book.borrowed = a.ID, a.Name, true
	return &book
}

// CheckWritable implements [assistant.Library].
func (s *Store) CheckWritable(ctx context.Context) error {
	var form int
	if err := s.db.Reader.NewRaw("SELECT form FROM document_form").Scan(ctx, &form); err != nil {
		return err
	}
	return s.db.CheckWritable(ctx)
}

// Close closes the connections.
func (s *Store) Close() error {
	if s.borrowed {
		return nil
	}
	return s.db.Close()
}

// Migrate applies the pending migrations and returns their names. Search documents made by an older version are made
// again.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	names, err := s.migrator.Up(ctx)
	if err == nil {
		err = s.renewDocuments(ctx)
	}
	if err == nil && len(names) > 0 {
		err = contacts().indexAll(ctx, s)
	}
	return names, err
}

// documentForm is incremented when Document returns something else for the same contact or note. In the third form the
// cards of groups are not those of people.
const documentForm = 3

// renewDocuments makes all documents again, in one transaction, if they have an older form.
func (s *Store) renewDocuments(ctx context.Context) error {
	var form int
	if err := s.db.Reader.NewRaw("SELECT form FROM document_form").Scan(ctx, &form); err != nil {
		return fmt.Errorf("read the form of documents: %w", err)
	}
	if form >= documentForm {
		return nil
	}
	err := s.writeAll(ctx, "renew what is searched", func(ctx context.Context, tx bun.Tx) error {
		if form == 2 {
			return contacts().renew(ctx, s, tx, (*assistant.Contact).SettleKind)
		}
		err := contacts().renew(ctx, s, tx, func(c *assistant.Contact) bool { c.Enrich(); return true })
		if err != nil {
			return err
		}
		return notes().renew(ctx, s, tx, func(*assistant.Note) bool { return true })
	})
	if err == nil {
		err = s.settleGroups(ctx)
	}
	if err == nil {
		_, err = s.db.NewRaw("UPDATE document_form SET form = ?", documentForm).Exec(ctx)
	}
	return err
}

// settleGroups gives the members of groups their tags, in every book.
func (s *Store) settleGroups(ctx context.Context) error {
	var books []int64
	err := s.db.Reader.NewRaw("SELECT book FROM books WHERE removed = 0 ORDER BY book").Scan(ctx, &books)
	for _, id := range books {
		if err == nil {
			book := *s
			book.book = id
			err = book.membership().Settle(ctx)
		}
	}
	return err
}

// Migrations returns the state of every migration, in order.
func (s *Store) Migrations(ctx context.Context) ([]migrate.State, error) {
	return s.migrator.Status(ctx)
}

// Revision implements [assistant.Store].
func (s *Store) Revision(ctx context.Context) (string, error) {
	revisions := func(m *memory) *map[int64]string { return &m.revisions }
	token, err := recall(ctx, s, revisions, s.book, func() (token string, err error) {
		err = s.db.Reader.NewRaw("SELECT revision FROM books WHERE book = ? AND removed = 0", s.book).Scan(ctx, &token)
		return token, err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", s.gone()
	}
	if err != nil {
		return "", fmt.Errorf("read revision: %w", err)
	}
	return token, nil
}

// gone returns an error that says that the book, or its account, has been removed.
func (s *Store) gone() error {
	if s.name != "" {
		return &assistant.NotFoundError{Kind: assistant.KindBook, Ref: s.name}
	}
	return &assistant.NotFoundError{Kind: assistant.KindAccount, Ref: s.by}
}

// write makes one change of the book in a transaction. Renewing the book's revision first serialises the transactions
// of all processes, so that what a change has looked up remains true until it commits.
func (s *Store) write(ctx context.Context, operation string, change func(context.Context, bun.Tx) error) error {
	return s.transact(ctx, operation, func(ctx context.Context, tx bun.Tx) error {
		renew := "UPDATE books SET revision = ? WHERE book = ? AND removed = 0"
		result, err := tx.NewRaw(renew, rand.Text(), s.book).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 {
			return s.gone()
		}
		return change(ctx, tx)
	})
}

// writeAll makes one change of all books in a transaction.
func (s *Store) writeAll(ctx context.Context, operation string, change func(context.Context, bun.Tx) error) error {
	return s.transact(ctx, operation, func(ctx context.Context, tx bun.Tx) error {
		var books []int64
		// In order, so that two of these cannot deadlock.
		if err := tx.NewRaw("SELECT book FROM books ORDER BY book").Scan(ctx, &books); err != nil {
			return err
		}
		for _, book := range books {
			if _, err := tx.NewRaw("UPDATE books SET revision = ? WHERE book = ?", rand.Text(), book).Exec(ctx); err != nil {
				return err
			}
		}
		return change(ctx, tx)
	})
}

// transact runs a transaction.
func (s *Store) transact(ctx context.Context, operation string, change func(context.Context, bun.Tx) error) error {
	err := s.db.RunInTx(ctx, &sql.TxOptions{}, change)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}

// renewRevision records that everything may have changed.
func (s *Store) renewRevision(ctx context.Context) error {
	return s.writeAll(ctx, "renew the revisions", func(context.Context, bun.Tx) error { return nil })
}

// Backup writes a copy of a SQLite database to a new file: see [storage.Backup].
func (s *Store) Backup(ctx context.Context, file string) error {
	return storage.Backup(ctx, s.db, file)
}

// Restore replaces everything by the content of another SQLite file: see [storage.Restore]. Then it brings the tables
// up to date and renews the revision.
func (s *Store) Restore(ctx context.Context, file string) error {
	if err := storage.Restore(ctx, s.db, file); err != nil {
		return err
	}
	if _, err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.renewRevision(ctx)
}
