package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	"modernc.org/sqlite/vtab"
)

// BulkOptions say how Bulk opens a connection.
type BulkOptions struct {
	// CacheKiB is how much memory the connection uses for sorting and caching, in KiB; 0 means SQLite's default of 2000.
	CacheKiB int
	// Modules are virtual tables that this connection knows, by their names: a program's rows go through one INSERT …
	// SELECT from such a table into a real one, instead of one by one through database/sql.
	Modules map[string]vtab.Module
}

// Path returns the absolute path of a SQLite file, "" of any other database.
func (db *DB) Path() string { return db.path }

// Bulk opens one more connection to the database's SQLite file, for a large load that checks what it writes by itself:
// references and CHECK constraints are not enforced row by row, and a load that fails at the end of its transaction has
// to be rolled back. Others read meanwhile. The caller closes it.
func (db *DB) Bulk(o BulkOptions) (*bun.DB, error) {
	if db.path == "" {
		return nil, errors.New("open for a bulk load: the database is not a file")
	}
	d := &sqlite.Driver{}
	for name, module := range o.Modules {
		if err := d.RegisterModule(name, module); err != nil {
			return nil, fmt.Errorf("open %s for a bulk load: %w", db.path, err)
		}
	}
	pragmas := []string{
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"foreign_keys(0)", "ignore_check_constraints(1)", "synchronous(FULL)",
	}
	if o.CacheKiB > 0 {
		pragmas = append(pragmas, fmt.Sprintf("cache_size(-%d)", o.CacheKiB))
	}
	options := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas, "_error_rc": {"1"}}
	pool := sql.OpenDB(&bulkConnector{d, (&file{path: db.path}).dsn(options)})
	pool.SetMaxOpenConns(1)
	return bun.NewDB(pool, sqlitedialect.New()), nil
}

// bulkConnector opens connections through a driver of its own: only they know its virtual tables.
type bulkConnector struct {
	driver *sqlite.Driver
	dsn    string
}

// Connect opens a connection.
func (c *bulkConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver returns the connections' driver.
func (c *bulkConnector) Driver() driver.Driver { return c.driver }
