package command

import (
	"context"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) search() *cli.Command {
	return &cli.Command{
		Name: "search", Aliases: []string{"пошук"}, Usage: "find contacts and notes that contain all the words",
		ArgsUsage: "WORD|-WORD...",
		Description: "Letter case does not count, a part of a word is enough, " +
			"and a part of a phone number may be written with spaces.\n" +
			"tag:, phone: and org: search only these, -WORD must not occur, " +
			"and \"words in quotes\" stand together. When nothing\n" +
			"matches, typing errors, the other keyboard layout and Latin letters are tolerated.",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "exact", Usage: "tolerate no typing errors"}},
		Action: p.action(func(ctx context.Context, s *session) error {
			words := s.words(0)
			if strings.TrimSpace(words) == "" {
				return console.Errorf(
					console.Usage,
					s.lang.Text("see assistant search --help"),
					"%s",
					s.lang.Text("nothing to search for"),
				)
			}
			result, err := s.book.Search(ctx, words, s.Bool("exact"))
			if err != nil {
				return err
			}
			s.numberedHits(result)
			return s.view.Found(result, words)
		}),
	}
}

// show shows an item of the last list.
func (p *program) show() *cli.Command {
	return &cli.Command{
		Name: "show", Aliases: []string{"показати"}, Usage: "show the entry with this number in the last list",
		ArgsUsage: "NUMBER",
		Action: p.action(func(ctx context.Context, s *session) error {
			words := s.words(0)
			for _, kind := range []assistant.Kind{assistant.KindContact, assistant.KindNote} {
				ref, err := s.ref(kind, words)
				if err != nil || ref == words {
					continue
				}
				if kind == assistant.KindNote {
					n, err := s.book.NoteNamed(ctx, ref)
					if err != nil {
						return err
					}
					return s.view.Note(n)
				}
				c, err := s.book.ContactNamed(ctx, ref)
				if err != nil {
					return err
				}
				return s.view.Contact(c)
			}
			return console.Errorf(
				console.NotFound,
				s.lang.Text("list something first"),
				"%s",
				s.lang.Sprintf("there is no number %s in the last list", words),
			)
		}),
	}
}

// today shows what matters today, or nothing if there is nothing.
func (p *program) today() *cli.Command {
	return &cli.Command{
		Name: "today", Aliases: []string{"сьогодні"}, Usage: "show birthdays, due notes and calls of today and the next days",
		Description: "It prints nothing when there is nothing, and suits a shell profile or cron.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "days", Value: 7, Usage: "look `N` days ahead"},
			&cli.StringFlag{Name: "on", Usage: "as if today were the `DATE`"},
		},
		Action: p.action(func(ctx context.Context, s *session) error {
			today, err := s.day()
			if err != nil {
				return err
			}
			agenda, err := s.book.Agenda(ctx, today, s.Int("days"))
			if err != nil {
				return err
			}
			return s.view.Agenda(agenda)
		}),
	}
}

// day returns the value of --on, or today if it was not given.
func (s *session) day() (assistant.Date, error) {
	if !s.IsSet("on") {
		return s.book.Today(), nil
	}
	if d, err := assistant.ReadDate(s.String("on"), s.book.Order); err == nil {
		return d, nil // a date without a year does not say which day to begin with
	}
	return assistant.ReadDay(s.String("on"), s.book.Order, s.book.Today())
}

func (p *program) birthdays() *cli.Command {
	return &cli.Command{
		Name: "birthdays", Aliases: []string{"іменинники"}, Usage: "show whose birthday is today or soon",
		ArgsUsage:   "[DAYS]",
		Description: "People born on 29 February celebrate on 28 February in common years. DAYS is short for --days.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "days", Value: 7, Usage: "also show the `N` days after today"},
			&cli.StringFlag{Name: "on", Usage: "as if today were the `DATE`, YYYY-MM-DD"},
			&cli.BoolFlag{Name: "ics", Usage: "write all birthdays as iCalendar, for calendars"},
		},
		Action: p.action(func(ctx context.Context, s *session) error {
			if s.Bool("ics") {
				return s.birthdayCalendar(ctx)
			}
			today, err := s.day()
			if err != nil {
				return err
			}
			days, err := s.days()
			if err != nil {
				return err
			}
			list, err := s.book.Birthdays(ctx, today, days)
			if err != nil {
				return err
			}
			return s.view.Birthdays(today, list)
		}),
	}
}

// days returns the number of days that birthdays was given, as an argument or by --days.
func (s *session) days() (int, error) {
	word := s.Args().First()
	if word == "" {
		return s.Int("days"), nil
	}
	if s.IsSet("days") {
		return 0, console.Errorf(console.Usage, "", "%s",
			s.lang.Text("the number of days is given twice: as an argument and as --days"))
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		return 0, console.Errorf(console.Usage, s.lang.Text("write it as birthdays 30"), "%s",
			s.lang.Sprintf("how many days: %q is not a whole number", word))
	}
	return n, nil
}
