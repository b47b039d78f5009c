package publish

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pythonweb/goweb/console/atomicfile"
)

// Unfinished is a file in a folder that an export is replacing, with the names of the new files. It appears when all of
// them are complete, and whoever comes next moves those into place that a killed export has not: nobody takes old and
// new files for one school.
const Unfinished = ".schooldb-export"

// Folder takes the files of an export.
type Folder struct {
	dir    string
	tables []string // whose files are exported
	files  []*atomicfile.File
	step   func() // called around each step of Put, for tests; else nil
}

// New begins an export of tables into dir. step is called around each step of Put, for tests; else it is
// nil.
func New(dir string, tables []string, step func()) *Folder {
	return &Folder{dir: dir, tables: tables, step: step}
}

// Create begins the file of a table.
func (e *Folder) Create(table string) (io.Writer, error) {
	file, err := atomicfile.Create(filepath.Join(e.dir, table+".csv"), 0o600)
	if err == nil {
		e.files = append(e.files, file)
	}
	return file, err
}

// GiveUp removes what has been written, unless Put has listed it.
func (e *Folder) GiveUp() {
	for _, file := range e.files {
		_ = file.Close()
	}
}

// Put moves all files into place. After an error in the middle, Finish does the rest.
func (e *Folder) Put() error {
	var names []string
	var others []*atomicfile.File // pipes, and links to elsewhere
	for _, file := range e.files {
		name := filepath.Base(file.Name())
		if _, ok := exported(e.tables, name); !ok || filepath.Dir(file.Name()) != filepath.Clean(e.dir) {
			others = append(others, file)
			continue
		}
		if err := errors.Join(file.Sync(), file.File.Close()); err != nil {
			return err
		}
		names = append(names, name)
	}
	if err := e.note(names); err != nil {
		return err
	}
	e.files = nil // from here on nothing is given up
	if err := finish(e.dir, e.tables, names, e.step); err != nil {
		return err
	}
	for _, file := range others {
		if err := file.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// note writes the list of the new files, after it has moved the files of an interrupted export into place.
func (e *Folder) note(names []string) error {
	const times = 10
	var err error
	for range times {
		if err = Finish(e.dir, e.tables); err != nil {
			return err
		}
		err = atomicfile.WriteNew(filepath.Join(e.dir, Unfinished), 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(names, "\n"))
			return err
		})
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return err
}

// Finish moves the files of an export that was killed into place. Where dir is not a folder there are none.
func Finish(dir string, tables []string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil
	}
	list, err := os.ReadFile(filepath.Join(dir, Unfinished))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = finish(dir, tables, strings.Split(string(list), "\n"), nil)
	}
	if err != nil {
		return fmt.Errorf("finish the interrupted export into %s: %w", dir, err)
	}
	return nil
}

// finish renames the files that do not have their final names yet, and removes the list.
func finish(dir string, tables, names []string, step func()) error {
	if step == nil {
		step = func() {}
	}
	for _, name := range names {
		target, ok := exported(tables, name)
		if !ok {
			continue // not one of ours, whoever has written that
		}
		step()
		err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, target))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // otherwise it is done already
			return err
		}
	}
	step()
	if err := atomicfile.SyncDir(dir); err != nil {
		return err
	}
	list := filepath.Join(dir, Unfinished)
	// Another process may have finished this export and begun its own.
	if text, err := os.ReadFile(list); err != nil || string(text) != strings.Join(names, "\n") {
		return nil
	}
	if err := os.Remove(list); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return atomicfile.SyncDir(dir)
}

// exported returns what a new file of an export, .grades.csv.123.tmp for example, will be called.
func exported(tables []string, temporary string) (string, bool) {
	for _, table := range tables {
		target := table + ".csv"
		if rest, ok := strings.CutPrefix(temporary, "."+target+"."); ok && !strings.ContainsAny(rest, `/\`) {
			return target, true
		}
	}
	return "", false
}
