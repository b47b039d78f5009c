package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	bundialect "github.com/uptrace/bun/dialect"
	"modernc.org/sqlite"

	"github.com/pythonweb/goweb/console/atomicfile"
)

// Backup writes a copy of a SQLite database, as it is at one moment, to a new file. It returns [errors.ErrUnsupported]
// for PostgreSQL and [fs.ErrExist] when the file is there.
func (s *Store) Backup(ctx context.Context, file string) (err error) {
	if s.db.Dialect().Name() != bundialect.SQLite {
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
	if _, err := s.db.NewRaw("VACUUM INTO ?", f.Name()).Exec(ctx); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return f.Commit()
}

// Restore puts the content of another SQLite file in the place of everything, in one transaction: others that have the
// database open read the old content or the new. Then it brings the tables up to date and renews the revision.
func (s *Store) Restore(ctx context.Context, file string) error {
	if s.db.Dialect().Name() != bundialect.SQLite {
		return fmt.Errorf("restore: %w", errors.ErrUnsupported)
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(driver any) error {
		restorer, ok := driver.(interface {
			NewRestore(source string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.ErrUnsupported
		}
		b, err := restorer.NewRestore(file)
		if err != nil {
			return err
		}
		_, err = b.Step(-1)
		return errors.Join(err, b.Finish())
	})
	if err = errors.Join(err, conn.Close()); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	if _, err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.renewRevision(ctx)
}
