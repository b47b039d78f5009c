package schooldb

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"modernc.org/sqlite/vtab"
)

// incoming presents sources to SQLite as virtual tables, so that one INSERT … SELECT takes all records and none crosses
// database/sql on its own. It is a vtab.Module; a table's argument is the kind of its records.
type incoming struct {
	open  func(Kind) (source, error)
	count map[Kind]int64 // of records that were taken
	err   error          // of the source, which SQLite would reduce to a text
}

// Create is Connect.
func (in *incoming) Create(c vtab.Context, args []string) (vtab.Table, error) {
	return in.Connect(c, args)
}

// Connect makes the table USING incoming(KIND).
func (in *incoming) Connect(c vtab.Context, args []string) (vtab.Table, error) {
	kind := Kind(args[3])
	return &incomingTable{in, kind}, c.Declare("CREATE TABLE incoming (" + strings.Join(kind.Columns(), ", ") + ")")
}

type incomingTable struct {
	in   *incoming
	kind Kind
}

// BestIndex has nothing to choose: the table is read once, in its order.
func (t *incomingTable) BestIndex(info *vtab.IndexInfo) error {
	info.EstimatedCost, info.EstimatedRows = 1e9, 1e9
	return nil
}

// Open returns a cursor.
func (t *incomingTable) Open() (vtab.Cursor, error) { return &incomingCursor{table: t}, nil }

// Disconnect does nothing.
func (t *incomingTable) Disconnect() error { return nil }

// Destroy does nothing.
func (t *incomingTable) Destroy() error { return nil }

type incomingCursor struct {
	table  *incomingTable
	src    source
	record record
	row    int64
}

// Filter opens the source.
func (c *incomingCursor) Filter(int, string, []vtab.Value) error {
	var err error
	if c.src, err = c.table.in.open(c.table.kind); err != nil {
		return c.fail(err)
	}
	return c.Next()
}

// Next reads a record.
func (c *incomingCursor) Next() error {
	if c.src == nil {
		return nil
	}
	var err error
	c.record, err = c.src.next()
	switch {
	case errors.Is(err, io.EOF):
		c.record = nil
		c.table.in.count[c.table.kind] = c.row
		return nil
	case err != nil:
		return c.fail(fmt.Errorf("%s: %w", c.table.kind.Table(), err))
	}
	c.row++
	return nil
}

func (c *incomingCursor) fail(err error) error {
	c.table.in.err = err
	return err
}

// Eof reports whether all records have been read.
func (c *incomingCursor) Eof() bool { return c.record == nil }

// Column returns a field of the record.
func (c *incomingCursor) Column(i int) (vtab.Value, error) { return c.record[i], nil }

// Rowid returns the number of the record.
func (c *incomingCursor) Rowid() (int64, error) { return c.row, nil }

// Close does nothing: who opened the source closes it.
func (c *incomingCursor) Close() error { return nil }
