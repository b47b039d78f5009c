package command

import (
	"context"
	"fmt"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) contact() *cli.Command {
	return &cli.Command{
		Name: "contact", Aliases: []string{"контакт"}, Usage: "work with contacts",
		Subcommands: []*cli.Command{
			{
				Name: "add", Aliases: []string{"додати"}, Usage: "add a contact",
				Flags:  contactFlags(true),
				Action: p.action(addContact),
			},
			{
				Name: "show", Aliases: []string{"показати"}, Usage: "show all of one contact", ArgsUsage: "ID|NAME...",
				Action: p.action(showContact),
			},
			{
				Name: "edit", Aliases: []string{"змінити"}, Usage: "change what the flags name", ArgsUsage: "ID|NAME...",
				Description: "A flag replaces what the contact has; an empty value (--phone \"\") removes it.",
				Flags:       append(contactFlags(false), ifVersion()),
				Action:      p.action(editContact),
			},
			{
				Name: "rm", Aliases: []string{"видалити"}, Usage: "remove a contact", ArgsUsage: "ID|NAME...",
				Flags:  []cli.Flag{yes()},
				Action: p.action(removeContact),
			},
			{
				Name: "list", Aliases: []string{"список"}, Usage: "list the contacts",
				Flags: []cli.Flag{
					&cli.StringFlag{Name: "tag", Usage: "only those with the `TAG`"},
					&cli.StringFlag{Name: "sort", Value: string(assistant.SortName), Usage: "order by `name|birthday|updated`"},
				},
				Action: p.action(listContacts),
			},
			p.importCommand(),
			p.exportCommand(),
		},
	}
}

// contactFlags are the fields of a contact.
func contactFlags(add bool) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "name", Required: add, Usage: "the full `NAME`"},
		&cli.StringSliceFlag{Name: "phone", Usage: "a phone `NUMBER`, with a type if you like: work:+380 44 123 45 67"},
		&cli.StringSliceFlag{Name: "email", Usage: "an email `ADDRESS`, with a type if you like: home:me@example.com"},
		&cli.StringFlag{Name: "birthday", Usage: "the `DATE` of birth, YYYY-MM-DD or --MM-DD"},
		&cli.StringSliceFlag{Name: "address", Usage: "a postal `ADDRESS`, with a type if you like"},
		&cli.StringFlag{Name: "org", Usage: "the `ORGANIZATION`"},
		&cli.StringSliceFlag{Name: "tag", Usage: "a `TAG`"},
		&cli.StringFlag{Name: "note", Usage: "a remark, any `TEXT`"},
		&cli.StringFlag{Name: "nickname", Usage: "the `NICKNAME`"},
		&cli.StringSliceFlag{Name: "web", Usage: "the `URL` of a web page"},
	}
}

func ifVersion() cli.Flag {
	return &cli.Int64Flag{Name: "if-version", Usage: "change it only if it still has version `V`"}
}

func yes() cli.Flag { return &cli.BoolFlag{Name: "yes", Usage: "do not ask"} }

// contactInput is what the flags say.
func (s *session) contactInput() assistant.ContactInput {
	return assistant.ContactInput{
		Name: s.text("name"), Nickname: s.text("nickname"), Organization: s.text("org"),
		Birthday: s.text("birthday"), Note: s.text("note"),
		Phones: s.list("phone"), Emails: s.list("email"), Addresses: s.list("address"), WebPages: s.list("web"),
		Tags: s.list("tag"),
	}
}

func addContact(ctx context.Context, s *session) error {
	c, err := s.book.AddContact(ctx, s.contactInput())
	if err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("added %s (%s)", c.Name, c.ID), c)
}

func showContact(ctx context.Context, s *session) error {
	c, err := s.book.Contact(ctx, s.words(0))
	if err != nil {
		return err
	}
	return s.view.Contact(c)
}

func editContact(ctx context.Context, s *session) error {
	if s.NumFlags() == 0 || (s.NumFlags() == 1 && s.IsSet("if-version")) {
		return console.Errorf(console.Usage, "see assistant contact edit --help", "nothing to change: give at least one flag")
	}
	c, err := s.book.EditContact(ctx, s.words(0), s.Int64("if-version"), s.contactInput())
	if err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("changed %s (%s), now version %d", c.Name, c.ID, c.Version), c)
}

func removeContact(ctx context.Context, s *session) error {
	c, err := s.book.Contact(ctx, s.words(0))
	if err != nil {
		return err
	}
	if err := s.terminal.Confirm(s.Bool("yes"), "remove contact %q?", c.Name); err != nil {
		return err
	}
	if err := s.book.RemoveContact(ctx, c); err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("removed %s (%s)", c.Name, c.ID), c)
}

func listContacts(ctx context.Context, s *session) error {
	sort, err := s.sorted(assistant.SortName, assistant.SortBirthday, assistant.SortUpdated)
	if err != nil {
		return err
	}
	return s.view.Contacts(s.book.AllContacts(ctx, assistant.ContactQuery{Tag: s.String("tag"), Sort: sort}))
}
