package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/duration"
	"github.com/urfave/cli/v2"
)

func (p *program) undo() *cli.Command {
	return &cli.Command{
		Name: "undo", Usage: "undo everything that was done with an app password since a time",
		Description: "For a phone that misbehaved: what it changed, removed and added becomes what it was before. What " +
			"others changed since stays.\n" +
			"It applies to every address book, or to that of --book. contact history says with which app password a change " +
			"was made.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "app-password", Usage: "the `LABEL` of the app password", Required: true},
			&cli.StringFlag{
				Name: "since", Usage: "from the `TIME` on, as 2026-03-01 14:30, or 2h for the last two hours", Required: true,
			},
			&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be undone"},
		},
		Action: p.action(undoApp),
	}
}

func undoApp(ctx context.Context, s *session) error {
	since, err := s.moment(s.String("since"))
	if err != nil {
		return err
	}
	owner, err := backend.Owner(ctx, s.store, s.String("user"))
	if err != nil {
		return err
	}
	what := assistant.AppUndo{
		Account: owner.Name, Label: s.String("app-password"), Since: since, Dry: s.Bool("dry-run"),
	}
	if s.String("book") != "" {
		return s.showUndone(s.book.UndoApp(ctx, what))
	}
	return s.showUndone(s.undoInBooks(ctx, owner, what))
}

// undoInBooks undoes changes in all address books that the account may change.
func (s *session) undoInBooks(
	ctx context.Context, owner assistant.Account, what assistant.AppUndo,
) ([]assistant.Undone, error) {
	books, err := s.store.Books(ctx, owner.ID)
	if err != nil {
		return nil, err
	}
	undone, found := []assistant.Undone{}, false
	var missing error
	for _, b := range books {
		if b.ReadOnly {
			continue
		}
		book := *s.book
		if b.ID != owner.ID {
			book.Store = s.store.OpenBook(b, owner.Name)
		}
		list, err := book.UndoApp(ctx, what)
		if errors.Is(err, assistant.ErrNotFound) {
			missing = err
			continue
		}
		if err != nil {
			return nil, err
		}
		found = true
		for i := range list {
			if b.ID != owner.ID {
				list[i].Book = b.Ref()
			}
		}
		undone = append(undone, list...)
	}
	if !found {
		return nil, missing
	}
	return undone, nil
}

// showUndone shows what was undone.
func (s *session) showUndone(list []assistant.Undone, err error) error {
	if err != nil {
		return err
	}
	lines := []string{s.lang.Text("nothing to undo")}
	if len(list) > 0 {
		lines = lines[:0]
	}
	for _, u := range list {
		line := fmt.Sprintf("%s %s (%s)", s.lang.Text(u.Action), u.Name, u.ID)
		if u.Book != "" {
			line += " " + u.Book
		}
		lines = append(lines, line)
	}
	return s.view.Message(strings.Join(lines, "\n"), list)
}

// moment parses a time in the user's time zone, or how long ago it was.
func (s *session) moment(text string) (time.Time, error) {
	at, err := duration.Since(text, time.Now().In(s.location()))
	if err != nil {
		return at, console.Errorf(console.Usage, s.lang.Text("write it as 2026-03-01 14:30, or as 2h"), "%s",
			s.lang.Sprintf("%q is not a time", text))
	}
	return at, nil
}

// location returns the user's time zone.
func (s *session) location() *time.Location {
	if s.book.Location == nil {
		return time.Local
	}
	return s.book.Location
}
