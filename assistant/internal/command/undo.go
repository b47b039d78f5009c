package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/duration"
	"github.com/urfave/cli/v2"
)

func (p *program) undo() *cli.Command {
	return &cli.Command{
		Name: "undo", Usage: "take back all that was done with an app password since a time",
		Description: "For a phone that went wrong: what it changed, removed and added is as it was before. What others " +
			"changed since stays.\n" +
			"contact history says with which app password a change was made.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "app-password", Usage: "that of the `LABEL`", Required: true},
			&cli.StringFlag{Name: "since", Usage: "from the `TIME` on, as 2026-03-01 14:30, or 2h for the last two hours", Required: true},
			&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be taken back"},
		},
		Action: p.action(undoApp),
	}
}

func undoApp(ctx context.Context, s *session) error {
	since, err := s.moment(s.String("since"))
	if err != nil {
		return err
	}
	return s.showUndone(s.book.UndoApp(ctx, s.String("app-password"), since, s.Bool("dry-run")))
}

// showUndone says what was taken back.
func (s *session) showUndone(list []assistant.Undone, err error) error {
	if err != nil {
		return err
	}
	lines := []string{s.lang.Text("nothing to take back")}
	if len(list) > 0 {
		lines = lines[:0]
	}
	for _, u := range list {
		lines = append(lines, fmt.Sprintf("%s %s (%s)", s.lang.Text(u.Action), u.Name, u.ID))
	}
	return s.view.Message(strings.Join(lines, "\n"), list)
}

// moment reads a time in the person's time zone, or how long ago it was.
func (s *session) moment(text string) (time.Time, error) {
	at, err := duration.Since(text, time.Now().In(s.location()))
	if err != nil {
		return at, console.Errorf(console.Usage, s.lang.Text("write it as 2026-03-01 14:30, or as 2h"), "%s",
			s.lang.Sprintf("no time %q", text))
	}
	return at, nil
}

// location is the person's time zone.
func (s *session) location() *time.Location {
	if s.book.Location == nil {
		return time.Local
	}
	return s.book.Location
}
