package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// Errorf returns an error that ends the program with code. The hint says what to do about it ("check the path") and is
// shown in parentheses; it may be empty. The format is that of [fmt.Errorf], %w included. The code is found wherever the
// error is wrapped.
func Errorf(code Code, hint, format string, args ...any) error {
	return &Error{Code: code, Hint: hint, Err: fmt.Errorf(format, args...)}
}

// usagef is Errorf for a wrong command line.
func usagef(hint, format string, args ...any) error {
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
	// The errors of a command and of its After function arrive in a list that errors.As cannot look into.
	var list cli.MultiError
	if errors.As(err, &list) {
		for _, each := range list.Errors() {
			if each == nil {
				continue
			}
			if e := find(each); e.Code != Failed {
				return &Error{Code: e.Code, Name: e.Name, Hint: e.Hint, Err: err}
			}
		}
	}
	return &Error{Code: Failed, Err: err}
}

// message returns the text of err for people: context.Canceled is what they know as interrupted.
func message(err error) string {
	return strings.ReplaceAll(err.Error(), context.Canceled.Error(), "interrupted")
}

// report writes err to w: one line, or one JSON object.
func report(w io.Writer, program string, asJSON bool, e *Error) {
	text := Text(message(e.Err))
	if !asJSON {
		if e.Hint != "" {
			text += " (" + Text(e.Hint) + ")"
		}
		fmt.Fprintf(w, "%s: %s\n", program, text)
		return
	}
	name := e.Name
	if name == "" {
		name = e.Code.String()
	}
	type object struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Hint    string `json:"hint,omitempty"`
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// stderr is the last resort: when it cannot be written, nobody can be told.
	_ = enc.Encode(map[string]object{"error": {name, message(e.Err), e.Hint}})
}
