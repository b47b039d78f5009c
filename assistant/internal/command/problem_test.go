package command

import (
	"errors"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
)

// Every error of the library has its exit code, its name and a hint.
func TestProblems(t *testing.T) {
	_, notADatabase := backend.Open(t.Context(), "sqlite:problem_test.go")
	if notADatabase == nil {
		t.Fatal("a text is a database")
	}
	consoletest.Problems(t, problems(catalog.Language{}), []string{"../.."},
		// A card that is refused is shown line by line, and counted; the others are those of the CardDAV server.
		[]string{"assistant.CardError", "assistant.ErrToken", "assistant.ErrUID"},
		[]consoletest.Outcome{
			{
				Name: "assistant.FieldError", Err: &assistant.FieldError{Field: "phone"},
				Code: console.Usage, JSON: "invalid_value",
			},
			{
				Name: "assistant.AmbiguousError", Err: &assistant.AmbiguousError{Ref: "x"},
				Code: console.Failed, JSON: "ambiguous", Hint: "use an id",
			},
			{
				Name: "assistant.ConflictError", Err: &assistant.ConflictError{},
				Code: console.Failed, JSON: "conflict", Hint: "repeat the change",
			},
			{
				Name: "assistant.NotFoundError", Err: &assistant.NotFoundError{Kind: assistant.KindNote},
				Code: console.NotFound, Hint: "see assistant search",
			},
			{
				Name: "assistant.ErrReadOnly", Err: assistant.ErrReadOnly,
				Code: console.Failed, JSON: "read_only", Hint: "ask its owner",
			},
			{
				Name: "assistant.ErrFirstBook", Err: assistant.ErrFirstBook,
				Code: console.Failed, JSON: "first_book", Hint: "remove another one",
			},
			{
				Name: "assistant.ErrExists", Err: assistant.ErrExists,
				Code: console.Failed, JSON: "exists", Hint: "see what has it",
			},
			{
				Name: "assistant.ErrNotFound", Err: assistant.ErrNotFound,
				Code: console.NotFound, Hint: "see assistant search",
			},
			{
				Name: "a store", Err: notADatabase,
				Code: console.Failed, JSON: "store", Hint: "name another file",
			},
		})
}

// A person is told in the language of the session what a program is told in English.
func TestProblemsInUkrainian(t *testing.T) {
	uk := catalog.New("uk")
	for _, test := range []struct {
		err        error
		text, hint string
	}{
		{
			&assistant.NotFoundError{Kind: assistant.KindContact, Ref: "Олена"},
			`немає контакту "Олена"`, "див. assistant search",
		},
		{
			&assistant.FieldError{
				Field: "phone", Value: "12", Problem: "not a telephone number of region UA", Hint: "check the year",
			},
			`телефон "12": це не телефонний номер регіону UA (перевірте рік)`, "",
		},
	} {
		var e *console.Error
		if !errors.As(problems(uk).Explain(test.err), &e) || e.Error() != test.text || e.Hint != test.hint {
			t.Errorf("%v: %q (%q)", test.err, e.Error(), e.Hint)
		}
	}
}
