package mailbox

import (
	"context"

	"github.com/uptrace/bun"
)

// So many rows, and about so many bytes of their bodies, are in memory at once.
const (
	pageRows  = 256
	pageBytes = 16 << 20
)

// page reads the first rows that q selects: as many as may be in memory at once, and none when there are none. The
// database is free again when it returns, however long its caller needs for them.
func page[R any](ctx context.Context, q *bun.SelectQuery, size func(*R) int) ([]R, error) {
	found, err := q.Limit(pageRows).Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var rows []R
	for bytes := 0; bytes < pageBytes && found.Next(); {
		rows = append(rows, *new(R))
		last := &rows[len(rows)-1]
		if err := q.DB().ScanRow(ctx, found, last); err != nil {
			return nil, err
		}
		bytes += size(last)
	}
	return rows, found.Err()
}
