package storage

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/pythonweb/goweb/storage/internal/network"
)

// Reason finds the error of a database or of the network in err and returns the text of err with it in plain words,
// without codes, and what a user can do about it. Both are empty when there is no such error in err, or nothing is known
// about it.
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
		problem, hint := fileReason(file.Code(), file.Error())
		if problem == "" {
			return "", ""
		}
		return network.Before(err, file) + problem, hint
	}
	before := ""
	if errors.As(err, &connect) { // a connection that a running program opened anew: its text names the user
		before = network.Before(err, connect)
		err = connectReason(connect)
	}
	if text, hint := network.Reason(err); text != "" {
		return before + text, hint
	}
	return driverReason(before, err)
}

// driverReason says what pgx itself has found wrong with a server.
func driverReason(before string, err error) (text, hint string) {
	problem := err.Error()
	switch {
	case strings.Contains(problem, "server refused TLS connection"):
		prefix, _, _ := strings.Cut(problem, "server refused TLS connection")
		return before + prefix + "the server does not speak TLS", "switch TLS on there, or write sslmode=disable into the address"
	case strings.Contains(problem, "failed to write startup message"), strings.Contains(problem, "failed to receive message"):
		prefix, _, _ := strings.Cut(problem, "failed to ")
		return before + prefix + "the server does not speak PostgreSQL's protocol there, or is just ending", "check the port, and the server's log"
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

// fileReason says what SQLite has found wrong with a file. Its codes: https://www.sqlite.org/rescode.html
func fileReason(code int, message string) (problem, hint string) {
	if code == lib.SQLITE_IOERR_NOMEM {
		code = lib.SQLITE_NOMEM
	}
	switch code & 0xff {
	case lib.SQLITE_NOTADB:
		return "the file is no SQLite database", "name another file"
	case lib.SQLITE_CORRUPT, lib.SQLITE_FORMAT:
		return "the file is damaged", "go back to a copy of it"
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return "the file cannot be written", "SQLite must be allowed to write the file and its directory, to read it too"
	case lib.SQLITE_FULL:
		return "the disk is full", "make room and try again"
	case lib.SQLITE_IOERR:
		return "the disk cannot be read or written", "check the disk"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return "another program keeps the file locked", "end that program, or try again"
	case lib.SQLITE_NOMEM:
		return "there is not enough memory", "end other programs"
	case lib.SQLITE_NOLFS, lib.SQLITE_TOOBIG:
		return "the value or the file is too large", "name a file on another disk, or store less at once"
	case lib.SQLITE_SCHEMA:
		return "another program changed the tables meanwhile", "try again"
	case lib.SQLITE_CONSTRAINT:
		return "the change breaks a rule of the tables", "read it again and repeat the change"
	case lib.SQLITE_INTERRUPT, lib.SQLITE_ABORT:
		return "the work was broken off", "try again"
	}
	if strings.Contains(message, "already exists") {
		return "the file holds something else", "name a file of its own for this program"
	}
	if strings.Contains(message, "no such table") || strings.Contains(message, "no such column") {
		return "the file has not the tables that it should have", "name another file, or go back to a copy of it"
	}
	return "", ""
}
