// Package backend opens the store that a DSN names.
package backend

import (
	"context"
	"errors"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/sqlstore"
	"github.com/pythonweb/goweb/storage/migrate"
)

// A Store is an [assistant.Store] with what the db commands need.
type Store interface {
	assistant.Store

	// Migrate brings the tables up to date and returns the names of the migrations that it applied.
	Migrate(ctx context.Context) ([]string, error)

	// Migrations returns every migration in order.
	Migrations(ctx context.Context) ([]migrate.State, error)

	// Backup writes a consistent copy of the whole store to a new file; [io/fs.ErrExist] when the file is there.
	// Stores on a server return [errors.ErrUnsupported]: their own tools do it.
	Backup(ctx context.Context, file string) error
}

// Open connects to the store of a DSN, sqlite:PATH or postgres://..., and brings its tables up to date.
func Open(ctx context.Context, dsn string) (Store, error) {
	store, err := Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if _, err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// Connect connects to the store without a look at its tables, for commands that show or change their state: only the
// methods about migrations may be called.
func Connect(ctx context.Context, dsn string) (Store, error) {
	store, err := sqlstore.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return store, nil
}
