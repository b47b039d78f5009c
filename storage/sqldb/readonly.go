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

// ReadOnly reports whether the file exists and can be read, while neither it nor its directory can be written, as on a
// disc or in another user's folder. In WAL mode SQLite would need to write even to read it. A journal beside it must be
// empty, because it is part of the content.
func ReadOnly(path string) bool {
	if _, err := os.Stat(path); err != nil || writable(path) && writable(filepath.Dir(path)) {
		return false
	}
	info, err := os.Stat(path + "-wal")
	return err != nil || info.Size() == 0
}

// openReadOnly opens a file that this process may only read. If SQLite cannot even do that, because it would have to
// create the journal's index, then no process has the file open, and it is read as it is.
func openReadOnly(ctx context.Context, path string) (*DB, error) {
	const why = "this user may not write the file or its directory"
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

// ReadURI returns the address by which SQLite reads a file without changing anything, even where it could not.
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
