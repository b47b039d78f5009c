package schooldb

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	moderncsqlite "modernc.org/sqlite"
)

// isConstraint reports whether the database refused a row because of a constraint of its tables.
func isConstraint(err error) bool {
	const constraint = 19 // SQLITE_CONSTRAINT; the higher bits tell which
	var lite *moderncsqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == constraint
	}
	var pg *pgconn.PgError
	// Class 23 is integrity constraint violation.
	return errors.As(err, &pg) && strings.HasPrefix(pg.Code, "23") || errors.Is(err, errOrphan)
}

// isTaken reports whether a PostgreSQL key exists already: somebody else has taken the number.
func isTaken(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}

// isGivenUp reports whether PostgreSQL aborted a transaction because of others, so that it may succeed the next time.
func isGivenUp(err error) bool {
	var pg *pgconn.PgError
	// Class 40 is transaction rollback: a deadlock or a serialization failure.
	return errors.As(err, &pg) && strings.HasPrefix(pg.Code, "40")
}

// errOrphan is a record that refers to one that does not exist, found by a load that checks all references at its end.
var errOrphan = errors.New("a record refers to one that does not exist")
