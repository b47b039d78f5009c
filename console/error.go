package console

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// Error is an error that knows how the program ends because of it and what the user can do about it.
type Error struct {
	Code Code
	Name string // in JSON, stable snake_case such as "ambiguous_name"; empty means the name of Code
	Hint string // what to do, without a full stop; may be empty
	Err  error  // what happened and why
}

// Error returns what happened, without the hint.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns what happened.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an error that ends the program with code. The hint says what to do about it ("check the path") and
// is shown in parentheses; it may be empty. The format is that of [fmt.Errorf], %w included. The code is found
// wherever the error is wrapped.
func Errorf(code Code, hint, format string, args ...any) error {
	return &Error{Code: code, Hint: hint, Err: fmt.Errorf(format, args...)}
}

// Usagef is Errorf for a wrong command line: an invalid value of a flag, two flags that exclude each other.
func Usagef(hint, format string, args ...any) error {
	return Errorf(Usage, hint, format, args...)
}

// find returns the Error inside err, or one made from a cli.ExitCoder, or a plain failure.
func find(err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return &Error{Code: own.Code, Name: own.Name, Hint: own.Hint, Err: err}
	}
	var exit cli.ExitCoder
	if errors.As(err, &exit) {
		return &Error{Code: Code(exit.ExitCode()), Err: err}
	}
	return &Error{Code: Failed, Err: err}
}

// message returns the text of err for people, on one line: context.Canceled is what they know as interrupted, and
// joined errors are on lines of their own.
func message(err error) string {
	text := strings.ReplaceAll(err.Error(), context.Canceled.Error(), "interrupted")
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", "; ")
}
