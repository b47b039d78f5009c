package command

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// Copies of a SQLite store are kept in a folder next to it: one for each day on which it was used, and those made
// before a migration, an import or a restoration. The oldest are deleted.
const (
	mostCopies = 12
	copyTime   = "20060102T150405.000Z"
)

// The reasons for a copy.
const (
	copyDaily     = "day"
	copyMigration = "migration"
	copyImport    = "import"
	copyRestore   = "restore"
)

// sqliteFile returns the file of a SQLite store, or "" for any other store.
func sqliteFile(dsn string) string {
	file, ok := strings.CutPrefix(dsn, "sqlite:")
	if !ok || file == ":memory:" {
		return ""
	}
	return file
}

// copiesOf lists the copies of a store's file, oldest first.
func copiesOf(file string) ([]view.Copy, error) {
	if file == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(file + ".copies")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var list []view.Copy
	for _, entry := range entries {
		stamp, rest, _ := strings.Cut(strings.TrimSuffix(entry.Name(), ".db"), "-")
		at, err := time.Parse(copyTime, stamp)
		if err != nil || rest == "" {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			continue // it has just been deleted
		}
		list = append(
			list,
			view.Copy{File: filepath.Join(file+".copies", entry.Name()), At: at, Reason: rest, Bytes: info.Size()},
		)
	}
	slices.SortFunc(list, func(a, b view.Copy) int { return a.At.Compare(b.At) })
	return list, nil
}

// keep makes a copy of a store and deletes the oldest ones.
func keep(ctx context.Context, store backend.Store, file, reason string) error {
	folder := file + ".copies"
	if err := atomicfile.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	name := time.Now().UTC().Format(copyTime) + "-" + reason + ".db"
	if err := store.Backup(ctx, filepath.Join(folder, name)); err != nil {
		return err
	}
	list, err := copiesOf(file)
	for len(list) > mostCopies && err == nil {
		err = os.Remove(list[0].File)
		list = list[1:]
	}
	return err
}

// stored reports whether a store's file has any content.
func stored(file string) bool {
	info, err := os.Stat(file)
	return file != "" && err == nil && info.Size() > 0
}

// openStore opens a store and brings its tables up to date. It makes a copy before that, and one a day.
func (s *session) openStore(ctx context.Context, dsn string) (backend.Store, error) {
	existed := stored(sqliteFile(dsn))
	store, err := backend.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	s.dsn = dsn
	if existed {
		err = s.keepBeforeMigration(ctx, store)
	}
	if err == nil {
		_, err = store.Migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if existed {
		s.store = store
		if err := s.keepDaily(ctx, false); err != nil {
			return nil, errors.Join(err, store.Close())
		}
	}
	return store, nil
}

// keepBeforeMigration makes a copy if migrations are pending in a store that has had some already.
func (s *session) keepBeforeMigration(ctx context.Context, store backend.Store) error {
	file := sqliteFile(s.dsn)
	if !stored(file) {
		return nil
	}
	states, err := store.Migrations(ctx)
	if err != nil {
		return err
	}
	applied, pending := 0, 0
	for _, state := range states {
		if state.Applied {
			applied++
		} else {
			pending++
		}
	}
	if applied == 0 || pending == 0 {
		return nil
	}
	return s.kept(ctx, keep(ctx, store, file, copyMigration))
}

// keepDaily makes a copy if there is none of today, or in any case before an import. A store that has not changed since
// the last copy needs none.
func (s *session) keepDaily(ctx context.Context, before bool) error {
	file := sqliteFile(s.dsn)
	if !stored(file) || sqldb.ReadOnly(file) { // nothing will change it
		return nil
	}
	list, err := copiesOf(file)
	if err != nil {
		return s.kept(ctx, err)
	}
	reason := copyDaily
	if before {
		reason = copyImport
	}
	if len(list) > 0 {
		last := list[len(list)-1]
		today := last.At.In(s.book.Location).Format(time.DateOnly) == time.Now().In(s.book.Location).Format(time.DateOnly)
		if !before && today || unchangedSince(file, last.At) {
			return nil
		}
	}
	return s.kept(ctx, keep(ctx, s.store, file, reason))
}

// unchangedSince reports whether neither a store's file nor its journal has been written since a time.
func unchangedSince(file string, at time.Time) bool {
	for _, name := range []string{file, file + "-wal"} {
		info, err := os.Stat(name)
		if err == nil && info.Size() > 0 && info.ModTime().After(at) { // opening creates an empty journal
			return false
		}
	}
	return true
}

// kept reports that a copy could not be made. The command itself goes on: a full disk or a read-only medium must not
// keep a person from reading.
func (s *session) kept(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil {
		s.terminal.Notef("%s", s.lang.Sprintf("no copy of the store was kept: %v", err))
		return nil
	}
	return err
}

func listCopies(_ context.Context, s *session) error {
	list, err := copiesOf(sqliteFile(s.dsn))
	if err != nil {
		return err
	}
	return s.view.Copies(list)
}

// restoreStore restores a backup to the store's file, whatever state that is in.
func restoreStore(ctx context.Context, s *session) error {
	file := sqliteFile(s.dsn)
	source := s.Args().First()
	if file == "" {
		return &console.Error{
			Code: console.Failed, Name: "unsupported",
			Hint: s.lang.Text("use the server's own tools, or assistant db import FILE.json"),
			Err:  errors.New(s.lang.Text("the store is on a server, which restores it itself")),
		}
	}
	if err := backend.CheckBackup(ctx, source); err != nil {
		return err
	}
	question := s.lang.Sprintf("restore %s over everything in %s?", source, file)
	if err := s.terminal.Confirm(s.Bool("yes"), "%s", question); err != nil {
		return err
	}
	err := backend.Restore(ctx, file, source, func(store backend.Store) error {
		return s.kept(ctx, keep(ctx, store, file, copyRestore))
	})
	if err != nil {
		return err
	}
	return s.view.Message(
		s.lang.Sprintf("restored %s from %s", file, source),
		map[string]string{"restored": file, "from": source},
	)
}
