package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) user() *cli.Command {
	return &cli.Command{
		Name: "user", Usage: "manage the accounts of a store, each of which has an address book",
		Description: "A store without accounts has one address book, which the first account takes over.",
		Subcommands: []*cli.Command{
			{
				Name: "add", Usage: "add an account", ArgsUsage: "NAME",
				Flags:  []cli.Flag{passwordFile()},
				Action: p.library(addUser),
			},
			{
				Name: "list", Usage: "list the accounts, the first one first",
				Action: p.library(func(ctx context.Context, s *session) error {
					list, err := s.store.Accounts(ctx)
					if err != nil {
						return err
					}
					return s.view.Users(list)
				}),
			},
			{
				Name: "password", Usage: "give an account another password, and end its sessions", ArgsUsage: "NAME",
				Flags:  []cli.Flag{passwordFile()},
				Action: p.library(setPassword),
			},
			{
				Name: "rm", Usage: "remove an account with its address book", ArgsUsage: "NAME",
				Flags:  []cli.Flag{yes()},
				Action: p.library(removeUser),
			},
			{
				Name: "app-password", Usage: "make a password for a program, and print it: it is shown once", ArgsUsage: "NAME",
				Flags:  []cli.Flag{&cli.StringFlag{Name: "name", Value: "app", Usage: "the `LABEL` by which it is revoked"}},
				Action: p.library(addAppPassword),
			},
			{
				Name: "app-passwords", Usage: "list the app passwords of an account, and when each was used", ArgsUsage: "NAME",
				Action: p.library(func(ctx context.Context, s *session) error {
					account, err := s.store.AccountNamed(ctx, s.Args().First())
					if err != nil {
						return err
					}
					list, err := s.store.AppPasswords(ctx, account.ID)
					if err != nil {
						return err
					}
					return s.view.AppPasswords(list)
				}),
			},
			{
				Name: "revoke", Usage: "revoke an app password", ArgsUsage: "NAME LABEL",
				Action: p.library(revokeAppPassword),
			},
		},
	}
}

func passwordFile() cli.Flag {
	return &cli.StringFlag{
		Name:     "password-file",
		Required: true,
		Usage:    "the password is the first line of `FILE`; - is stdin",
	}
}

// library is like action, for commands about accounts, which belong to no address book.
func (p *program) library(do func(context.Context, *session) error) cli.ActionFunc {
	return p.opened(do, func(*session) error { return nil })
}

// pickBook chooses the book: that of the account that --user names, or of the first account if there are any, and of
// its books the one that --book names.
func (s *session) pickBook() (err error) {
	s.book.Store, err = backend.Pick(s.Context.Context, s.store, s.String("user"), s.String("book"))
	return err
}

// password reads the first line of the file that --password-file names.
func (s *session) password() (string, error) { return s.passwordIn(s.String("password-file")) }

// passwordIn reads a password, the first line of a file or, for -, of stdin.
func (s *session) passwordIn(name string) (string, error) {
	in := s.terminal.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	line, err := bufio.NewReader(io.LimitReader(in, 8<<10)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("read the password: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if err := secret.Check(password); err != nil {
		return "", console.Errorf(
			console.Usage,
			s.lang.Text("write another one into the first line of the file"),
			"%s",
			s.lang.Text(err.Error()),
		)
	}
	return password, nil
}

func addUser(ctx context.Context, s *session) error {
	password, err := s.password()
	if err != nil {
		return err
	}
	account := &assistant.Account{
		Name: s.Args().First(), Password: secret.Hash(password), Created: time.Now().UTC().Truncate(time.Millisecond),
	}
	if err := s.store.AddAccount(ctx, account); err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("added user %s", account.Name), account)
}

func setPassword(ctx context.Context, s *session) error {
	account, err := s.store.AccountNamed(ctx, s.Args().First())
	if err != nil {
		return err
	}
	password, err := s.password()
	if err != nil {
		return err
	}
	if err := s.store.SetPassword(ctx, account.ID, secret.Hash(password)); err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("changed the password of %s", account.Name), account)
}

func removeUser(ctx context.Context, s *session) error {
	account, err := s.store.AccountNamed(ctx, s.Args().First())
	if err != nil {
		return err
	}
	question := s.lang.Sprintf("remove user %q with the whole address book?", account.Name)
	if err := s.terminal.Confirm(s.Bool("yes"), "%s", question); err != nil {
		return err
	}
	if err := s.keepDaily(ctx, true); err != nil {
		return err
	}
	if err := s.store.RemoveAccount(ctx, account.ID); err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("removed user %s", account.Name), account)
}

func addAppPassword(ctx context.Context, s *session) error {
	account, err := s.store.AccountNamed(ctx, s.Args().First())
	if err != nil {
		return err
	}
	password := secret.NewAppPassword()
	label := s.String("name")
	err = s.store.AddAppPassword(ctx, assistant.AppPassword{
		Account: account.ID, Label: label, Hash: secret.Hash(password), Created: time.Now().UTC().Truncate(time.Millisecond),
	})
	if errors.Is(err, assistant.ErrExists) {
		return &console.Error{
			Code: console.Failed, Name: "exists", Hint: s.lang.Text("give it another name with --name"),
			Err: errors.New(s.lang.Sprintf("%s already has an app password %q", account.Name, label)),
		}
	}
	if err != nil {
		return err
	}
	return s.view.Password(label, password)
}

func revokeAppPassword(ctx context.Context, s *session) error {
	if s.NArg() < 2 {
		return console.Errorf(
			console.Usage,
			s.lang.Text("see assistant user app-passwords"),
			"%s",
			s.lang.Text("name the account and the label"),
		)
	}
	account, err := s.store.AccountNamed(ctx, s.Args().First())
	if err != nil {
		return err
	}
	label := s.words(1)
	if err := s.store.RemoveAppPassword(ctx, account.ID, label); err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("revoked %s of %s", label, account.Name), map[string]string{"revoked": label})
}
