package sqldb

import (
	"errors"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/pythonweb/goweb/storage/internal/network"
)

// Reason finds the SQLite error in err and returns the text of err with that error in plain words, without codes, and
// what a user can do about it. Both are empty when there is no such error in err, or nothing is known about it.
func Reason(err error) (text, hint string) {
	var file *sqlite.Error
	if !errors.As(err, &file) {
		return "", ""
	}
	problem, hint := fileReason(file.Code(), file.Error())
	if problem == "" {
		return "", ""
	}
	return network.Before(err, file) + problem, hint
}

// fileReason says what SQLite found wrong with a file. Its codes: https://www.sqlite.org/rescode.html
func fileReason(code int, message string) (problem, hint string) {
	if code == lib.SQLITE_IOERR_NOMEM {
		code = lib.SQLITE_NOMEM
	}
	switch code & 0xff {
	case lib.SQLITE_NOTADB:
		return "the file is not a SQLite database", "name another file"
	case lib.SQLITE_CORRUPT, lib.SQLITE_FORMAT:
		return "the file is damaged",
			"restore a backup of it; before putting a file in its place by hand, remove its -wal and -shm files"
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return "the file is not writable", "SQLite must be able to write the file and its directory, even to read it"
	case lib.SQLITE_FULL:
		return "the disk is full", "free some space and try again"
	case lib.SQLITE_IOERR:
		return "reading or writing the disk failed", "check the disk"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return "another program keeps the file locked", "close that program, or try again"
	case lib.SQLITE_NOMEM:
		return "there is not enough memory", "close other programs"
	case lib.SQLITE_NOLFS, lib.SQLITE_TOOBIG:
		return "the value or the file is too large", "name a file on another disk, or store less at once"
	case lib.SQLITE_SCHEMA:
		return "another program has changed the tables meanwhile", "try again"
	case lib.SQLITE_CONSTRAINT:
		return "the change breaks a rule of the tables", "read it again and repeat the change"
	case lib.SQLITE_INTERRUPT, lib.SQLITE_ABORT:
		return "the operation was interrupted", "try again"
	}
	if strings.Contains(message, "already exists") {
		return "the file holds something else", "give this program a file of its own"
	}
	if strings.Contains(message, "no such table") || strings.Contains(message, "no such column") {
		return "the file lacks tables that it should have", "name another file, or restore a backup of it"
	}
	return "", ""
}
