// Package backend opens the store that a DSN names.
package backend

import (
	"context"
	"errors"

	"github.com/pythonweb/goweb/assistant"
)

// A Store is an [assistant.Store] with what the db commands need.
type Store interface {
	assistant.Store

	// Migrate brings the tables up to date and returns the names of the migrations that it applied.
	Migrate(ctx context.Context) ([]string, error)

	// Migrations returns every migration in order.
	Migrations(ctx context.Context) ([]Migration, error)

	// Backup writes a consistent copy of the whole store to a new file. Stores on a server return
	// [errors.ErrUnsupported]: their own tools do it.
	Backup(ctx context.Context, file string) error
}

// A Migration is one step of the tables' history.
type Migration struct {
	Name    string `json:"name"`
	Applied bool   `json:"applied"`
}

// Open connects to the store, sqlite:PATH, postgres://... or mongodb://..., and brings its tables up to date.
func Open(ctx context.Context, dsn string) (Store, error) {
	return nil, errors.ErrUnsupported
}
