package console

import (
	"errors"
	"io/fs"
	"syscall"
)

// Problem is a row of [Problems]: errors of one kind, and how a program ends because of them.
type Problem struct {
	Is   error  // the kind, as errors.Is finds it; a row made by As or Known has none
	Code Code   // Failed when it is Done
	Name string // in JSON, such as "ambiguous"; empty means the name of Code
	Hint string // what to do about it
	Err  error  // what is said instead of the error, nil for the error itself

	find func(error) (Problem, bool) // of a row made by As or Known
}

// As is a row for the errors of type E, as errors.As finds them. What is said about one may depend on it.
func As[E error](explain func(E) Problem) Problem {
	return Problem{find: func(err error) (Problem, bool) {
		var e E
		if !errors.As(err, &e) {
			return Problem{}, false
		}
		return explain(e), true
	}}
}

// Known is a row for the errors that a function knows, such as those of a database, which have no common type.
func Known(find func(error) (Problem, bool)) Problem { return Problem{find: find} }

// Problems is a program's table from errors to exit codes, names and hints; the first row that fits is taken. It is
// the only place of the program where an error of its library gets a code: [Problems.Explain] is called by
// [Adaptor.Action] and Problems.Action for whatever a command returns.
type Problems []Problem

// Explain returns err with its exit code, name and hint. An error that has them already stays as it is, and so does
// one that is in no row. Every table ends with the same rows for files: what does not exist is NotFound, what
// exists already and what may not be touched is Failed, and so is a full disk.
func (p Problems) Explain(err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if _, row, ok := p.Row(err); ok {
		return row.explain(err)
	}
	return err
}

// Row returns the first row of the table that err fits, and its index, which for the rows that every table ends with is
// len(p) or more. It is for tests that check that every row is needed.
func (p Problems) Row(err error) (int, Problem, bool) {
	for i, row := range p {
		if row, ok := row.fits(err); ok {
			return i, row, true
		}
	}
	for i, row := range []Problem{
		{Is: fs.ErrNotExist, Code: NotFound, Hint: "check the path"},
		{Is: fs.ErrExist, Code: Failed, Name: "exists", Hint: "name another file"},
		{Is: fs.ErrPermission, Code: Failed, Name: "permission", Hint: "check the permissions"},
		{Is: syscall.ENOSPC, Code: Failed, Name: "disk_full", Hint: "free some space on the disk"},
	} {
		if row, ok := row.fits(err); ok {
			return len(p) + i, row, true
		}
	}
	return 0, Problem{}, false
}

// fits reports whether err is of the row's kind, and returns the row as it is for err.
func (row Problem) fits(err error) (Problem, bool) {
	if row.find != nil {
		return row.find(err)
	}
	return row, errors.Is(err, row.Is)
}

func (row Problem) explain(err error) error {
	e := &Error{Code: row.Code, Name: row.Name, Hint: row.Hint, Err: err}
	if e.Code == Done {
		e.Code = Failed
	}
	if row.Err != nil {
		e.Err = row.Err
	}
	return e
}
