// Package sqldb has the type of an open database in the goweb programs, whichever kind it is, and opens those that need
// no server: SQLite files and SQLite in memory. A program that never speaks to a server opens its file here, and does
// not link the driver of one; all others use package storage, whose Open knows every kind.
package sqldb

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
	// database in memory and PostgreSQL have one pool, and Reader is that pool. [DB.Generation] keeps one connection of
	// the pool of its own.
	Reader *bun.DB

	path        string                                // of the SQLite file, absolute; empty when there is none
	server      bool                                  // whose transactions set their isolation level
	readOnly    string                                // why nothing can be written; empty when it can
	askReadOnly func(context.Context) (string, error) // the same, asked again; nil for a file
	position    func(error) int
	generations *generations // nil if there are none
	mode        any          // precedes the parameters of a statement; nil for nothing
}

// ServerOptions say what is known about a server.
type ServerOptions struct {
	// ReadOnly is why nothing can be written; empty if the database can be written.
	ReadOnly string
	// AskReadOnly asks the server for that again.
	AskReadOnly func(context.Context) (string, error)
	// Position returns the place, from 1 in characters, at which the server has found an error in the text of a statement,
	// or 0.
	Position func(error) int
	// Mode precedes the parameters of a statement, for the driver; nil means nothing.
	Mode any
}

// Server returns the DB of a server, whose pool reads and writes.
func Server(pool *bun.DB, o ServerOptions) *DB {
	return &DB{
		DB: pool, Reader: pool, server: true,
		readOnly: o.ReadOnly, askReadOnly: o.AskReadOnly, position: o.Position, mode: o.Mode,
	}
}

// ErrReadOnly says that a database can only be read; the error that wraps it says why.
var ErrReadOnly = errors.New("nothing can be written")

// ReadOnly returns why the database can only be read, such as "it is a standby, which follows another server", as far
// as that was known when it was opened. It is empty if the database can be written.
func (db *DB) ReadOnly() string { return db.readOnly }

// CheckWritable returns nil if the database can be written now, as after a standby has been promoted, and otherwise an
// error that wraps [ErrReadOnly] and says why, or that of a server that does not answer. It writes nothing and waits
// for no other writer.
func (db *DB) CheckWritable(ctx context.Context) error {
	why := db.readOnly
	if db.askReadOnly != nil {
		var err error
		if why, err = db.askReadOnly(ctx); err != nil {
			return err
		}
	}
	if why != "" {
		return fmt.Errorf("%s: %w", why, ErrReadOnly)
	}
	return nil
}

// BeginTx begins a transaction, on PostgreSQL at READ COMMITTED unless opts names another level: a role or a database
// may have another default, under which concurrent changes fail.
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

// Close closes both pools. A SQLite file is left without its -wal and -shm companions when no other process has it
// open.
func (db *DB) Close() error {
	var err error
	if db.generations != nil {
		err = db.generations.close()
	}
	if db.Reader != db.DB {
		err = errors.Join(err, db.Reader.Close())
	}
	return errors.Join(err, db.DB.Close())
}

// Position returns the place, from 1 in characters, at which a server has found err in the text of a statement; 0
// when it does not say.
func (db *DB) Position(err error) int {
	if db.position == nil {
		return 0
	}
	return db.position(err)
}

// PoolSize bounds the connections of a pool: enough to keep the processors and a server's disk busy.
func PoolSize() int { return max(4, 2*runtime.GOMAXPROCS(0)) }
