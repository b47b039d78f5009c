// Package store opens the stores of package assistant: SQLite, PostgreSQL and MongoDB. Begin with [Open], and give what
// it returns to an [assistant.Book].
package store

import (
	"context"
	"errors"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
)

// Options says how a store is opened. The zero Options opens it without a cache.
type Options struct {
	// Cache is the URL of a Redis, redis://HOST:PORT/0, that remembers answers for all who name it; "" means none. It need
	// not be running.
	Cache string

	// User is the name of the account whose address book is opened; "" means the first one.
	User string

	// Book is the name of an address book that the account sees, NAME or NAME@OWNER; "" means its first one.
	Book string
}

// Open opens the store of a DSN (sqlite:PATH, sqlite::memory:, postgres://USER@HOST/DATABASE, mongodb://HOST/DATABASE)
// and brings its tables up to date. It is safe for concurrent use; the caller closes it. The address book is that of
// the account that the options name, or of the first one. Errors: [assistant.FieldError] for what is not an address of
// a store, [assistant.NotFoundError] for an account or a book that is not there.
func Open(ctx context.Context, dsn string, options Options) (assistant.Store, error) {
	s, err := backend.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if options.Cache != "" {
		cached, err := backend.WithCache(s, options.Cache)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s = cached
	}
	picked, err := backend.Pick(ctx, s, options.User, options.Book)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return book{picked, s.Close}, nil
}

// A book is one address book of a store. Its Close closes the store.
type book struct {
	assistant.Store
	close func() error
}

func (b book) Close() error { return b.close() }
