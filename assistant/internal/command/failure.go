package command

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/console"
)

// failure is [failure] in the language of the session.
func (s *session) failure(err error) error { return failure(err, s.lang) }

// failure gives an error its exit code, its name in JSON and a hint, and says it in a language. This is the one table of
// the errors of packages; what a command itself finds wrong has its code already.
func failure(err error, lang catalog.Language) error {
	var (
		known     *console.Error
		field     *assistant.FieldError
		missing   *assistant.NotFoundError
		ambiguous *assistant.AmbiguousError
		conflict  *assistant.ConflictError
	)
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &field):
		// The hint is part of a FieldError's text already.
		said := *field
		said.Problem, said.Hint = lang.Text(field.Problem), lang.Text(field.Hint)
		return &console.Error{Code: console.Usage, Name: "invalid_value", Err: &said}
	case errors.As(err, &ambiguous):
		text := lang.Count(len(ambiguous.Candidates), "%[2]q means %[1]d contact|%[2]q means %[1]d contacts", ambiguous.Ref)
		if ambiguous.Kind == assistant.KindNote {
			text = lang.Count(len(ambiguous.Candidates), "%[2]q means %[1]d note|%[2]q means %[1]d notes", ambiguous.Ref)
		}
		return &console.Error{Code: console.Failed, Name: "ambiguous", Hint: lang.Text("use an id: ") + listed(ambiguous.Candidates), Err: errors.New(text)}
	case errors.As(err, &conflict):
		return &console.Error{Code: console.Failed, Name: "conflict", Hint: lang.Text("look at it again and repeat the change"), Err: err}
	case errors.As(err, &missing):
		text, hint := lang.Sprintf("no contact %q", missing.Ref), lang.Text("see assistant search")
		if missing.Kind == assistant.KindNote {
			text = lang.Sprintf("no note %q", missing.Ref)
		}
		if len(missing.Candidates) > 0 {
			hint = lang.Text("give the whole name or an id: ") + listed(missing.Candidates)
		}
		return &console.Error{Code: console.NotFound, Hint: hint, Err: errors.New(text)}
	case errors.Is(err, assistant.ErrNotFound):
		return &console.Error{Code: console.NotFound, Hint: lang.Text("see assistant search"), Err: err}
	}
	if text, hint := backend.Reason(err); hint != "" {
		return &console.Error{Code: console.Failed, Name: "store", Hint: lang.Text(hint), Err: errors.New(text)}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &console.Error{Code: console.NotFound, Hint: lang.Text("check the path"), Err: err}
	case errors.Is(err, fs.ErrExist):
		return &console.Error{Code: console.Failed, Name: "exists", Hint: lang.Text("name another file"), Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &console.Error{Code: console.Failed, Hint: lang.Text("check the permissions"), Err: err}
	}
	return err
}

// listed names at most three candidates, for a hint on one line.
func listed(candidates []assistant.Candidate) string {
	var list []string
	for _, c := range candidates[:min(3, len(candidates))] {
		list = append(list, c.ID+" "+c.Name)
	}
	if len(candidates) > len(list) {
		list = append(list, "...")
	}
	return strings.Join(list, ", ")
}
