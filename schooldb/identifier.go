package schooldb

import (
	"context"
	"fmt"
	"math"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// lockIDs lets one transaction at a time give numbers to records of a kind. It needs no more rights than adding one
// does.
func (s *School) lockIDs(ctx context.Context, tx bun.Tx, kind Kind) error {
	if s.dialect == statement.SQLite {
		return nil // has one writer anyway
	}
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?::regclass::oid::int, 1)", kind.Table())
	if err == nil {
		// Waits for an import, which locks the table, before the greatest number is looked up.
		_, err = tx.ExecContext(ctx, "LOCK TABLE ? IN ROW EXCLUSIVE MODE", bun.Ident(kind.Table()))
	}
	return err
}

// lowIDs bounds the low numbers: greater ones were chosen by somebody else, and the program counts on from the low ones
// when it cannot count on from the greatest.
const lowIDs = 1 << 62

// nextID returns the number of the next record of a kind. The number of a removed record is not given again while any
// other is free; triggers keep track of what was removed.
func nextID(ctx context.Context, db bun.IDB, kind Kind) (int64, error) {
	if kind == EnrolmentKind {
		return 0, nil
	}
	var greatest, low, first int64
	err := db.QueryRowContext(ctx, `
		SELECT coalesce((SELECT max(id) FROM ?0), 0), coalesce((SELECT max(id) FROM ?0 WHERE id < ?1), 0)`,
		bun.Ident(kind.Table()), int64(lowIDs)).Scan(&greatest, &low)
	if err != nil {
		return 0, err
	}
	var retired, retiredLow int64
	err = db.QueryRowContext(ctx, "SELECT greatest, low FROM retired_ids WHERE kind = ?", kind.Table()).
		Scan(&retired, &retiredLow)
	if err != nil {
		return 0, err
	}
	switch greatest, low = max(greatest, retired), max(low, retiredLow); {
	case greatest < math.MaxInt64:
		return greatest + 1, nil
	case low < lowIDs-1:
		return low + 1, nil
	}
	err = db.QueryRowContext(ctx, `
		SELECT coalesce(min(id), 0) FROM (
			SELECT 1 AS id WHERE NOT EXISTS (SELECT 1 FROM ?0 WHERE id = 1)
			UNION ALL
			SELECT t.id + 1 FROM ?0 AS t WHERE t.id < ?1 AND NOT EXISTS (SELECT 1 FROM ?0 AS n WHERE n.id = t.id + 1)) AS free`,
		bun.Ident(kind.Table()), int64(lowIDs)).Scan(&first)
	if err == nil && first == 0 {
		err = fmt.Errorf("every number of a %s is taken", kind)
	}
	return first, err
}
