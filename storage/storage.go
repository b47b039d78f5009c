// Package storage opens the databases of the goweb programs. One string, the DSN, says where the data lives:
//
//	sqlite:PATH                       a file; PATH is taken literally, nothing in it is decoded or a parameter
//	sqlite::memory:                   a database in memory that lives as long as the DB
//	postgres://USER:PASSWORD@HOST/DB  a PostgreSQL server
//
// SQLite gets two pools on one file: one connection that writes, whose transactions start with BEGIN IMMEDIATE, so that
// a read-modify-write transaction never fails half-way because another process wrote, and several that only read and
// never wait for the writer. Tables are created and changed by package migrate and by nothing else.
//
// No error of this package holds a password, however the DSN is spelt.
package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/uptrace/bun"
)

// ErrScheme is returned by Open for a DSN that names no known kind of database.
var ErrScheme = errors.New("unknown kind of database (want sqlite:PATH, sqlite::memory: or postgres://…)")

// DB is an open database. Its methods are those of the embedded *bun.DB, which writes.
type DB struct {
	*bun.DB

	// Reader serves queries that change nothing. On a SQLite file it is a pool of its own that refuses to write; a
	// database in memory and PostgreSQL have one pool, and Reader is that pool.
	Reader *bun.DB

	path string // of the SQLite file, absolute; empty when there is none
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
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		if rest == ":memory:" {
			return openMemory(ctx)
		}
		return openFile(ctx, rest, o)
	case "postgres", "postgresql":
		if strings.HasPrefix(rest, "//") {
			return openPostgres(ctx, dsn)
		}
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
