package command

import (
	"context"
	"errors"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) books() *cli.Command {
	with := &cli.StringFlag{Name: "with", Required: true, Usage: "the other account, `USER`"}
	return &cli.Command{
		Name: "book", Usage: "manage further address books, and share them",
		Description: "Every account starts with the book contacts, and works with it unless --book names another " +
			"one. A book that\nsomebody else shares is NAME@OWNER.",
		Subcommands: []*cli.Command{
			{Name: "list", Usage: "list the address books, and with whom they are shared", Action: p.library(listBooks)},
			{
				Name: "add", Usage: "add an address book", ArgsUsage: "NAME",
				Flags: []cli.Flag{
					&cli.StringFlag{Name: "title", Usage: "show `TEXT` in programs instead of the name"},
					&cli.StringFlag{Name: "description", Usage: "describe its content as `TEXT`"},
				},
				Action: p.library(addBook),
			},
			{
				Name: "rm", Usage: "remove an address book with everything in it", ArgsUsage: "NAME",
				Description: "It can be restored for 30 days.",
				Flags:       []cli.Flag{yes()},
				Action:      p.library(removeBook),
			},
			{
				Name: "restore", Usage: "restore an address book that was removed", ArgsUsage: "NAME",
				Action: p.library(restoreBook),
			},
			{
				Name: "share", ArgsUsage: "NAME",
				Usage: "share an address book, with its contacts and notes, with another account",
				Flags: []cli.Flag{
					with, &cli.BoolFlag{Name: "read-only", Usage: "let the other account only read it"},
				},
				Action: p.library(shareBook),
			},
			{
				Name: "unshare", Usage: "stop sharing an address book, at once", ArgsUsage: "NAME",
				Flags:  []cli.Flag{with},
				Action: p.library(unshareBook),
			},
		},
	}
}

// ownBook returns the account of the command, and its book with the name in the arguments.
func (s *session) ownBook(ctx context.Context) (assistant.Account, assistant.AddressBook, error) {
	owner, err := backend.Owner(ctx, s.store, s.String("user"))
	if err != nil {
		return owner, assistant.AddressBook{}, err
	}
	list, err := s.store.Books(ctx, owner.ID)
	if err != nil {
		return owner, assistant.AddressBook{}, err
	}
	b, err := assistant.BookNamed(list, s.words(0))
	if err == nil && b.Shared {
		err = console.Errorf(console.Failed, s.lang.Text("ask its owner"), "%s",
			s.lang.Sprintf("the address book %s belongs to somebody else", b.Ref()))
	}
	return owner, b, err
}

func listBooks(ctx context.Context, s *session) error {
	owner, err := backend.Owner(ctx, s.store, s.String("user"))
	if err != nil {
		return err
	}
	list, err := s.store.Books(ctx, owner.ID)
	if err != nil {
		return err
	}
	shares, err := s.store.Shares(ctx, owner.ID)
	if err != nil {
		return err
	}
	return s.view.Books(assistant.ListBooks(list, shares))
}

func addBook(ctx context.Context, s *session) error {
	owner, err := backend.Owner(ctx, s.store, s.String("user"))
	if err != nil {
		return err
	}
	b := assistant.AddressBook{
		Account: owner.ID, Owner: owner.Name, Name: s.words(0), Title: s.String("title"),
		Description: s.String("description"),
	}
	err = s.store.AddBook(ctx, &b)
	if errors.Is(err, assistant.ErrExists) {
		return &console.Error{
			Code: console.Failed, Name: "exists", Hint: s.lang.Text("see assistant book list"),
			Err: errors.New(s.lang.Sprintf("there is already an address book %q", b.Name)),
		}
	}
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("added the address book %s; use it with --book %s", b.Name, b.Name), b)
}

func removeBook(ctx context.Context, s *session) error {
	_, b, err := s.ownBook(ctx)
	if err != nil {
		return err
	}
	if b.ID == b.Account {
		return assistant.ErrFirstBook
	}
	question := s.lang.Sprintf("remove the address book %q with everything in it?", b.Name)
	if err := s.terminal.Confirm(s.Bool("yes"), "%s", question); err != nil {
		return err
	}
	if err := s.keepDaily(ctx, true); err != nil {
		return err
	}
	if err := s.store.RemoveBook(ctx, b, time.Now()); err != nil {
		return err
	}
	text := s.lang.Sprintf("removed the address book %s; for 30 days assistant book restore brings it back", b.Name)
	return s.view.Message(text, b)
}

func restoreBook(ctx context.Context, s *session) error {
	owner, err := backend.Owner(ctx, s.store, s.String("user"))
	if err != nil {
		return err
	}
	if err := s.store.RestoreBook(ctx, owner.ID, s.words(0)); err != nil {
		return err
	}
	return s.view.Message(
		s.lang.Sprintf("the address book %s is back", s.words(0)),
		map[string]string{"restored": s.words(0)},
	)
}

// share returns a book of the account and whom it is shared with.
func (s *session) share(ctx context.Context) (assistant.AddressBook, assistant.Share, error) {
	_, b, err := s.ownBook(ctx)
	if err != nil {
		return b, assistant.Share{}, err
	}
	other, err := s.store.AccountNamed(ctx, s.String("with"))
	if err == nil && other.ID == b.Account {
		err = console.Usagef(s.lang.Text("name another account"), "%s",
			s.lang.Sprintf("the address book already belongs to %s", other.Name))
	}
	return b, assistant.Share{Book: b.ID, Account: other.ID, User: other.Name, ReadOnly: s.Bool("read-only")}, err
}

func shareBook(ctx context.Context, s *session) error {
	b, one, err := s.share(ctx)
	if err != nil {
		return err
	}
	if err := s.store.ShareBook(ctx, one); err != nil {
		return err
	}
	text := s.lang.Sprintf("%[2]s may read and change the address book %[1]s", b.Name, one.User)
	if one.ReadOnly {
		text = s.lang.Sprintf("%[2]s may read the address book %[1]s", b.Name, one.User)
	}
	return s.view.Message(text, map[string]any{"name": b.Name, "user": one.User, "read_only": one.ReadOnly})
}

func unshareBook(ctx context.Context, s *session) error {
	b, one, err := s.share(ctx)
	if err != nil {
		return err
	}
	if err := s.store.UnshareBook(ctx, one); err != nil {
		return err
	}
	return s.view.Message(
		s.lang.Sprintf("%[2]s no longer sees the address book %[1]s", b.Name, one.User),
		map[string]any{"name": b.Name, "user": one.User},
	)
}
