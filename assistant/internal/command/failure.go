package command

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/console"
)

// failure gives an error its exit code, its name in JSON and a hint. This is the one table of them.
func failure(err error) error {
	var (
		known     *console.Error
		field     *assistant.FieldError
		ambiguous *assistant.AmbiguousError
		conflict  *assistant.ConflictError
	)
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &field):
		// The hint is part of a FieldError's text already.
		return &console.Error{Code: console.Usage, Name: "invalid_value", Err: err}
	case errors.As(err, &ambiguous):
		return &console.Error{Code: console.Failed, Name: "ambiguous", Hint: "use an id: " + candidates(ambiguous), Err: err}
	case errors.As(err, &conflict):
		return &console.Error{Code: console.Failed, Name: "conflict", Hint: "look at it again and repeat the change", Err: err}
	case errors.Is(err, assistant.ErrNotFound):
		return &console.Error{Code: console.NotFound, Hint: "see assistant search", Err: err}
	}
	if text, hint := backend.Reason(err); hint != "" {
		return &console.Error{Code: console.Failed, Name: "store", Hint: hint, Err: errors.New(text)}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &console.Error{Code: console.NotFound, Hint: "check the path", Err: err}
	case errors.Is(err, fs.ErrExist):
		return &console.Error{Code: console.Failed, Name: "exists", Hint: "name another file", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &console.Error{Code: console.Failed, Hint: "check the permissions", Err: err}
	}
	return err
}

// candidates lists at most three ids with their names, for a hint on one line.
func candidates(err *assistant.AmbiguousError) string {
	var list []string
	for _, c := range err.Candidates[:min(3, len(err.Candidates))] {
		list = append(list, c.ID+" "+c.Name)
	}
	if len(err.Candidates) > len(list) {
		list = append(list, "...")
	}
	return strings.Join(list, ", ")
}
