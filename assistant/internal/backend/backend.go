// Package backend opens the store that a DSN names.
package backend

import (
	"context"
	"errors"
	"strings"
	"time"

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

// A Store holds the address books of all accounts. Used as a store itself, it is the first address book, which is the
// one of a store without accounts. It also has what the db commands need.
type Store interface {
	assistant.Store
	assistant.Library
	Tables
}

// Tables are what a store keeps its books in.
type Tables interface {
	// Migrate brings the tables up to date and returns the names of the migrations that it applied.
	Migrate(ctx context.Context) ([]string, error)

	// Migrations returns every migration in order.
	Migrations(ctx context.Context) ([]migrate.State, error)

	// Backup writes a consistent copy of the whole store to a new file; it returns [io/fs.ErrExist] if the file exists.
	// Stores on a server return [errors.ErrUnsupported]: the server has tools of its own for that.
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

// Connect connects to the store without looking at its tables, for commands that show or change their state: only the
// methods about migrations may be called.
func Connect(ctx context.Context, dsn string) (Store, error) {
	if strings.HasPrefix(dsn, "mongodb:") || strings.HasPrefix(dsn, "mongodb+srv:") {
		store, err := mongostore.Connect(ctx, dsn)
		if errors.Is(err, mongodb.ErrNoDatabase) {
			return nil, &assistant.FieldError{
				Field:   "store",
				Problem: "the address names no database",
				Hint:    "write mongodb://HOST/DATABASE",
			}
		}
		if err != nil {
			return nil, err
		}
		return store, nil
	}
	store, err := sqlstore.Connect(ctx, dsn)
	if errors.Is(err, storage.ErrScheme) {
		return nil, &assistant.FieldError{
			Field: "store", Problem: "not the address of a store",
			Hint: "write sqlite:PATH, postgres://USER@HOST/DATABASE or mongodb://HOST/DATABASE",
		}
	}
	if err != nil {
		return nil, err
	}
	return store, nil
}

// Owner returns the account with a name, or the first one for ""; in a store without accounts that is an account
// without a name. Error: [assistant.NotFoundError].
func Owner(ctx context.Context, library assistant.Library, user string) (assistant.Account, error) {
	if user != "" {
		return library.AccountNamed(ctx, user)
	}
	accounts, err := library.Accounts(ctx)
	if err != nil || len(accounts) == 0 {
		return assistant.Account{ID: assistant.FirstAccount}, err
	}
	return accounts[0], nil
}

// Pick returns the address book that an account sees under a name, or its first one for ""; the account is that of
// [Owner]. Error: [assistant.NotFoundError].
func Pick(ctx context.Context, store Store, user, book string) (assistant.Store, error) {
	account, err := Owner(ctx, store, user)
	if err != nil {
		return nil, err
	}
	if book != "" {
		list, err := store.Books(ctx, account.ID)
		if err != nil {
			return nil, err
		}
		b, err := assistant.BookNamed(list, book)
		if err != nil {
			return nil, err
		}
		return store.OpenBook(b, account.Name), nil
	}
	if account.Name == "" {
		return store, nil
	}
	return store.Book(account), nil
}

// Reason finds the error of a database in err and returns the text of err with it in plain words, and what a user
// can do about it. Both are empty when there is none.
func Reason(err error) (text, hint string) {
	if text, hint = mongodb.Reason(err); hint == "" {
		text, hint = storage.Reason(err)
	}
	if hint == "" && err != nil && strings.Contains(err.Error(), "sql: Scan error") {
		before, _, _ := strings.Cut(err.Error(), "sql: Scan error")
		return before + "the store contains data that no program writes",
			"restore a copy with assistant db restore FILE; a file put in its place by hand gets mixed up with the -wal " +
				"file beside it"
	}
	return text, hint
}

// A Cached is a store with a cache in front of it; its tables are those of the store behind. Its Close closes both.
type Cached struct {
	*cached.Store
	Tables
}

// MongoAge is how old an answer of a cache in front of MongoDB may be: MongoDB has no triggers that would notice the
// changes of other programs.
const MongoAge = 10 * time.Minute

// WithCache puts a cache on the Redis at a URL, redis://... or rediss://..., in front of a store. Redis need not be
// running.
func WithCache(store Store, url string) (*Cached, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		// The error of ParseURL may contain the password.
		return nil, &assistant.FieldError{
			Field:   "cache",
			Problem: "not the address of a Redis",
			Hint:    "write it as redis://HOST:PORT/0",
		}
	}
	redis.SetLogger(&logging.VoidLogger{}) // a Redis that does not answer is not news for stderr
	age := time.Duration(0)
	if _, ok := store.(*mongostore.Store); ok {
		age = MongoAge
	}
	front, err := cached.New(store, redis.NewClient(options), age)
	if err != nil {
		return nil, err
	}
	return &Cached{front, store}, nil
}
