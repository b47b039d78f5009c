// Package storage opens the databases of the goweb programs. One string, the DSN, says where the data is:
//
//	sqlite:PATH                       a file; PATH is taken literally, nothing in it is decoded or a parameter
//	sqlite::memory:                   a database in memory that lives as long as the DB
//	postgres://USER:PASSWORD@HOST/DB  a PostgreSQL server
//	host=HOST user=USER dbname=DB     the same as libpq writes it
//
// The DSN of a PostgreSQL server takes the parameters of libpq: sslmode, sslrootcert, search_path, connect_timeout and
// others. Every session has what the programs rely on, whatever the server's, the database's and the role's defaults
// are: UTF-8, standard strings, ISO dates, UTC, transactions at READ COMMITTED. A database in an encoding other than
// UTF-8 is refused, because it orders text differently and cannot hold all of it. See session.go.
//
// SQLite gets two pools on one file: one connection that writes, whose transactions start with BEGIN IMMEDIATE, so that
// a read-modify-write transaction never fails half-way because another process wrote, and several that only read and
// never wait for the writer. Tables are created and changed by package migrate and by nothing else.
//
// No error of this package holds a password, however the DSN is spelt.
package storage

import (
	"context"
	"fmt"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// DB is an open database: see package sqldb, which is for programs that keep their data in a file and know no server.
type DB = sqldb.DB

// ErrReadOnly says that a database can only be read; the error that wraps it says why.
var ErrReadOnly = sqldb.ErrReadOnly

// An Option says how Open opens a database.
type Option func(*options)

type options struct{ file sqldb.Options }

// PageSize sets the page size, in bytes, of a SQLite file that Open creates: a power of two from 512 to 65536. The
// default is 4096, which suits many small transactions; large pages suit large loads and long answers.
func PageSize(bytes int) Option { return func(o *options) { o.file.PageSize = bytes } }

// ReadFirst lets Open check an existing SQLite file over the connections that read, and opens the one that writes at
// the first change: for programs that mostly only read, and should start fast.
func ReadFirst() Option { return func(o *options) { o.file.ReadFirst = true } }

// WriteCache gives the connection that writes to a SQLite file a cache of so many KiB, and lets its journal grow to
// twice that before a checkpoint: for programs that write thousands of rows at a time.
func WriteCache(kib int) Option { return func(o *options) { o.file.WriteCacheKiB = kib } }

// Open connects to the database that dsn names. An existing SQLite file is opened and checked; one that does not exist
// yet is created by the first query, with mode 0600, in a directory that must exist. A PostgreSQL server is asked to
// answer, within 10 seconds unless the DSN's connect_timeout says otherwise. The caller closes the DB.
func Open(ctx context.Context, dsn string, opts ...Option) (*DB, error) {
	var o options
	for _, set := range opts {
		set(&o)
	}
	switch f, rest := split(dsn); f {
	case sqliteForm:
		if rest == ":memory:" {
			return sqldb.OpenMemory(ctx)
		}
		return sqldb.OpenFile(ctx, rest, o.file)
	case urlForm, keywordsForm:
		return openPostgres(ctx, f, dsn)
	}
	return nil, fmt.Errorf("open database: %w", ErrScheme)
}
