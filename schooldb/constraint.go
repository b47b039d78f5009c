package schooldb

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	moderncsqlite "modernc.org/sqlite"
)

// isConstraint reports whether the database refused a row because of a rule of its tables.
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

// isTaken reports whether a PostgreSQL key is there already: somebody else has taken the number.
func isTaken(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}

// isGivenUp reports whether PostgreSQL gave a transaction up because of others, which may go better the next time.
func isGivenUp(err error) bool {
	var pg *pgconn.PgError
	// Class 40 is transaction rollback: a deadlock or a serialization failure.
	return errors.As(err, &pg) && strings.HasPrefix(pg.Code, "40")
}

// errOrphan is a record that points to nothing, found by a load that checks all of them at its end.
var errOrphan = errors.New("a record points to what does not exist")
