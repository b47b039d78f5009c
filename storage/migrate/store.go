package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// mark says that a migration has run.
type mark struct {
	Name     string
	Checksum string
	At       time.Time `bun:"applied_at"`
}

// step is a moment in the life of a migration.
type step string

const (
	began     step = "began"     // the transaction is open
	ran       step = "ran"       // the file has run
	marked    step = "marked"    // and its mark is written
	committed step = "committed" // both are durable
)

// store is one kind of database.
type store interface {
	// columns returns the columns of a table in the schema where new tables are created; none if there is no such table.
	columns(ctx context.Context, db bun.IDB, table string) ([]string, error)
	// transaction calls do in a transaction that excludes every other migrator, and commits if it returns nil.
	transaction(ctx context.Context, reached func(step), do func(transaction) error) error
}

// newStore returns the store of db's kind.
func newStore(db *sqldb.DB, extensions []string) store {
	if db.Dialect().Name() == dialect.PG {
		return postgres{db, extensions}
	}
	return sqlite{db}
}

// transaction is an open transaction.
type transaction struct {
	bun.Tx
	verify   func(context.Context, bun.Tx) error // checks what must hold after a file has run
	position func(error) int                     // where in a statement's text an error is, or 0
}

// begun calls do in tx and commits.
func begun(tx transaction, reached func(step), do func(transaction) error) error {
	reached(began)
	if err := do(tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	reached(committed)
	return nil
}

// ignoreDone drops the report that a cancelled transaction has rolled back by itself.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// run runs a whole SQL file. It bypasses bun, which would take a question mark for a placeholder.
func (tx transaction) run(ctx context.Context, s script) error {
	_, err := tx.Tx.Tx.ExecContext(ctx, s.text)
	if err != nil {
		if at := tx.position(err); at > 0 {
			return fmt.Errorf("line %d: %w", lineOf(s.text, at), err)
		}
		return err
	}
	return tx.verify(ctx, tx.Tx)
}

// lineOf returns the number of the line that contains the position-th character of text.
func lineOf(text string, position int) int {
	line := 1
	for _, r := range text {
		if position--; position <= 0 {
			break
		}
		if r == '\n' {
			line++
		}
	}
	return line
}

// sqlite is a SQLite database.
type sqlite struct{ db *sqldb.DB }

func (s sqlite) columns(ctx context.Context, db bun.IDB, table string) ([]string, error) {
	var columns []string
	err := db.NewRaw("SELECT name FROM pragma_table_info(?)", table).Scan(ctx, &columns)
	return columns, err
}

// transaction is BEGIN IMMEDIATE, which waits for other processes. A table can only be rebuilt while foreign keys are
// not enforced, which SQLite can switch only outside transactions.
func (s sqlite) transaction(ctx context.Context, reached func(step), do func(transaction) error) (err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = 0"); err != nil {
		return err
	}
	defer func() {
		_, on := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA foreign_keys = 1")
		err = errors.Join(err, on)
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return begun(transaction{tx, checkForeignKeys, s.db.Position}, reached, do)
}

// checkForeignKeys reports the first row that refers to a row that does not exist.
func checkForeignKeys(ctx context.Context, tx bun.Tx) error {
	var table, parent string
	var row sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT "table", rowid, parent FROM pragma_foreign_key_check`).
		Scan(&table, &row, &parent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("row %d of table %s refers to a row of %s that does not exist", row.Int64, table, parent)
}
