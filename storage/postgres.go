package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/pythonweb/goweb/storage/internal/secret"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// connectTimeout bounds a connection attempt if the DSN has no connect_timeout.
const connectTimeout = 10 * time.Second

// openPostgres opens a pool of connections to the PostgreSQL server at dsn, a URL or a list of key=value.
func openPostgres(ctx context.Context, f form, dsn string) (*DB, error) {
	address, err := parseServer(f, dsn)
	if err != nil {
		return nil, err
	}
	if f == urlForm {
		_, rest := split(dsn)
		dsn = "postgres:" + rest // pgx knows the scheme in lower case only
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL at %s: %w", place(address), address.Hide(parseReason(err)))
	}
	if !address.Has("connect_timeout") {
		config.ConnectTimeout = connectTimeout
	}
	if !address.Has("default_query_exec_mode") {
		// bun writes the values into the text of a query, so a prepared statement would serve one query only.
		config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	}
	setSession(config)
	pool := openPool(config)
	server, err := askServer(ctx, pool)
	if err == nil && server.needs() != "" {
		config.AfterConnect = func(ctx context.Context, conn *pgconn.PgConn) error {
			_, err := conn.Exec(ctx, server.needs()).ReadAll()
			return err
		}
		err = pool.Close()
		pool = openPool(config)
	}
	if err == nil {
		err = server.check()
	}
	if err != nil {
		err = fmt.Errorf("connect to PostgreSQL at %s: %w", place(address), address.Hide(connectReason(err)))
		return nil, errors.Join(err, pool.Close())
	}
	db := bun.NewDB(pool, pgdialect.New())
	ask := func(ctx context.Context) (string, error) {
		server, err := askServer(ctx, pool)
		return server.readOnly(), err
	}
	return sqldb.Server(db, sqldb.ServerOptions{
		ReadOnly: server.readOnly(), AskReadOnly: ask, Position: position,
		// One round trip, and no prepared statement that a pooler would give to another session.
		Mode: pgx.QueryExecModeExec,
	}), nil
}

// position returns where the server found an error in the text of a statement.
func position(err error) int {
	var found *pgconn.PgError
	if errors.As(err, &found) {
		return int(found.Position)
	}
	return 0
}

// place returns a name for the server of an address.
func place(a *secret.Address) string { return cmp.Or(a.Hosts, "its local socket") }

// openPool returns a pool of connections, of which none is opened yet.
func openPool(config *pgx.ConnConfig) *sql.DB {
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(sqldb.PoolSize())
	pool.SetMaxIdleConns(sqldb.PoolSize())
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool
}

// parseReason returns what pgx found wrong in a DSN, without the DSN, which its error contains in full.
func parseReason(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		if cause := parse.Unwrap(); cause != nil {
			return errors.New(cause.Error())
		}
		return errors.New("the address is not valid")
	}
	return err
}

// connectReason returns why a connection failed, without the user, the database and the steps that pgx reports. Of
// several attempts, with and without TLS, the last one counts.
func connectReason(err error) error {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		if cause := connect.Unwrap(); cause != nil {
			err = cause
		}
	}
	if attempts, ok := err.(interface{ Unwrap() []error }); ok && len(attempts.Unwrap()) > 0 {
		err = attempts.Unwrap()[len(attempts.Unwrap())-1]
	}
	var (
		server *pgconn.PgError
		name   *net.DNSError
		call   *net.OpError
	)
	switch {
	case errors.As(err, &server):
		return server
	case errors.As(err, &name):
		return name
	case errors.As(err, &call):
		return call
	}
	return err
}
