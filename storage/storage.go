// Package storage opens the databases of the goweb programs. One string, the DSN, says where the data lives:
//
//	sqlite:PATH                       a file; PATH is taken literally, nothing in it is decoded or a parameter
//	sqlite::memory:                   a database in memory that lives as long as the DB
//	postgres://USER:PASSWORD@HOST/DB  a PostgreSQL server
//	host=HOST user=USER dbname=DB     the same as libpq writes it
//
// The DSN of a PostgreSQL server takes the parameters of libpq: sslmode, sslrootcert, search_path, connect_timeout and
// others. Every session has what the programs rely on, whatever the server's, the database's and the role's defaults are:
// UTF-8, standard strings, ISO dates, UTC, transactions at READ COMMITTED. A database whose own encoding is another than
// UTF-8 is refused, since it orders text differently and cannot hold all of it. See session.go.
//
// SQLite gets two pools on one file: one connection that writes, whose transactions start with BEGIN IMMEDIATE, so that
// a read-modify-write transaction never fails half-way because another process wrote, and several that only read and
// never wait for the writer. Tables are created and changed by package migrate and by nothing else.
//
// No error of this package holds a password, however the DSN is spelt.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"github.com/uptrace/bun"
)

// DB is an open database. Its methods are those of the embedded *bun.DB, which writes.
type DB struct {
	*bun.DB

	// Reader serves queries that change nothing. On a SQLite file it is a pool of its own that refuses to write; a
	// database in memory and PostgreSQL have one pool, and Reader is that pool.
	Reader *bun.DB

	path     string // of the SQLite file, absolute; empty when there is none
	server   bool   // PostgreSQL
	readOnly string // why nothing can be written; empty when it can
}

// ErrReadOnly says that a database can only be read; the error that wraps it says why.
var ErrReadOnly = errors.New("nothing can be written")

// ReadOnly returns why the database can only be read, such as "it is a standby, which follows another server", as far as
// that was known when it was opened. It is empty when it can be written.
func (db *DB) ReadOnly() string { return db.readOnly }

// BeginTx begins a transaction, on PostgreSQL at READ COMMITTED unless opts names another level: a role or a database can
// have another default, under which concurrent changes fail.
func (db *DB) BeginTx(ctx context.Context, opts *sql.TxOptions) (bun.Tx, error) {
	return db.DB.BeginTx(ctx, db.explicit(opts))
}

// RunInTx calls f in a transaction like one of BeginTx, commits it when f returns nil, and rolls it back otherwise.
func (db *DB) RunInTx(ctx context.Context, opts *sql.TxOptions, f func(context.Context, bun.Tx) error) error {
	return db.DB.RunInTx(ctx, db.explicit(opts), f)
}

// explicit returns opts with an isolation level.
func (db *DB) explicit(opts *sql.TxOptions) *sql.TxOptions {
	if !db.server || opts != nil && opts.Isolation != sql.LevelDefault {
		return opts
	}
	explicit := &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	if opts != nil {
		explicit.ReadOnly = opts.ReadOnly
	}
	return explicit
}

// An Option says how Open opens a database.
type Option func(*options)

type options struct{ pageSize int }

// PageSize makes the pages of a SQLite file this long, in bytes, when Open creates it: a power of two from 512 to 65536.
// Without it they are 4096, which suits many small transactions; long pages suit great loads and long answers.
func PageSize(bytes int) Option { return func(o *options) { o.pageSize = bytes } }

// Open connects to the database that dsn names. An existing SQLite file is opened and checked; one that does not exist
// yet is created by the first query, with mode 0600, in a directory that must exist. A PostgreSQL server is asked to
// answer, within 10 seconds unless the DSN's connect_timeout says otherwise. The caller closes the DB.
func Open(ctx context.Context, dsn string, opts ...Option) (*DB, error) {
	o := options{pageSize: 4096}
	for _, set := range opts {
		set(&o)
	}
	switch f, rest := split(dsn); f {
	case sqliteForm:
		if rest == ":memory:" {
			return openMemory(ctx)
		}
		return openFile(ctx, rest, o)
	case urlForm, keywordsForm:
		return openPostgres(ctx, f, dsn)
	}
	return nil, fmt.Errorf("open database: %w", ErrScheme)
}

// Close closes both pools. A SQLite file is left without its -wal and -shm companions when no other process has it open.
func (db *DB) Close() error {
	var err error
	if db.Reader != db.DB {
		err = db.Reader.Close()
	}
	return errors.Join(err, db.DB.Close())
}

// poolSize bounds the connections of a pool: enough to keep the processors and a server's disk busy.
func poolSize() int { return max(4, 2*runtime.GOMAXPROCS(0)) }
