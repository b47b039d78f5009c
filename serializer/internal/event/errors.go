package event

import (
	"errors"
	"fmt"
	"strings"
)

// Causes that callers distinguish with errors.Is.
var (
	// ErrLimit is wrapped by errors about documents deeper or larger than the [Limits].
	ErrLimit = errors.New("limit exceeded")
	// ErrDuplicate is wrapped by errors about a map that has the same key twice.
	ErrDuplicate = errors.New("duplicate key")
	// ErrUnknownType is wrapped by errors about a type name that is not registered.
	ErrUnknownType = errors.New("type is not registered")
	// ErrUnknownFormat is wrapped by errors about a file name, or the name of a format, that means no known format.
	ErrUnknownFormat = errors.New("unknown format")
	// ErrAgain says that the document has to be read and written again from its start, with the same [Hints].
	ErrAgain = errors.New("the document has to be read again")
)

// An Error tells what is wrong in a document, and where.
type Error struct {
	Offset int64  // bytes from the start of the input; -1 when unknown
	Line   int64  // line of a text, from 1; otherwise 0
	Column int64  // column in the line, in characters from 1; 0 when unknown
	Lines  bool   // the input is JSON Lines, where the line says more than the offset
	Path   string // $.name[index]; may be empty
	Err    error  // what is wrong
}

// Error returns place and reason in one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Lines {
		fmt.Fprintf(&b, "line %d, ", e.Line)
	}
	if e.Offset >= 0 {
		fmt.Fprintf(&b, "offset %d: ", e.Offset)
	}
	if e.Path != "" && e.Path != "$" {
		fmt.Fprintf(&b, "%s: ", e.Path)
	}
	b.WriteString(e.Err.Error())
	switch {
	case e.Column > 0 && e.Lines:
		fmt.Fprintf(&b, " (column %d)", e.Column)
	case e.Column > 0:
		fmt.Fprintf(&b, " (line %d, column %d)", e.Line, e.Column)
	}
	return b.String()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// OrErr returns the first error or, if it is nil, the second.
func OrErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
