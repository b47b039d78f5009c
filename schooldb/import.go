package schooldb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrWrongRows is returned by Import when rows are wrong; each of them was reported and nothing was imported.
var ErrWrongRows = errors.New("nothing was imported")

// ImportOptions say how Import works.
type ImportOptions struct {
	DryRun bool
	Wrong  func(*WrongRow) // is told every wrong row, in the order of the files, if not nil
	Read   func()          // is told every record that was read, if not nil
	Made   func(n, of int) // is told how many indexes, sums and triggers are made anew after that, if they are and it is not nil
}

// Import adds the records of the files groups.csv, teachers.csv, subjects.csv, students.csv, grades.csv and, when it is
// there, enrolments.csv in a folder: all of them, or nothing. The first line of a file names its columns, in any order;
// it also shows whether the separator is a comma, a semicolon or a tab. Memory does not grow with the files, and others
// read the database meanwhile.
func (s *School) Import(ctx context.Context, dir string, o ImportOptions) error {
	if o.Wrong == nil {
		o.Wrong = func(*WrongRow) {}
	}
	wrong := 0
	files, err := openAll(dir, func(w *WrongRow) {
		wrong++
		o.Wrong(w)
	})
	if err != nil || wrong > 0 {
		return importError(wrong, err)
	}
	defer files.close()
	if !o.DryRun {
		err := s.importAll(ctx, dir, files, o)
		if err == nil || !refused(err) {
			return importError(0, err)
		}
		// Something is wrong somewhere: say what and where.
		if wrong, explained := s.explain(ctx, dir, o); explained != nil || wrong > 0 {
			return importError(wrong, explained)
		}
		return importError(0, err)
	}
	wrong, err = s.explain(ctx, dir, o)
	return importError(wrong, err)
}

func importError(wrong int, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("import: %w", err)
	case wrong == 1:
		return fmt.Errorf("import: 1 row is wrong: %w", ErrWrongRows)
	case wrong > 1:
		return fmt.Errorf("import: %d rows are wrong: %w", wrong, ErrWrongRows)
	}
	return nil
}

// refused reports whether err is about the data, not about the disk, the connection or the user's patience.
func refused(err error) bool {
	var wrong *WrongRow
	return errors.As(err, &wrong) || isConstraint(err)
}

// importAll loads the files and fails at the first wrong row.
func (s *School) importAll(ctx context.Context, dir string, files csvFiles, o ImportOptions) error {
	much, err := s.much(ctx, dir)
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

// much reports whether the grades to come are so many, beside those that are there, that computing all sums anew costs less
// than changing them grade by grade.
func (s *School) much(ctx context.Context, dir string) (bool, error) {
	const bytes = 22 // of a line of grades.csv, about
	info, err := os.Stat(filepath.Join(dir, GradeKind.Table()+".csv"))
	if err != nil {
		return false, err
	}
	var there int64
	err = s.db.Reader.NewRaw("SELECT coalesce(sum(grade_count), 0) FROM subject_sums").Scan(ctx, &there)
	return info.Size()/bytes > there/4, err
}

// csvFiles are the open files of an import.
type csvFiles map[Kind]*csvFile

// openAll opens the files and reads their headers.
func openAll(dir string, wrong func(*WrongRow)) (csvFiles, error) {
	files := csvFiles{}
	for _, kind := range Kinds() {
		file, err := openFile(dir, kind, wrong)
		if err != nil {
			files.close()
			return nil, err
		}
		if file != nil {
			files[kind] = file
		}
	}
	return files, nil
}

func (f csvFiles) close() {
	for _, file := range f {
		file.close() // only read
	}
}
