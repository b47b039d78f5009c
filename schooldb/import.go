package schooldb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/schooldb/internal/publish"
	"github.com/pythonweb/goweb/schooldb/internal/sheet"
)

// ErrWrongRows is returned by Import when rows are wrong; each of them was reported and nothing was imported.
var ErrWrongRows = errors.New("nothing was imported")

// ImportOptions say how Import works. The functions are called if they are not nil.
type ImportOptions struct {
	DryRun  bool              // change nothing
	Update  bool              // change records that exist already, instead of refusing them
	Map     map[string]string // names of columns by their headers; "" leaves a column out
	Journal *Journal          // the file is a page of a class journal

	Wrong      func(*WrongRow)   // is told every wrong row, in the order of the files
	Understood func(*Understood) // is told the first rows of every file, of a dry run only
	Changed    func(*Change)     // is told what Update changes, or would change
	Counted    func(*Count)      // is told what a file held; if all have ids, only of a dry run or an update
	Read       func()            // is told every record that was read
	Made       func(n, of int)   // is told how many indexes, sums and triggers have been recreated after that, if they are
}

// Understood is a row of a file as it was understood.
type Understood struct {
	File   string
	Line   int
	Kind   Kind
	Fields []string // the columns of the kind
	Values []string // of the fields, with the names of the records they refer to; "" for none
}

// Change is a field that an import changes.
type Change struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Kind  Kind   `json:"kind"`
	ID    int64  `json:"id"`
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// String returns FILE:LINE: KIND ID: FIELD OLD → NEW.
func (c *Change) String() string {
	return fmt.Sprintf("%s:%d: %s %d: %s %s → %s", c.File, c.Line, c.Kind, c.ID, c.Field, orDash(c.Old), orDash(c.New))
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// Count is what a file held.
type Count struct {
	File    string `json:"file"`
	Rows    int    `json:"rows"`
	New     int    `json:"new"`
	Changed int    `json:"changed"`
	Same    int    `json:"same"`
	Wrong   int    `json:"wrong"`
}

// header returns the name of a column with this header.
func (o *ImportOptions) header(name string) string {
	if mapped, ok := o.Map[fold(name)]; ok {
		if mapped == "" {
			return "#"
		}
		return mapped
	}
	return name
}

// Import adds the records of tables to the database: all of them, or nothing. path is a folder with files named after
// the tables (groups, teachers, subjects, students, grades, enrolments), a spreadsheet with such sheets, or one such
// file; a single table may have any name when its columns tell what it is. The files are CSV in UTF-8, UTF-16 or
// Windows-1251, XLSX or ODS. The first row names the columns, in any order, in English or Ukrainian; what a record
// refers to is given by its id, or by a name that is unique, or unique in a group. Records get ids where a table has
// none. Where files give ids, memory does not grow with them. Others can read the database meanwhile, except while a
// PostgreSQL database receives its first grades.
func (s *School) Import(ctx context.Context, path string, o ImportOptions) error {
	o.Map = foldKeys(o.Map)
	wrong := 0
	tell := o.Wrong
	o.Wrong = func(w *WrongRow) {
		wrong++
		if tell != nil {
			tell(w)
		}
	}
	files, err := s.openAll(ctx, s.db.Reader, path, &o)
	if err != nil || wrong > 0 {
		files.close()
		return importError(wrong, err)
	}
	plain := !o.DryRun && !o.Update && files.numbered()
	if plain {
		err := s.importAll(ctx, files, o)
		files.close()
		if err == nil || !refused(err) {
			return importError(0, err)
		}
		// Something is wrong: say what and where.
		o.DryRun, o.Understood, o.Counted = true, nil, nil
		if explained := s.importRows(ctx, path, o); explained != nil || wrong > 0 {
			return importError(wrong, explained)
		}
		return importError(0, err)
	}
	files.close()
	err = s.importRows(ctx, path, o)
	return importError(wrong, err)
}

func foldKeys(words map[string]string) map[string]string {
	folded := make(map[string]string, len(words))
	for key, value := range words {
		folded[fold(key)] = value
	}
	return folded
}

func importError(wrong int, err error) error {
	switch {
	case err != nil && !errors.Is(err, errWrong):
		return failed("import", err)
	case wrong == 1:
		return fmt.Errorf("import: 1 row is wrong: %w", ErrWrongRows)
	case wrong > 1:
		return fmt.Errorf("import: %d rows are wrong: %w", wrong, ErrWrongRows)
	}
	return nil
}

// refused reports whether err is about the data, not about the disk or the connection, nor an interruption.
func refused(err error) bool {
	var wrong *WrongRow
	return errors.As(err, &wrong) || isConstraint(err)
}

// importAll loads the files and fails at the first wrong row.
func (s *School) importAll(ctx context.Context, files files, o ImportOptions) error {
	much, err := s.much(ctx, files)
	if err != nil {
		return err
	}
	return s.load(ctx, much, func(kind Kind) (source, error) {
		file := files[kind]
		if file == nil {
			return nil, nil
		}
		if o.Read != nil {
			file.read = o.Read
		}
		return file, nil
	}, o.Made)
}

// much reports whether there are so many new grades, compared with the old ones, that recomputing all sums costs less
// than updating them grade by grade.
func (s *School) much(ctx context.Context, files files) (bool, error) {
	const bytes = 22 // in a line of grades.csv, about
	if files[GradeKind] == nil {
		return false, nil
	}
	var there int64
	err := s.db.Reader.NewRaw("SELECT coalesce(sum(grade_count), 0) FROM subject_sums").Scan(ctx, &there)
	return files[GradeKind].size/bytes > there/4, err
}

// files are the open tables of an import.
type files map[Kind]*file

func (f files) close() {
	for _, file := range f {
		file.close()
	}
}

// numbered reports whether every table gives the ids of its records.
func (f files) numbered() bool {
	for _, file := range f {
		if !file.numbered() {
			return false
		}
	}
	return true
}

// openAll opens the tables and reads their headers and the names that they need.
func (s *School) openAll(ctx context.Context, db bun.IDB, path string, o *ImportOptions) (files, error) {
	if err := publish.Finish(path, tables()); err != nil {
		return nil, err
	}
	tables, err := sheet.Open(path, func(name string) bool { return kindNamed(name) != "" })
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(Kinds()))
	for _, kind := range Kinds() {
		names = append(names, kind.Table())
	}
	if len(tables) == 0 {
		return nil, fmt.Errorf(
			"%s holds no table (name a file or a sheet %s)",
			filepath.Base(path),
			strings.Join(names, ", "),
		)
	}
	if o.Journal != nil && len(tables) > 1 {
		return nil, fmt.Errorf("%s: %w, not %d", filepath.Base(path), errJournal, len(tables))
	}
	slices.SortStableFunc(tables, func(a, b sheet.Table) int {
		return cmp.Compare(slices.Index(Kinds(), kindNamed(a.Name)), slices.Index(Kinds(), kindNamed(b.Name)))
	})
	all := files{}
	for i := range tables {
		kind, err := kindOfTable(&tables[i], len(tables) == 1, o)
		switch {
		case err != nil:
			return all, err
		case kind == "":
			return all, fmt.Errorf(
				"%s: cannot tell which table this is (name the file or the sheet %s)",
				tables[i].File,
				strings.Join(names, ", "),
			)
		case all[kind] != nil:
			return all, fmt.Errorf(
				"%s and %s both hold %s (import one after the other)",
				all[kind].name,
				tables[i].File,
				kind.Table(),
			)
		}
		file, err := openFile(&tables[i], kind, o)
		if err != nil {
			return all, err
		}
		if file != nil {
			all[kind] = file
		}
	}
	return all, s.prepare(ctx, db, all)
}

// prepare reads the names that the columns of the files need, and the next numbers for records without an id.
func (s *School) prepare(ctx context.Context, db bun.IDB, all files) error {
	kinds := map[Kind]bool{}
	for kind, file := range all {
		for _, c := range file.columns {
			if c.use == asName || c.use == asHelp {
				kinds[c.kind] = true
			}
		}
		if file.numbered() {
			continue
		}
		kinds[kind] = kind != GradeKind
		var err error
		if file.number, err = nextID(ctx, db, kind); err != nil {
			return err
		}
		file.first = file.number
	}
	delete(kinds, GradeKind)
	directory, err := s.newDirectory(ctx, db, slices.Sorted(maps.Keys(kinds)))
	for _, file := range all {
		file.names = directory
	}
	return err
}

// kindOfTable returns what a table holds: by its name or, if it is alone, by its columns.
func kindOfTable(t *sheet.Table, alone bool, o *ImportOptions) (Kind, error) {
	if o.Journal != nil {
		return GradeKind, nil
	}
	if kind := kindNamed(t.Name); kind != "" || !alone {
		return kind, nil
	}
	rows, err := t.Open()
	if err != nil {
		return "", err
	}
	defer rows.Close()
	header, err := rows.Read()
	if err != nil {
		return "", nil // is reported when the table is opened
	}
	for _, kind := range []Kind{GradeKind, StudentKind, SubjectKind} {
		// What tells the kind: a grade, a student's group, a subject's teacher.
		last := map[Kind]string{GradeKind: "grade", StudentKind: "group_id", SubjectKind: "teacher_id"}[kind]
		if slices.ContainsFunc(header, func(text []byte) bool {
			c, known := columnOf(kind, o.header(string(text)))
			return known && c.use <= asName && kind.fields()[c.field].name == last
		}) {
			return kind, nil
		}
	}
	return "", nil
}
