package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// ErrEncoding says that a PostgreSQL database keeps its text in another encoding than UTF-8.
var ErrEncoding = errors.New("is not UTF-8, so it cannot hold every text and orders it differently " +
	"(create another one: createdb --encoding=UTF8 --template=template0 NAME)")

// setSession sets what every session needs, whatever the DSN, the environment, the role and the database say. A pooler
// such as PgBouncer applies these five parameters, and refuses others, even if its server connections are shared.
func setSession(config *pgx.ConnConfig) {
	for name, value := range map[string]string{
		"client_encoding":             "UTF8",
		"standard_conforming_strings": "on",
		"DateStyle":                   "ISO, MDY", // spelt as the server reports it, so that a pooler finds it unchanged
		"TimeZone":                    "UTC",
	} {
		for key := range config.RuntimeParams {
			if strings.EqualFold(key, name) {
				delete(config.RuntimeParams, key)
			}
		}
		config.RuntimeParams[name] = value
	}
}

// server is what a PostgreSQL server says about itself, its database and its role.
type server struct {
	Encoding    string // of the database
	ByteaOutput string
	Isolation   string // of transactions that do not set it
	ReadOnly    bool   // by default
	Standby     bool
	Schema      sql.NullString // where new tables are created
	SearchPath  string
}

// askServer opens a connection and asks the server.
func askServer(ctx context.Context, pool *sql.DB) (server, error) {
	var s server
	err := pool.QueryRowContext(ctx, `SELECT current_setting('server_encoding'), current_setting('bytea_output'),
		current_setting('default_transaction_isolation'), current_setting('default_transaction_read_only')::bool,
		pg_is_in_recovery(), current_schema(), current_setting('search_path')`).
		Scan(&s.Encoding, &s.ByteaOutput, &s.Isolation, &s.ReadOnly, &s.Standby, &s.Schema, &s.SearchPath)
	return s, err
}

// check returns why the database cannot be used.
func (s server) check() error {
	if s.Encoding != "UTF8" {
		return fmt.Errorf("the database's encoding %s %w", s.Encoding, ErrEncoding)
	}
	if !s.Schema.Valid {
		return fmt.Errorf("the search_path %s has no schema that the user may use "+
			"(create one: CREATE SCHEMA NAME, or let the user use it: GRANT USAGE, CREATE ON SCHEMA NAME TO USER)", s.SearchPath)
	}
	return nil
}

// needs returns the statement that sets what cannot be set when a connection is opened, because poolers refuse it;
// empty if the defaults are right, as nearly everywhere.
func (s server) needs() string {
	var statements []string
	if s.ByteaOutput != "hex" {
		statements = append(statements, "SET bytea_output = hex")
	}
	if s.Isolation != "read committed" {
		statements = append(statements, "SET default_transaction_isolation = 'read committed'")
	}
	return strings.Join(statements, "; ")
}

// readOnly returns why nothing can be written; empty if the server can be written.
func (s server) readOnly() string {
	switch {
	case s.Standby:
		return "the server is a standby, which only follows another server (use that one)"
	case s.ReadOnly:
		return "the server, the database or the user is set to read-only (see: SHOW default_transaction_read_only)"
	}
	return ""
}
