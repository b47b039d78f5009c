package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"

	"github.com/pythonweb/goweb/storage"
)

// mark says that a migration has run.
type mark struct {
	bun.BaseModel `bun:"table:schema_migrations"`

	Name     string    `bun:",pk"`
	Checksum string    `bun:",notnull"`
	At       time.Time `bun:"applied_at,notnull"`
}

// step is a moment in the life of a migration.
type step string

const (
	began     step = "began"     // the transaction is open
	ran       step = "ran"       // the file has run
	marked    step = "marked"    // and its mark is written
	committed step = "committed" // both are durable
)

// store is the table of marks in one kind of database.
type store interface {
	// marks reads the marks; a missing table holds none.
	marks(ctx context.Context) ([]mark, error)
	// transaction calls do in a transaction that excludes every other migrator, and commits if it returns nil.
	transaction(ctx context.Context, reached func(step), do func(transaction) error) error
}

func newStore(db *storage.DB) store {
	if db.Dialect().Name() == dialect.PG {
		return postgres{db}
	}
	return sqlite{db}
}

// transaction is an open transaction in which the table of marks exists.
type transaction struct {
	bun.Tx
	verify func(context.Context, bun.Tx) error // what must hold after a file has run
}

// begun creates the table of marks in tx, calls do, and commits.
func begun(ctx context.Context, tx transaction, reached func(step), do func(transaction) error) error {
	reached(began)
	_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_migrations (
		name       text PRIMARY KEY,
		checksum   text NOT NULL,
		applied_at timestamp NOT NULL
	)`)
	if err == nil {
		err = do(tx)
	}
	if err != nil {
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

// run runs a whole SQL file. bun must not see it: it would take a question mark for a placeholder.
func (tx transaction) run(ctx context.Context, s script) error {
	_, err := tx.Tx.Tx.ExecContext(ctx, s.text)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Position > 0 {
		return fmt.Errorf("line %d: %w", lineOf(s.text, int(pg.Position)), err)
	}
	if err != nil {
		return err
	}
	return tx.verify(ctx, tx.Tx)
}

// lineOf returns the line of text in which its position-th character stands.
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

func (tx transaction) marks(ctx context.Context) ([]mark, error) { return selectMarks(ctx, tx) }

func (tx transaction) mark(ctx context.Context, m mark) error {
	_, err := tx.NewInsert().Model(&m).Exec(ctx)
	return err
}

func (tx transaction) unmark(ctx context.Context, name string) error {
	_, err := tx.NewDelete().Model((*mark)(nil)).Where("name = ?", name).Exec(ctx)
	return err
}

func selectMarks(ctx context.Context, db bun.IDB) ([]mark, error) {
	var marks []mark
	err := db.NewSelect().Model(&marks).Order("name").Scan(ctx)
	return marks, err
}

// sqlite keeps the marks in a SQLite database.
type sqlite struct{ db *storage.DB }

func (s sqlite) marks(ctx context.Context) ([]mark, error) {
	var tables int
	err := s.db.Reader.NewRaw("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'").Scan(ctx, &tables)
	if err != nil || tables == 0 {
		return nil, err
	}
	return selectMarks(ctx, s.db.Reader)
}

// transaction is BEGIN IMMEDIATE, which waits for other processes. A table can only be rebuilt while foreign keys are
// not enforced, which SQLite switches outside transactions alone.
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
	return begun(ctx, transaction{tx, checkForeignKeys}, reached, do)
}

// checkForeignKeys reports the first row that refers to a row that is not there.
func checkForeignKeys(ctx context.Context, tx bun.Tx) error {
	var table, parent string
	var row sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT "table", rowid, parent FROM pragma_foreign_key_check`).Scan(&table, &row, &parent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("row %d of table %s refers to a row of %s that does not exist", row.Int64, table, parent)
}

// postgres keeps the marks in a PostgreSQL database.
type postgres struct{ db *storage.DB }

func (p postgres) marks(ctx context.Context) ([]mark, error) {
	var found bool
	err := p.db.NewRaw("SELECT to_regclass('schema_migrations') IS NOT NULL").Scan(ctx, &found)
	if err != nil || !found {
		return nil, err
	}
	return selectMarks(ctx, p.db)
}

// advisoryLock is the number under which migrators exclude each other. The server frees it with the transaction.
const advisoryLock = 0x676f776562 // "goweb"

func (p postgres) transaction(ctx context.Context, reached func(step), do func(transaction) error) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", advisoryLock); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	nothing := func(context.Context, bun.Tx) error { return nil } // PostgreSQL enforces everything itself
	return begun(ctx, transaction{tx, nothing}, reached, do)
}
