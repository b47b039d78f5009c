package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// problems gives the errors of the library and of its stores their exit codes, their names in JSON and their hints, in
// a language. An error that a command itself finds already has its code.
func problems(lang catalog.Language) console.Problems {
	return console.Problems{
		console.As(func(e *assistant.FieldError) console.Problem {
			said := *e // its text already includes the hint
			said.Field, said.Problem, said.Hint = lang.Text(e.Field), view.Wrong(lang, e), lang.Message(e.Hint)
			return console.Problem{Code: console.Usage, Name: "invalid_value", Err: &said}
		}),
		console.As(func(e *assistant.AmbiguousError) console.Problem { return ambiguous(e, lang) }),
		console.As(func(*assistant.ConflictError) console.Problem {
			return console.Problem{Name: "conflict", Hint: lang.Text("look at it again and repeat the change")}
		}),
		console.As(func(e *assistant.NotFoundError) console.Problem { return missing(e, lang) }),
		console.Known(func(err error) (console.Problem, bool) {
			text := assistant.ErrReadOnly.Error()
			return console.Problem{Name: "read_only", Hint: lang.Text("ask its owner"), Err: errors.New(lang.Text(text))},
				errors.Is(err, assistant.ErrReadOnly)
		}),
		console.Known(func(err error) (console.Problem, bool) {
			text := assistant.ErrFirstBook.Error()
			return console.Problem{Name: "first_book", Hint: lang.Text("remove another one"), Err: errors.New(lang.Text(text))},
				errors.Is(err, assistant.ErrFirstBook)
		}),
		{Is: assistant.ErrExists, Name: "exists", Hint: lang.Text("see what has it")},
		{Is: assistant.ErrNotFound, Code: console.NotFound, Hint: lang.Text("see assistant search")},
		console.Known(func(err error) (console.Problem, bool) {
			text, hint := backend.Reason(err)
			if at := strings.LastIndex(text, ": "); at > 0 { // what went wrong comes after what was being done
				text = text[:at+2] + lang.Text(text[at+2:])
			}
			return console.Problem{Name: "store", Hint: lang.Text(hint), Err: errors.New(lang.Text(text))}, hint != ""
		}),
	}
}

// problems returns the table for a command: what programs read is the same in every language.
func (p *program) problems(c *cli.Context) console.Problems {
	if console.From(c).JSON() {
		return problems(catalog.Language{})
	}
	return problems(p.lang)
}

func ambiguous(e *assistant.AmbiguousError, lang catalog.Language) console.Problem {
	forms := "%[2]q means %[1]d contact|%[2]q means %[1]d contacts"
	if e.Kind == assistant.KindNote {
		forms = "%[2]q means %[1]d note|%[2]q means %[1]d notes"
	}
	return console.Problem{
		Name: "ambiguous", Hint: lang.Text("use an id: ") + listed(e.Candidates),
		Err: errors.New(lang.Count(len(e.Candidates), forms, e.Ref)),
	}
}

func missing(e *assistant.NotFoundError, lang catalog.Language) console.Problem {
	text, hint := "no contact %q", "see assistant search"
	switch e.Kind {
	case assistant.KindNote:
		text = "no note %q"
	case assistant.KindAccount:
		text, hint = "no user %q", "see assistant user list"
	case assistant.KindAppPassword:
		text, hint = "no app password %q", "see assistant user app-passwords"
	case assistant.KindVersion:
		text, hint = "no version %s is kept", "see its history"
	case assistant.KindImport:
		text, hint = "no import %q", "see assistant contact imports"
	case assistant.KindBook:
		text, hint = "no address book %q", "see assistant book list"
	case assistant.KindShare:
		text, hint = "the address book is not shared with %q", "see assistant book list"
	case assistant.KindMerge:
		text, hint = "nothing was merged into %q or out of it", "see its history"
	}
	p := console.Problem{Code: console.NotFound, Hint: lang.Text(hint), Err: fmt.Errorf(lang.Text(text), e.Ref)}
	if len(e.Candidates) > 0 {
		p.Hint = lang.Text("give the whole name or an id: ") + listed(e.Candidates)
	}
	return p
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

// failure looks an error up in the table of the session.
func (s *session) failure(err error) error {
	told := problems(s.lang).Explain(err)
	var e *console.Error
	if s.terminal.JSON() || !errors.As(told, &e) {
		return told
	}
	var ambiguous *assistant.AmbiguousError
	var missing *assistant.NotFoundError
	switch { // the candidates are already shown above the line
	case errors.As(err, &ambiguous):
		e.Hint = s.lang.Text("use an id")
	case errors.As(err, &missing) && len(missing.Candidates) > 0:
		e.Hint = s.lang.Text("give the whole name or an id")
	}
	return told
}

// told shows what the line of an error cannot say, and gives the error its exit code. If that cannot be shown, the
// error itself still is.
func (s *session) told(err error) error {
	if err != nil {
		_ = s.view.Problem(err)
	}
	return s.failure(err)
}
