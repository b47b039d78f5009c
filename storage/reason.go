package storage

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"github.com/pythonweb/goweb/storage/internal/network"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// Reason finds the error of a database or of the network in err and returns the text of err with that error in plain
// words, without codes, and what a user can do about it. Both are empty when there is no such error in err, or nothing
// is known about it.
func Reason(err error) (text, hint string) {
	var (
		server  *pgconn.PgError
		file    *sqlite.Error
		connect *pgconn.ConnectError
	)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return "", ""
	case errors.As(err, &server):
		problem, hint := serverReason(server.Code, server.Message)
		return network.Before(err, server) + problem, hint
	case errors.As(err, &file):
		return sqldb.Reason(err)
	case errors.Is(err, pgconn.ErrConnClosed): // between two statements of a transaction
		return network.Lost(network.Before(err, pgconn.ErrConnClosed))
	}
	before := ""
	if errors.As(err, &connect) { // a connection that a running program reopened: its text names the user
		before = network.Before(err, connect)
		err = connectReason(connect)
	}
	if text, hint := network.Reason(err); text != "" {
		return before + text, hint
	}
	return driverReason(before, err)
}

// driverReason says what pgx itself found wrong with a server.
func driverReason(before string, err error) (text, hint string) {
	problem := err.Error()
	switch {
	case strings.Contains(problem, "server refused TLS connection"):
		prefix, _, _ := strings.Cut(problem, "server refused TLS connection")
		return before + prefix + "the server does not speak TLS",
			"turn on TLS there, or put sslmode=disable in the address"
	case strings.Contains(problem, "failed to write startup message"),
		strings.Contains(problem, "failed to receive message"):
		prefix, _, _ := strings.Cut(problem, "failed to ")
		return before + prefix + "the server does not speak PostgreSQL's protocol there, or is shutting down",
			"check the port, and the server's log"
	case strings.Contains(problem, "SASL"), strings.Contains(problem, "scram"), strings.Contains(problem, "SCRAM"):
		return before + "the server does not accept the password", "check the user name and the password"
	case pgconn.Timeout(err), errors.Is(err, context.DeadlineExceeded):
		prefix, _, _ := strings.Cut(problem, "timeout: ")
		prefix, _, _ = strings.Cut(prefix, context.DeadlineExceeded.Error())
		return before + prefix + "the server did not answer in time", "is the server running, and can it be reached?"
	case before != "":
		return before + "the server could not be reached", "is the server running, and is the address right?"
	}
	return "", ""
}
