package command

import (
	"context"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/ics"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// birthdayCalendar writes all birthdays as iCalendar.
func (s *session) birthdayCalendar(ctx context.Context) error {
	days, err := ics.ReadBirthdays(ctx, s.book)
	if err != nil {
		return err
	}
	return ics.Write(s.terminal.Out, days, s.lang)
}

// calendar prints the address at which assistant serve offers the calendar.
func (p *program) calendar() *cli.Command {
	return &cli.Command{
		Name: "calendar", Usage: "print the secret address of the calendar of birthdays, reminders and calls",
		Description: "A calendar program subscribes to it at assistant serve, for reading. Whoever has the address can " +
			"read the calendar: --renew makes\n" +
			"a new one, and the old one stops working. With --book it is the calendar of that address book.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "renew", Usage: "make a new address"},
			&cli.StringFlag{
				Name: "base-url", EnvVars: []string{"ASSISTANT_BASE_URL"},
				Usage: "browsers reach the server at `URL`, which may have a path",
			},
		},
		Action: p.action(showCalendar),
	}
}

func showCalendar(ctx context.Context, s *session) error {
	account, err := s.account(ctx)
	if err != nil {
		return err
	}
	book := ""
	if name := s.String("book"); name != "" {
		list, err := s.store.Books(ctx, account.ID)
		if err != nil {
			return err
		}
		named, err := assistant.BookNamed(list, name)
		if err != nil {
			return err
		}
		if named.ID != account.ID {
			book = named.Ref()
		}
	}
	path, err := secret.CalendarPath(ctx, s.store, account, book, s.Bool("renew"))
	if err != nil {
		return err
	}
	base, err := s.baseURL()
	if err != nil {
		return err
	}
	address := path
	if base != nil {
		address = base.JoinPath(path).String()
	}
	return s.view.Message(address, map[string]string{"url": address})
}

// account returns the account whose book the command works on.
func (s *session) account(ctx context.Context) (assistant.Account, error) {
	if name := s.String("user"); name != "" {
		return s.store.AccountNamed(ctx, name)
	}
	accounts, err := s.store.Accounts(ctx)
	if err == nil && len(accounts) == 0 {
		err = console.Errorf(console.Failed, s.lang.Text("add one with assistant user add"), "%s",
			s.lang.Text("there is no account yet"))
	}
	if err != nil {
		return assistant.Account{}, err
	}
	return accounts[0], nil
}
