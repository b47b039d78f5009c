package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// A Generation is the content of a SQLite file between two commits. Two of one DB that are equal say that nothing was
// committed between them, by this program or another, so that what was read after the first one is still so. The zero
// Generation is unknown, and says nothing.
type Generation struct{ connection, version int64 }

// Known reports whether a generation says anything.
func (g Generation) Known() bool { return g != Generation{} }

// Generation returns the present generation. It costs much less than a query. It is the zero one if the database is not
// a SQLite file, if it can only be read, and if the file cannot be asked.
func (db *DB) Generation(ctx context.Context) Generation {
	if db.generations == nil {
		return Generation{}
	}
	return db.generations.now(ctx)
}

// generations asks one connection, which changes nothing itself, whether others have: PRAGMA data_version is comparable
// only within one connection.
type generations struct {
	pool *sql.DB

	mu   sync.Mutex
	conn *sql.Conn // nil until it is asked, and after it has failed
	ask  *sql.Stmt
	nth  int64 // of the connections that were asked
}

func (g *generations) now(ctx context.Context) Generation {
	g.mu.Lock()
	defer g.mu.Unlock()
	ctx = context.WithoutCancel(ctx) // otherwise a caller that gives up would close the connection
	if g.conn == nil {
		conn, err := g.pool.Conn(ctx)
		if err != nil {
			return Generation{}
		}
		g.conn = conn
		g.nth++
		if g.ask, err = conn.PrepareContext(ctx, "PRAGMA data_version"); err != nil {
			_ = g.drop() // the next call opens a new one
			return Generation{}
		}
	}
	now := Generation{connection: g.nth}
	if err := g.ask.QueryRowContext(ctx).Scan(&now.version); err != nil {
		_ = g.drop()
		return Generation{}
	}
	return now
}

// drop gives the connection back. The caller holds mu.
func (g *generations) drop() error {
	if g.conn == nil {
		return nil
	}
	var err error
	if g.ask != nil {
		err = g.ask.Close()
	}
	err = errors.Join(err, g.conn.Close())
	g.conn, g.ask = nil, nil
	return err
}

func (g *generations) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.drop()
}
