// Package mailbox keeps the messages of one installation in SQLite: what has arrived, what is to be sent, and which
// peers are known. Every change is on disk when the method that makes it returns.
package mailbox

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pythonweb/goweb/storage/migrate"
	"github.com/pythonweb/goweb/storage/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNotFound says that there is no such message or peer.
var ErrNotFound = errors.New("not found")

// Mailbox is an open mailbox. Several processes may have the same one open. Its methods are safe for concurrent use.
type Mailbox struct {
	db       *sqldb.DB
	arrivals *arrivals
}

// Open opens the mailbox in the SQLite file at path, and creates it and its tables if they are missing.
func Open(ctx context.Context, path string) (*Mailbox, error) {
	db, err := sqldb.OpenFile(ctx, path, sqldb.Options{})
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	m, err := migrate.New(db, files, migrate.Options{Program: "lanchat"})
	if err == nil {
		_, err = m.Up(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("mailbox: %w", err), db.Close())
	}
	return &Mailbox{db: db, arrivals: newArrivals(db)}, nil
}

// Close ends the mailbox after all that was given to it is stored. No method may be called after it.
func (b *Mailbox) Close() error {
	b.arrivals.close()
	return b.db.Close()
}
