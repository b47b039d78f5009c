package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/uptrace/bun/dialect"
	"modernc.org/sqlite"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// Backup writes a copy of a SQLite database, as it is at one moment, to a new file, whole or not at all, on any file
// system. It returns [fs.ErrExist] when the file exists, and [errors.ErrUnsupported] for a server, which has tools of
// its own for that.
func Backup(ctx context.Context, db *DB, file string) (err error) {
	if db.Dialect().Name() != dialect.SQLite {
		return fmt.Errorf("back up: %w", errors.ErrUnsupported)
	}
	if _, err := os.Lstat(file); err == nil {
		return &fs.PathError{Op: "back up", Path: file, Err: fs.ErrExist}
	}
	f, err := atomicfile.New(file, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := db.NewRaw("VACUUM INTO ?", f.Name()).Exec(ctx); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return f.Commit()
}

// restorePages is how many pages Restore copies before it checks its context again.
const restorePages = 1000

// Restore replaces everything in db by the content of another SQLite file, in one transaction: other connections and
// processes that have the database open read the old content or the new, and one that is killed meanwhile leaves the
// old. A file that is damaged is refused before anything is changed. Restore returns [errors.ErrUnsupported] for a
// server.
func Restore(ctx context.Context, db *DB, file string) error {
	if db.Dialect().Name() != dialect.SQLite {
		return fmt.Errorf("restore: %w", errors.ErrUnsupported)
	}
	if err := checkWhole(ctx, file); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(driver any) error { return copyPages(ctx, driver, sqldb.ReadURI(file)) })
	if err = errors.Join(err, conn.Close()); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	return nil
}

// copyPages copies a database over that of a connection.
func copyPages(ctx context.Context, driver any, source string) error {
	restorer, ok := driver.(interface {
		NewRestore(source string) (*sqlite.Backup, error)
	})
	if !ok {
		return errors.ErrUnsupported
	}
	b, err := restorer.NewRestore(source)
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if err = ctx.Err(); err == nil {
			more, err = b.Step(restorePages)
		}
	}
	return errors.Join(err, b.Finish()) // which rolls everything back unless all was copied
}

// checkWhole returns what is wrong with a SQLite file.
func checkWhole(ctx context.Context, file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Size() == 0 { // which SQLite takes for a database without tables
		return errors.New("the file is empty")
	}
	pool, err := sql.Open("sqlite", sqldb.ReadURI(file))
	if err != nil {
		return err
	}
	var result string
	err = pool.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result)
	if err = errors.Join(err, pool.Close()); err == nil && result != "ok" {
		err = errors.New("the file is damaged")
	}
	return err
}
