package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
)

// busyTimeout is how long a connection waits for another process's write lock. Waiting ends with the context too.
const busyTimeout = 30 * time.Second

// Options say how OpenFile opens a file.
type Options struct {
	// PageSize is the length of the pages of a file that is created, in bytes: a power of two from 512 to 65536; 0 means
	// 4096, which suits many small transactions.
	PageSize int
	// ReadFirst checks an existing file over a connection that reads, and opens the one that writes at the first change.
	ReadFirst bool
	// WriteCacheKiB is the cache of the connection that writes, in KiB; 0 means SQLite's default of 2000. The journal is
	// checkpointed when it has grown to twice that, and not at 4 MB. How pages were before the statement that is running
	// is kept in memory, too, and not in a temporary file.
	WriteCacheKiB int
}

// writerPragmas are those of the connection that writes.
func (o Options) writerPragmas() []string {
	page := cmp.Or(o.PageSize, 4096)
	pragmas := []string{fmt.Sprintf("page_size(%d)", page)}
	if o.WriteCacheKiB > 0 {
		journal := 2 * o.WriteCacheKiB << 10 / page
		cache := fmt.Sprintf("cache_size(-%d)", o.WriteCacheKiB)
		pragmas = append(pragmas, cache, "temp_store(memory)", fmt.Sprintf("wal_autocheckpoint(%d)", journal))
	}
	return pragmas
}

// OpenFile opens the SQLite file at path, which is taken literally. An existing file is checked; a missing one is
// created by the first query, with mode 0600, in a directory that must exist. The caller closes the DB.
func OpenFile(ctx context.Context, path string, o Options) (*DB, error) {
	abs, err := checkFile(path)
	if err != nil {
		return nil, err
	}
	if ReadOnly(abs) {
		return openReadOnly(ctx, abs)
	}
	file := &file{path: abs}
	// Page size and WAL are properties of the file, so the writer alone sets them. The driver runs the _pragma list in
	// alphabetical order and _journal_mode after it: in WAL mode the page size can no longer change.
	writer, err := file.pool(url.Values{
		"_txlock":       {"immediate"},
		"_pragma":       o.writerPragmas(),
		"_journal_mode": {"WAL"},
	})
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := file.pool(url.Values{"_pragma": {"query_only(1)"}})
	if err != nil {
		return nil, err
	}
	reader.SetMaxOpenConns(PoolSize())
	reader.SetMaxIdleConns(PoolSize())

	db := &DB{
		DB:     bun.NewDB(writer, sqlitedialect.New()),
		Reader: bun.NewDB(reader, sqlitedialect.New()),
		path:   abs,

		generations: &generations{pool: reader},
	}
	exists, err := db.Exists()
	if err == nil && exists {
		err = db.check(ctx, o.ReadFirst)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// check opens the first connection, to see that the file is a database. A file in WAL mode needs nothing from the
// writer.
func (db *DB) check(ctx context.Context, readFirst bool) error {
	if readFirst {
		var mode string
		if err := db.Reader.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode == "wal" {
			return err
		}
	}
	return db.PingContext(ctx)
}

// checkFile returns the absolute form of path, or why there can be no database.
func checkFile(path string) (string, error) {
	if path == "" {
		return "", errors.New("open database: sqlite: needs a path (sqlite:PATH or sqlite::memory:)")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", path, err)
	}
	if strings.ContainsRune(abs, 0) {
		return "", fmt.Errorf("open %q: a path cannot hold a zero byte", path)
	}
	info, err := os.Stat(filepath.Dir(abs))
	switch {
	case err != nil:
		return "", fmt.Errorf("open %s: %w", path, err)
	case !info.IsDir():
		return "", fmt.Errorf("open %s: %s is not a directory", path, filepath.Dir(path))
	}
	if info, err := os.Stat(abs); err == nil && info.IsDir() {
		return "", fmt.Errorf("open %s: is a directory (name a file in it)", path)
	}
	return abs, nil
}

// Exists reports whether the database exists: always, except for a SQLite file that has not been created yet.
func (db *DB) Exists() (bool, error) {
	if db.path == "" {
		return true, nil
	}
	_, err := os.Stat(db.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// OpenMemory opens a database in memory. It has one connection, which is never closed, so that it stays one database.
func OpenMemory(ctx context.Context) (*DB, error) {
	connector, err := sqlite.NewConnector("file::memory:?" + pragmas(url.Values{"_txlock": {"immediate"}}).Encode())
	if err != nil {
		return nil, fmt.Errorf("open database in memory: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(1)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database in memory: %w", err), pool.Close())
	}
	db := bun.NewDB(pool, sqlitedialect.New())
	return &DB{DB: db, Reader: db}, nil
}

// pragmas adds to options what every connection has.
func pragmas(options url.Values) url.Values {
	options["_pragma"] = append([]string{
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"foreign_keys(1)",
		"synchronous(FULL)", // a commit survives the loss of power, not only of the process
	}, options["_pragma"]...)
	options.Set("_error_rc", "1")
	return options
}

// file is a SQLite file that connections are opened to.
type file struct {
	path string

	// creating is held while the file is created: closing a descriptor of a file drops the process's locks on it, so
	// none may be opened between its creation and that close.
	creating sync.Mutex
}

// pool returns a pool of connections with these options, of which none is opened yet.
func (f *file) pool(options url.Values) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(f.dsn(pragmas(options)))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", f.path, err)
	}
	return sql.OpenDB(&fileConnector{Connector: connector, file: f}), nil
}

// dsn returns the driver's DSN for the file with these options.
func (f *file) dsn(options url.Values) string {
	path := filepath.ToSlash(f.path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/data.db
	}
	return "file://" + escape(path) + "?" + options.Encode()
}

// escape encodes path so that SQLite, which decodes it, sees the same bytes again.
func escape(path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("/-_.", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// fileConnector opens connections to a file, which it creates first if it is missing.
type fileConnector struct {
	driver.Connector
	file *file
}

// Connect opens a connection. Switching a new file to WAL, and recovering one after a crash, can collide with another
// process in ways that SQLite's busy handler does not wait for; Connect does.
func (c *fileConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.file.create(); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(busyTimeout)
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		conn, err := c.Connector.Connect(ctx)
		if err == nil {
			return conn, nil
		}
		if !isBusy(err) || time.Now().After(deadline) {
			return nil, fmt.Errorf("open %s: %w", c.file.path, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("open %s: %w", c.file.path, ctx.Err())
		case <-time.After(wait):
		}
	}
}

// create creates the file, readable by its owner only, unless it exists.
func (f *file) create() error {
	f.creating.Lock()
	defer f.creating.Unlock()
	if _, err := os.Stat(f.path); !errors.Is(err, fs.ErrNotExist) {
		return nil // SQLite says best what is wrong with it
	}
	created, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return created.Close()
}

// isBusy reports whether err says that another connection holds a lock.
func isBusy(err error) bool {
	const busy = 5 // SQLITE_BUSY; the higher bits distinguish its kinds
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == busy
}
