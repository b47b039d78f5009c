package schooldb

import (
	"errors"
	"fmt"

	"github.com/pythonweb/goweb/storage"
)

// Errors that callers tell apart with errors.Is.
var (
	ErrNotMigrated = errors.New("the database has no tables yet, or those of an older version")
	ErrNotFound    = errors.New("it does not exist")
	ErrAmbiguous   = errors.New("the name is ambiguous") // several have it; the error that wraps it lists them
	ErrParameters  = errors.New("wrong parameters")
	ErrInUse       = errors.New("other records refer to it")
	ErrExists      = errors.New("it exists already")
	ErrNotEmpty    = errors.New("the database is not empty")
)

// A DatabaseError says what a database or the network has refused, in plain words: no code, no statement, no password.
type DatabaseError struct {
	Text string // what was being done, and what went wrong
	Hint string // what to do about it, "" when nothing is known
	Err  error  // the driver's
}

// Error returns Text.
func (e *DatabaseError) Error() string { return e.Text }

// Unwrap returns the driver's error.
func (e *DatabaseError) Unwrap() error { return e.Err }

// failed adds to an error what was being done, if that is not "", and makes a DatabaseError of a driver's error.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	if doing != "" {
		err = fmt.Errorf("%s: %w", doing, err)
	}
	var known *DatabaseError
	if errors.As(err, &known) {
		return err
	}
	if text, hint := storage.Reason(err); text != "" {
		return &DatabaseError{text, hint, err}
	}
	return err
}

// missing is an ErrNotFound that says what does not exist.
type missing struct{ text string }

func (m *missing) Error() string { return "there is no " + m.text }

// Is makes it an ErrNotFound.
func (m *missing) Is(target error) bool { return target == ErrNotFound }

// notFound returns the error for a record that does not exist; which is its number or its name.
func notFound(what string, which any) error {
	if name, ok := which.(string); ok {
		return &missing{fmt.Sprintf("%s %q", what, name)}
	}
	return &missing{fmt.Sprintf("%s %v", what, which)}
}
