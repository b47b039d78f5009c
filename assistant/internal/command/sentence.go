package command

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/sentence"
	"github.com/pythonweb/goweb/assistant/internal/shell"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// means reads the lines of a session that are not commands as sentences.
func (s *session) means(app *cli.App) func(context.Context, string, []string) ([][]string, error) {
	reader := &sentence.Reader{Order: s.book.Order, Region: s.book.Region, People: s.people, Notes: s.notes}
	return func(ctx context.Context, line string, words []string) ([][]string, error) {
		if isCommand(app, words) {
			return nil, nil
		}
		reader.Today = s.book.Today()
		found, err := reader.Read(ctx, line)
		var nobody *sentence.NobodyError
		if errors.As(err, &nobody) {
			return nil, s.failure(&assistant.NotFoundError{Kind: assistant.KindContact, Ref: nobody.Name})
		}
		list := make([][]string, len(found))
		for i, m := range found {
			list[i] = m
		}
		return list, err
	}
}

// sentence answers arguments that are not a command but may be a sentence: the command that it means is shown, and a
// person runs it by pressing Enter. If they mean nothing, the error is unknown.
func (s *session) sentence(ctx context.Context, words []string, unknown error) error {
	dsn, err := storeDSN(s.Context)
	if err != nil {
		return err
	}
	inner, run := s.inner(dsn)
	meanings, err := s.means(inner.app())(ctx, strings.Join(words, " "), words)
	if err != nil {
		return err
	}
	var lines []string
	for _, m := range meanings {
		lines = append(lines, shell.Line(m))
	}
	switch {
	case len(lines) == 0:
		return unknown
	case len(lines) > 1:
		s.terminal.Warnf("%s", s.lang.Text("this may mean:")+"\n  "+strings.Join(lines, "\n  "))
		return console.Errorf(console.Failed, "", "%s", s.lang.Text("nothing was changed"))
	case !s.terminal.Interactive():
		return s.view.Message(lines[0], map[string]any{"command": meanings[0]})
	}
	answer, err := s.terminal.Ask("  " + lines[0] + "\n" + s.lang.Text("Enter alone runs it.") + " ")
	if err != nil {
		return err
	}
	if answer != "" {
		return console.Errorf(console.Failed, "", "%s", s.lang.Text("nothing was changed"))
	}
	if code := run(ctx, meanings[0], s.terminal.In); code != console.Done {
		return &console.Error{Code: code, Err: errors.New(s.lang.Text("the command failed"))}
	}
	return nil
}

// isCommand reports whether a line is a command, even one with a mistake in it: its words name a command that can have
// what follows.
func isCommand(app *cli.App, words []string) bool {
	switch words[0] {
	case "help", "?", "допомога", "completion", "man":
		return true
	}
	c, path := commandAt(app, words)
	if c == nil {
		return len(words) == 1 // one word is more likely a typing mistake than a sentence
	}
	rest := words[len(path):]
	if len(rest) == 0 || strings.HasPrefix(rest[0], "-") {
		return true
	}
	if c.Name == "show" && len(path) == 1 {
		_, err := strconv.Atoi(strings.TrimPrefix(rest[0], "%"))
		return err == nil
	}
	return len(c.Subcommands) == 0 && c.ArgsUsage != "" || len(c.Subcommands) > 0 && len(rest) == 1
}

// manyCandidates is how many contacts or notes may be found for one word of a sentence: if there are more, the word
// says nothing.
const manyCandidates = 1000

func (s *session) people(ctx context.Context, stem string) ([]assistant.Candidate, bool, error) {
	result, err := s.book.Store.Search(ctx, assistant.SearchQuery{Words: stem, Limit: manyCandidates})
	if err == nil && len(result.Contacts) == 0 {
		// Latin letters may stand for Cyrillic ones.
		result, err = s.book.Store.Search(ctx, assistant.SearchQuery{Words: stem, Similar: true, Limit: manyCandidates})
	}
	list := make([]assistant.Candidate, len(result.Contacts))
	for i, c := range result.Contacts {
		list[i] = assistant.Candidate{ID: c.ID, Name: c.Name}
	}
	return list, result.TotalContacts <= len(list), err
}

func (s *session) notes(ctx context.Context, stems string) ([]assistant.Candidate, bool, error) {
	result, err := s.book.Store.Search(ctx, assistant.SearchQuery{Words: stems, Limit: manyCandidates})
	q := search.Parse(stems)
	list := make([]assistant.Candidate, 0, len(result.Notes))
	for _, n := range result.Notes {
		if _, matches := q.Rank(search.NewDocument(n.Heading(), nil)); matches {
			list = append(list, assistant.Candidate{ID: n.ID, Name: n.Heading()})
		}
	}
	return list, result.TotalNotes <= len(result.Notes), err
}
