package storage

import (
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
		server *pgconn.PgError
		file   *sqlite.Error
	)
	switch {
	case errors.As(err, &server):
		return network.Before(err, server) + server.Message, serverHint(server.Code)
	case errors.As(err, &file):
		problem, hint := fileReason(file)
		if problem == "" {
			return "", ""
		}
		return network.Before(err, file) + problem, hint
	}
	return network.Reason(err)
}

// serverHint returns what to do about an error of PostgreSQL.
// Its codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
func serverHint(code string) string {
	switch code {
	case "3D000":
		return "create it with createdb, or check its name"
	case "28000", "28P01":
		return "check the user name and the password"
	case "42501":
		return "the user must have the right to change the tables, and to make them the first time"
	case "25006":
		return "connect to a server and as a user that may write"
	case "53300":
		return "end other programs, or raise max_connections of the server"
	case "53100":
		return "make room on the server's disk"
	case "57P03", "57P01", "57P02":
		return "try again when the server is up"
	case "42P07":
		return "the database holds something else: name one of its own for this program"
	}
	return "see the server's log"
}

// fileReason says what SQLite has found wrong with a file.
func fileReason(err *sqlite.Error) (problem, hint string) {
	switch err.Code() & 0xff {
	case lib.SQLITE_NOTADB:
		return "the file is no SQLite database", "name another file"
	case lib.SQLITE_CORRUPT:
		return "the file is damaged", "go back to a copy of it"
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return "the file cannot be written", "SQLite must be allowed to write the file and its directory, to read it too"
	case lib.SQLITE_FULL:
		return "the disk is full", "make room and try again"
	case lib.SQLITE_IOERR:
		return "the disk cannot be read or written", "check the disk"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return "another program keeps the file locked", "end that program, or try again"
	}
	if strings.Contains(err.Error(), "already exists") {
		return "the file holds something else", "name a file of its own for this program"
	}
	return "", ""
}
