// Package migrate creates and changes the tables of a database by numbered SQL files, which a program embeds:
//
//	001_contacts.up.sql    001_contacts.down.sql
//	002_notes.up.sql       002_notes.down.sql
//
// Each file runs in one transaction together with the mark that it has run, so a killed process leaves either both or
// neither, and no lock: the next start continues where it ended. Several processes may start at once; each file still
// runs once. A file that has run must not be edited; its checksum is kept and an edited one is refused.
//
// On SQLite foreign keys are not enforced while a file runs, so that a table can be rebuilt, and are checked before its
// transaction commits. A file cannot begin or end transactions of its own.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// Errors that say why migrations cannot run. The error that wraps one names the file.
var (
	ErrEdited  = errors.New("was changed after it had run (restore it and write a new file for the change)")
	ErrUnknown = errors.New(
		"has run in the database but is not known here (the database was made by a newer version; update the program)",
	)
	ErrLate   = errors.New("comes before a file that has run already (give it the next free number)")
	ErrNoDown = errors.New("cannot be undone: it has no .down.sql file")
)

// Migrator applies the migrations of one set of files to one database. Its methods may be called concurrently, in one
// process and in several.
type Migrator struct {
	db    *sqldb.DB
	files []file
	store store
	table marksTable

	reached func(step) // called at every step; tests kill the process there
}

// State is what is known about one migration.
type State struct {
	Name    string    // NNN_name
	Applied bool      // whether it has run
	At      time.Time // when it ran, UTC; zero when it has not
	Edited  bool      // its file was changed after it had run
	Unknown bool      // it has run but there is no such file
}

// Options say how the migrations of a program are kept separate from everything else in the database.
type Options struct {
	// Program names the table that records what has run, PROGRAM_migrations, so that several programs can share a
	// database, or a schema of it, with each other and with other people's programs. Marks that an older version left in
	// schema_migrations are found there and moved by the next migration. Empty means schema_migrations.
	Program string

	// Extensions of PostgreSQL that the files use. They are created if they are missing, and their schemas are visible
	// while the files run, whichever they are.
	Extensions []string
}

// New reads the migrations of fsys: the files NNN_name.up.sql and NNN_name.down.sql at its root, in the order of their
// numbers. Other files are ignored unless their name ends in .sql. It does not touch the database.
func New(db *sqldb.DB, fsys fs.FS, o Options) (*Migrator, error) {
	files, err := readFiles(fsys)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	store, own := newStore(db, o.Extensions), oldTable
	if o.Program != "" {
		own = o.Program + "_migrations"
	}
	return &Migrator{
		db: db, files: files, store: store, table: marksTable{own: own, store: store, files: files}, reached: func(step) {},
	}, nil
}

// Up runs the migrations that have not run yet and returns the names of those that this call ran; when another process
// runs them at the same time, it waits and returns the rest. On an error it returns those that ran before it.
func (m *Migrator) Up(ctx context.Context) ([]string, error) {
	var done []string
	pending, err := m.Plan(ctx) // without taking the write lock, because there is mostly nothing to do
	if why := m.db.ReadOnly(); err == nil && len(pending) > 0 && why != "" {
		return nil, fmt.Errorf("migrate: %s has not run, and cannot: %s: %w", pending[0], why, sqldb.ErrReadOnly)
	}
	for err == nil && len(pending) > 0 {
		var name string
		name, err = m.next(ctx)
		if name == "" {
			break
		}
		done = append(done, name)
	}
	return done, err
}

// next runs the first pending migration, if there is one, and returns its name.
func (m *Migrator) next(ctx context.Context) (string, error) {
	var name string
	err := m.store.transaction(ctx, m.reached, func(tx transaction) error {
		marks, err := m.table.prepare(ctx, tx.Tx)
		if err != nil {
			return err
		}
		pending, err := m.pending(marks)
		if err != nil || len(pending) == 0 {
			return err
		}
		next := pending[0]
		if err := tx.run(ctx, next.up); err != nil {
			return fmt.Errorf("%s: %w", next.up.name, err)
		}
		m.reached(ran)
		if err := m.table.add(ctx, tx.Tx, mark{Name: next.name, Checksum: next.checksum, At: time.Now().UTC()}); err != nil {
			return fmt.Errorf("%s: %w", next.up.name, err)
		}
		m.reached(marked)
		name = next.name
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	return name, nil
}

// Down undoes the last n migrations that have run, the newest first, and returns their names. Fewer than n are not an
// error.
func (m *Migrator) Down(ctx context.Context, n int) ([]string, error) {
	var undone []string
	if exists, err := m.db.Exists(); err != nil || !exists {
		return nil, err
	}
	if why := m.db.ReadOnly(); n > 0 && why != "" {
		return nil, fmt.Errorf("undo migration: %s: %w", why, sqldb.ErrReadOnly)
	}
	for len(undone) < n {
		name, err := m.undo(ctx)
		if err != nil || name == "" {
			return undone, err
		}
		undone = append(undone, name)
	}
	return undone, nil
}

// undo undoes the newest migration, if any has run, and returns its name.
func (m *Migrator) undo(ctx context.Context) (string, error) {
	var name string
	err := m.store.transaction(ctx, m.reached, func(tx transaction) error {
		marks, err := m.table.prepare(ctx, tx.Tx)
		if err != nil {
			return err
		}
		pending, err := m.pending(marks)
		if err != nil || len(pending) == len(m.files) {
			return err
		}
		last := m.files[len(m.files)-len(pending)-1]
		if last.down.name == "" {
			return fmt.Errorf("%s: %w", last.up.name, ErrNoDown)
		}
		if err := tx.run(ctx, last.down); err != nil {
			return fmt.Errorf("%s: %w", last.down.name, err)
		}
		m.reached(ran)
		if err := m.table.remove(ctx, tx.Tx, last.name); err != nil {
			return fmt.Errorf("%s: %w", last.down.name, err)
		}
		m.reached(marked)
		name = last.name
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("undo migration: %w", err)
	}
	return name, nil
}

// Plan returns the names of the migrations that Up would run. It changes no byte of the database and creates no file.
func (m *Migrator) Plan(ctx context.Context) ([]string, error) {
	marks, err := m.marks(ctx)
	if err != nil {
		return nil, err
	}
	pending, err := m.pending(marks)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	names := make([]string, len(pending))
	for i, f := range pending {
		names[i] = f.name
	}
	return names, nil
}

// Status returns every migration in order, those that have run and those that have not. Like Plan it only reads.
func (m *Migrator) Status(ctx context.Context) ([]State, error) {
	marks, err := m.marks(ctx)
	if err != nil {
		return nil, err
	}
	states := make([]State, 0, len(m.files))
	for _, f := range m.files {
		state := State{Name: f.name}
		if i := slices.IndexFunc(marks, func(k mark) bool { return k.Name == f.name }); i >= 0 {
			state.Applied, state.At, state.Edited = true, marks[i].At, marks[i].Checksum != f.checksum
		}
		states = append(states, state)
	}
	for _, k := range marks {
		if !slices.ContainsFunc(m.files, func(f file) bool { return f.name == k.Name }) {
			states = append(states, State{Name: k.Name, Applied: true, At: k.At, Unknown: true})
		}
	}
	slices.SortStableFunc(states, func(a, b State) int { return compareNames(a.Name, b.Name) })
	return states, nil
}

// marks reads which migrations have run, without locking or creating anything.
func (m *Migrator) marks(ctx context.Context) ([]mark, error) {
	exists, err := m.db.Exists()
	if err != nil || !exists {
		return nil, err
	}
	marks, err := m.table.read(ctx, m.db.Reader)
	if err != nil {
		return nil, fmt.Errorf("read which migrations have run: %w", err)
	}
	return marks, nil
}

// pending returns the files that have not run, or why the marks do not match the files.
func (m *Migrator) pending(marks []mark) ([]file, error) {
	byName := make(map[string]mark, len(marks))
	for _, k := range marks {
		byName[k.Name] = k
	}
	var pending []file
	for _, f := range m.files {
		k, applied := byName[f.name]
		delete(byName, f.name)
		switch {
		case !applied:
			pending = append(pending, f)
		case k.Checksum != f.checksum:
			return nil, fmt.Errorf("%s %w", f.up.name, ErrEdited)
		case len(pending) > 0:
			return nil, fmt.Errorf("%s %w", pending[0].up.name, ErrLate)
		}
	}
	for _, k := range marks {
		if _, unknown := byName[k.Name]; unknown {
			return nil, fmt.Errorf("%s %w", k.Name, ErrUnknown)
		}
	}
	return pending, nil
}
