package sqldb

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
)

// ReadOnly reports whether a file is there that can be read and never written, neither itself nor beside it, as on a
// disc or in another's folder. In WAL mode SQLite would want to write even to read it. A journal beside it must be
// empty: what stands there belongs to the content.
func ReadOnly(path string) bool {
	if _, err := os.Stat(path); err != nil || writable(path) && writable(filepath.Dir(path)) {
		return false
	}
	info, err := os.Stat(path + "-wal")
	return err != nil || info.Size() == 0
}

// openReadOnly opens a file that this process may only read. Where SQLite cannot even do that, since it would have
// to make the journal's index, nobody has the file open, and it is read as it is.
func openReadOnly(ctx context.Context, path string) (*DB, error) {
	const why = "this user may not write the file, or not in its directory"
	var failure error
	for _, immutable := range []string{"0", "1"} {
		file := &file{path: path}
		pool, err := file.pool(url.Values{"mode": {"ro"}, "immutable": {immutable}})
		if err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(PoolSize())
		db := bun.NewDB(pool, sqlitedialect.New())
		_, err = db.ExecContext(ctx, "SELECT count(*) FROM sqlite_schema")
		if err == nil {
			return &DB{DB: db, Reader: db, path: path, readOnly: why}, nil
		}
		failure = errors.Join(err, db.Close())
	}
	return nil, failure
}

// ReadURI returns the address by which SQLite reads a file and changes nothing, also where it could not.
func ReadURI(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	options := url.Values{"mode": {"ro"}}
	if ReadOnly(path) {
		options.Set("immutable", "1")
	}
	return (&file{path: path}).dsn(options)
}
