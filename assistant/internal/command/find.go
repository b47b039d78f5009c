package command

import (
	"context"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) search() *cli.Command {
	return &cli.Command{
		Name: "search", Aliases: []string{"пошук"}, Usage: "find contacts and notes that hold all the words", ArgsUsage: "WORDS...",
		Description: "Letter case does not count, a part of a word is enough, and a part of a phone number may be written with spaces.",
		Action: p.action(func(ctx context.Context, s *session) error {
			words := s.words(0)
			if strings.TrimSpace(words) == "" {
				return console.Errorf(console.Usage, "see assistant search --help", "nothing to search for")
			}
			result, err := s.book.Search(ctx, words)
			if err != nil {
				return err
			}
			return s.view.Found(result)
		}),
	}
}

func (p *program) birthdays() *cli.Command {
	return &cli.Command{
		Name: "birthdays", Aliases: []string{"іменинники"}, Usage: "show whose birthday is today or soon",
		Description: "Who was born on 29 February celebrates on 28 February in common years.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "days", Value: 7, Usage: "show the `N` days after today, too"},
			&cli.StringFlag{Name: "on", Usage: "as if today were the `DATE`, YYYY-MM-DD"},
		},
		Action: p.action(func(ctx context.Context, s *session) error {
			today := s.book.Today()
			if s.IsSet("on") {
				var err error
				if today, err = assistant.ParseDate(s.String("on")); err != nil {
					return err
				}
			}
			list, err := s.book.Birthdays(ctx, today, s.Int("days"))
			if err != nil {
				return err
			}
			return s.view.Birthdays(today, list)
		}),
	}
}
