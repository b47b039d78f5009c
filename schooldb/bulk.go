package schooldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	moderncsqlite "modernc.org/sqlite"
)

// bulkCache is how many KiB a bulk load sorts at once. More costs more: what fits into the processor's cache sorts
// faster. Less changes nothing: SQLite sorts at least 250 pages at once.
const bulkCache = 4 << 10

// bulk loads everything into the SQLite file at path, through a connection of its own that enforces no rule row by
// row: the records have been checked when they were read, keys are unique by the tables' primary keys, and
// references are checked all together before the transaction commits. Indexes, sums and triggers are made anew.
func bulk(ctx context.Context, path string, open func(Kind) (source, error), made func(n, of int)) error {
	in := &incoming{open: open, count: map[Kind]int64{}}
	pool, err := bulkPool(path, in)
	if err != nil {
		return err
	}
	defer pool.Close()
	err = pool.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		before, err := summed(ctx, tx)
		if err != nil {
			return err
		}
		derived, err := setAside(ctx, tx)
		if err != nil {
			return err
		}
		for _, kind := range Kinds() {
			if err := take(ctx, tx, kind); err != nil {
				return errors.Join(in.err, err)
			}
		}
		if err := derived.restore(ctx, tx, made); err != nil {
			return err
		}
		return checkReferences(ctx, tx, before+in.count[GradeKind])
	})
	if in.err != nil {
		return in.err
	}
	return err
}

// bulkPool opens the connection.
func bulkPool(path string, in *incoming) (*bun.DB, error) {
	d := &moderncsqlite.Driver{}
	if err := d.RegisterModule("incoming", in); err != nil {
		return nil, err
	}
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(30000)", "foreign_keys(0)", "ignore_check_constraints(1)", "synchronous(FULL)",
		fmt.Sprintf("cache_size(-%d)", bulkCache),
	}}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: options.Encode()}
	pool := sql.OpenDB(&bulkConnector{d, file.String()})
	pool.SetMaxOpenConns(1)
	return bun.NewDB(pool, sqlitedialect.New()), nil
}

// bulkConnector opens connections through a driver of its own: only they know the virtual tables.
type bulkConnector struct {
	driver *moderncsqlite.Driver
	dsn    string
}

// Connect opens a connection.
func (c *bulkConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver returns the connections' driver.
func (c *bulkConnector) Driver() driver.Driver { return c.driver }

// take inserts all records of a kind. OR FAIL lets SQLite keep no journal for undoing the one statement: whoever
// sees it fail gives up the whole transaction.
func take(ctx context.Context, tx bun.Tx, kind Kind) error {
	columns := strings.Join(kind.columns(), ", ")
	for _, text := range []string{
		fmt.Sprintf("CREATE VIRTUAL TABLE temp.incoming_%s USING incoming(%s)", kind, kind),
		fmt.Sprintf("INSERT OR FAIL INTO %s (%s) SELECT %s FROM temp.incoming_%s", kind.Table(), columns, columns, kind),
		fmt.Sprintf("DROP TABLE temp.incoming_%s", kind),
	} {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// summed returns how many grades the sums contain.
func summed(ctx context.Context, tx bun.Tx) (int64, error) {
	var count int64
	err := tx.QueryRowContext(ctx, "SELECT coalesce(sum(grade_count), 0) FROM subject_sums").Scan(&count)
	return count, err
}

// checkReferences returns errOrphan when a record points to nothing. A grade of a student who is not there is in no
// sum.
func checkReferences(ctx context.Context, tx bun.Tx, grades int64) error {
	count, err := summed(ctx, tx)
	if err != nil {
		return err
	}
	orphans := count != grades
	for _, query := range []string{
		"SELECT EXISTS (SELECT 1 FROM subject_sums WHERE subject_id NOT IN (SELECT id FROM subjects))",
		"SELECT EXISTS (SELECT 1 FROM pragma_foreign_key_check('subjects'))",
		"SELECT EXISTS (SELECT 1 FROM pragma_foreign_key_check('students'))",
		"SELECT EXISTS (SELECT 1 FROM pragma_foreign_key_check('enrolments'))",
	} {
		if orphans {
			return errOrphan
		}
		if err := tx.QueryRowContext(ctx, query).Scan(&orphans); err != nil {
			return err
		}
	}
	if orphans {
		return errOrphan
	}
	return nil
}
