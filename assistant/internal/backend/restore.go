package backend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/sqlstore"
	"github.com/pythonweb/goweb/console/atomicfile"
)

// CheckBackup refuses a file that is not a store in SQLite.
func CheckBackup(ctx context.Context, file string) error {
	if _, err := os.Stat(file); err != nil {
		return err
	}
	store, err := sqlstore.Connect(ctx, "sqlite:"+file)
	if err != nil {
		return err
	}
	states, err := store.Migrations(ctx)
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	if len(states) == 0 || !states[0].Applied {
		return &assistant.FieldError{
			Field:   "file",
			Value:   file,
			Problem: "not a backup of an assistant's store",
			Hint:    "name what db backup wrote",
		}
	}
	return nil
}

// Restore replaces the store in a SQLite file by a backup. The file may be in use or damaged, or have beside it the
// journal of a process that was killed; a file that cannot be opened is moved aside with its journal. before is called
// with the store as it was, if that can be opened.
func Restore(ctx context.Context, file, backup string, before func(Store) error) error {
	_, err := os.Stat(file)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return err
	}
	if !missing {
		store, err := sqlstore.Connect(ctx, "sqlite:"+file)
		if err == nil {
			_, err = store.Migrations(ctx)
		}
		if err == nil {
			err = errors.Join(before(store), store.Restore(ctx, backup))
			return errors.Join(err, store.Close())
		}
		if ctx.Err() != nil {
			return err
		}
		if store != nil {
			_ = store.Close() // it could not be read
		}
		if err := moveAside(file); err != nil {
			return err
		}
	}
	for _, journal := range []string{file + "-wal", file + "-shm"} {
		if err := os.Remove(journal); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := copyFile(file, backup); err != nil {
		return err
	}
	store, err := Open(ctx, "sqlite:"+file)
	if err != nil {
		return err
	}
	return store.Close()
}

// moveAside renames a damaged store and its journal.
func moveAside(file string) error {
	aside := file + ".damaged-" + time.Now().UTC().Format("20060102T150405")
	for _, end := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(file+end, aside+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("move %s aside: %w", file, err)
		}
	}
	return nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return atomicfile.Write(to, 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}
