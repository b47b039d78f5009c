package schooldb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/uptrace/bun"
	"modernc.org/sqlite/vtab"

	"github.com/pythonweb/goweb/schooldb/internal/bulk"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// bulkCache is how many KiB a bulk load sorts at once. More is slower, because what fits into the processor's cache
// sorts faster; less changes nothing, because SQLite sorts at least 250 pages at once.
const bulkCache = 4 << 10

// bulk loads everything into the SQLite file, through a connection of its own that enforces no constraint row by row:
// the records were checked when they were read, the tables' primary keys keep keys unique, and foreign keys are checked
// all together before the transaction commits. Indexes, sums and triggers are recreated.
func (s *School) bulk(ctx context.Context, open func(Kind) (source, error), made func(n, of int)) error {
	in := &incoming{open: open, count: map[Kind]int64{}}
	pool, err := s.db.Bulk(sqldb.BulkOptions{CacheKiB: bulkCache, Modules: map[string]vtab.Module{"incoming": in}})
	if err != nil {
		return err
	}
	defer pool.Close()
	err = pool.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		before, err := summed(ctx, tx)
		if err != nil {
			return err
		}
		derived, err := bulk.SetAside(ctx, tx, tables())
		if err != nil {
			return err
		}
		for _, kind := range Kinds() {
			if err := take(ctx, tx, kind); err != nil {
				return errors.Join(in.err, err)
			}
		}
		if err := derived.Restore(ctx, tx, made); err != nil {
			return err
		}
		return checkReferences(ctx, tx, before+in.count[GradeKind])
	})
	if in.err != nil {
		return in.err
	}
	return err
}

// take inserts all records of a kind. With OR FAIL, SQLite keeps no journal to undo the one statement: if it fails, the
// whole transaction is rolled back.
func take(ctx context.Context, tx bun.Tx, kind Kind) error {
	columns := strings.Join(kind.Columns(), ", ")
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

// checkReferences returns errOrphan if a record refers to one that does not exist. A grade of a student who does not
// exist is in none of the sums.
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
