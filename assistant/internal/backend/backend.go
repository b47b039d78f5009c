// Package backend opens the store that a DSN names.
package backend

import (
	"context"
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/cached"
	"github.com/pythonweb/goweb/assistant/internal/mongostore"
	"github.com/pythonweb/goweb/assistant/internal/sqlstore"
	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
	"github.com/pythonweb/goweb/storage/mongodb"
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

// Open connects to the store of a DSN, sqlite:PATH, postgres://... or mongodb://..., and brings its tables up to date.
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
	if strings.HasPrefix(dsn, "mongodb:") || strings.HasPrefix(dsn, "mongodb+srv:") {
		store, err := mongostore.Connect(ctx, dsn)
		if errors.Is(err, mongodb.ErrNoDatabase) {
			return nil, &assistant.FieldError{Field: "store", Problem: "the address names no database", Hint: "write mongodb://HOST/DATABASE"}
		}
		if err != nil {
			return nil, err
		}
		return store, nil
	}
	store, err := sqlstore.Connect(ctx, dsn)
	if errors.Is(err, storage.ErrScheme) {
		return nil, &assistant.FieldError{
			Field: "store", Problem: "no address of a store", Hint: "write sqlite:PATH, postgres://USER@HOST/DATABASE or mongodb://HOST/DATABASE",
		}
	}
	if err != nil {
		return nil, err
	}
	return store, nil
}

// Reason finds the error of a database in err and returns the text of err with it in plain words, and what a user can do
// about it. Both are empty when there is none.
func Reason(err error) (text, hint string) {
	if text, hint = mongodb.Reason(err); hint == "" {
		text, hint = storage.Reason(err)
	}
	return text, hint
}

// A Cached store has a cache in front. Its Close closes both.
type Cached struct {
	*cached.Store
	behind Store
}

// WithCache puts a cache on the Redis at a URL, redis://... or rediss://..., in front of a store. Redis need not be
// running.
func WithCache(store Store, url string) (*Cached, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		// The error of ParseURL may hold the password.
		return nil, &assistant.FieldError{Field: "cache", Problem: "no address of a Redis", Hint: "write it as redis://HOST:PORT/0"}
	}
	redis.SetLogger(&logging.VoidLogger{}) // a Redis that does not answer is no news for stderr
	return &Cached{cached.New(store, redis.NewClient(options)), store}, nil
}

// Migrate implements [Store].
func (c *Cached) Migrate(ctx context.Context) ([]string, error) { return c.behind.Migrate(ctx) }

// Migrations implements [Store].
func (c *Cached) Migrations(ctx context.Context) ([]migrate.State, error) {
	return c.behind.Migrations(ctx)
}

// Backup implements [Store].
func (c *Cached) Backup(ctx context.Context, file string) error { return c.behind.Backup(ctx, file) }
