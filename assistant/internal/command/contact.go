package command

import (
	"context"
	"errors"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) contact() *cli.Command {
	return &cli.Command{
		Name: "contact", Aliases: []string{"контакт"}, Usage: "work with contacts",
		Subcommands: append([]*cli.Command{
			{
				Name: "add", Aliases: []string{"додати"}, Usage: "add a contact", ArgsUsage: "[WORDS...]",
				Description: "Free words are the name; numbers, addresses and dates among them are recognized by their form, " +
					"and the answer says what was\n" +
					"taken for what. Without words and flags a form asks, field by field; --edit opens $VISUAL.",
				Flags:  append(contactFlags(), editFlag()),
				Action: p.action(addContact), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "show", Aliases: []string{"показати"}, Usage: "show everything about a contact",
				ArgsUsage: "ID|NAME|NUMBER|EMAIL...",
				Action:    p.action(showContact), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "edit", Aliases: []string{"змінити"}, Usage: "change what the flags name", ArgsUsage: "ID|NAME...",
				Description: "A flag such as --phone replaces what the contact has, " +
					"and an empty value (--phone \"\") removes it; --add-phone and\n" +
					"--rm-phone leave the others alone. Without flags, or with --edit, $VISUAL opens.",
				Flags:  append(append(contactFlags(), changeFlags()...), ifVersion(), editFlag()),
				Action: p.action(editContact), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "tag", Usage: "give a contact tags with +, remove tags with -", ArgsUsage: "NAME [+TAG|-TAG]...",
				Action: p.action(tagContact), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "touch", Usage: "record that you have talked to a contact; see --call-every", ArgsUsage: "ID|NAME...",
				Flags:  []cli.Flag{&cli.StringFlag{Name: "on", Usage: "the `DATE` of the conversation; today when not given"}},
				Action: p.action(touchContact), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "call-every", Usage: "list or set how often you want to talk to the contacts with a tag",
				ArgsUsage: "[TAG...] [DAYS]",
				Description: "A contact's own interval (contact edit --call-every) takes precedence over those of its tags, " +
					"of which the shortest counts.\n0 removes the tag's interval. Without arguments all are listed.",
				Action: p.action(callEvery), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "rm", Aliases: []string{"видалити"}, Usage: "remove a contact", ArgsUsage: "ID|NAME...",
				Flags:  []cli.Flag{yes()},
				Action: p.action(removeContact), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "list", Aliases: []string{"список"}, Usage: "list the contacts",
				Flags: append(tagFilters(),
					&cli.StringFlag{Name: "sort", Value: string(assistant.SortName), Usage: "order by `name|birthday|updated`"}),
				Action: p.action(listContacts), BashComplete: p.offer(assistant.KindContact),
			},
			{
				Name: "tags", Aliases: []string{"теги"}, Usage: "list the tags of all contacts",
				Action: p.action(func(ctx context.Context, s *session) error {
					tags, err := s.book.Store.ContactTags(ctx)
					if err != nil {
						return err
					}
					return s.view.Tags(tags)
				}),
			},
			p.importCommand(),
			p.imports(),
			p.exportCommand(),
		}, append(p.reachCommands(), p.contactHistory()...)...),
	}
}

// contactFlags returns the flags for the fields of a contact.
func contactFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "name", Usage: "the full `NAME`"},
		&cli.StringSliceFlag{Name: "phone", Usage: "a phone `NUMBER`, with a label if you like: work:+380 44 123 45 67"},
		&cli.StringSliceFlag{Name: "email", Usage: "an email `ADDRESS`, with a label if you like: home:me@example.com"},
		&cli.StringFlag{Name: "birthday", Usage: "the `DATE` of birth: 1990-02-25, 25.02.1990, 25 лютого"},
		&cli.StringSliceFlag{Name: "address", Usage: "a postal `ADDRESS`, with a label if you like"},
		&cli.StringFlag{Name: "org", Usage: "the `ORGANIZATION`"},
		&cli.StringFlag{Name: "title", Usage: "the job `TITLE`"},
		&cli.StringFlag{Name: "role", Usage: "the job, as a `ROLE`"},
		&cli.StringSliceFlag{Name: "chat", Usage: "a messenger `ADDRESS`: telegram:@olena"},
		&cli.StringFlag{Name: "anniversary", Usage: "the `DATE` of a wedding or another anniversary"},
		&cli.StringSliceFlag{Name: "date", Usage: "another `DATE`, with a label if you like: wedding:2010-05-06"},
		&cli.StringSliceFlag{Name: "relation", Usage: "a `PERSON` who belongs to the contact: mother:Olha"},
		&cli.StringSliceFlag{Name: "tag", Usage: "a `TAG`"},
		&cli.StringFlag{Name: "note", Usage: "a remark, any `TEXT`"},
		&cli.StringFlag{Name: "nickname", Usage: "the `NICKNAME`"},
		&cli.StringSliceFlag{Name: "web", Usage: "the `URL` of a web page"},
		&cli.IntFlag{Name: "call-every", Usage: "remind after `DAYS` without a conversation; 0 for never"},
	}
}

// listFlags returns the flags for fields that are lists.
func listFlags() []string {
	return []string{"phone", "email", "address", "web", "chat", "date", "relation", "tag"}
}

// changeFlags returns the flags that add to lists and remove from them.
func changeFlags() []cli.Flag {
	var flags []cli.Flag
	for _, name := range listFlags() {
		flags = append(flags,
			&cli.StringSliceFlag{Name: "add-" + name, Usage: "add a `VALUE` to those that are there"},
			&cli.StringSliceFlag{Name: "rm-" + name, Usage: "remove the `VALUE`, in any spelling"})
	}
	return flags
}

// tagFilters returns the flags that filter lists by tags.
func tagFilters() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "tag", Usage: "only those with the `TAG`; given twice, with both"},
		&cli.StringSliceFlag{Name: "not-tag", Usage: "only those without the `TAG`"},
	}
}

func (s *session) filter() assistant.Filter {
	return assistant.Filter{Tags: s.list("tag"), NotTags: s.list("not-tag")}
}

func ifVersion() cli.Flag {
	return &cli.Int64Flag{Name: "if-version", Usage: "change it only if it still has version `V`"}
}

func yes() cli.Flag { return &cli.BoolFlag{Name: "yes", Usage: "do not ask"} }

func editFlag() cli.Flag { return &cli.BoolFlag{Name: "edit", Usage: "open it in $VISUAL"} }

// contactInput returns the input that the flags describe.
func (s *session) contactInput() assistant.ContactInput {
	return assistant.ContactInput{
		Name: s.text("name"), Nickname: s.text("nickname"), Organization: s.text("org"), Title: s.text("title"),
		Role: s.text("role"), Birthday: s.text("birthday"), Anniversary: s.text("anniversary"), Note: s.text("note"),
		CallEvery: s.number("call-every"), Phones: s.changes("phone"), Emails: s.changes("email"),
		Addresses: s.changes("address"), WebPages: s.changes("web"),
		Chats: s.changes("chat"), Relations: s.changes("relation"), Dates: s.changes("date"), Tags: s.changes("tag"),
	}
}

// given counts the flags that set something of the contact or note itself.
func (s *session) given() int {
	n := s.NumFlags()
	for _, name := range []string{"if-version", "edit"} {
		if s.IsSet(name) {
			n--
		}
	}
	return n
}

func addContact(ctx context.Context, s *session) error {
	in := s.contactInput()
	switch {
	case s.NArg() > 0:
		taken, err := assistant.TakeWords(s.Args().Slice(), &in, s.book.Region, s.book.Order)
		if err != nil {
			return err
		}
		if in.Name == nil {
			return console.Errorf(
				console.Usage,
				s.lang.Text("see assistant contact add --help"),
				"%s",
				s.lang.Text("contact add needs a name"),
			)
		}
		for _, t := range taken {
			s.terminal.Notef("%s", s.lang.Sprintf("%s: %s", s.lang.Text(t.Field), t.Value))
		}
	case s.given() == 0 && !s.Bool("edit"):
		if !s.terminal.Interactive() {
			return console.Errorf(
				console.Usage,
				s.lang.Text("see assistant contact add --help"),
				"%s",
				s.lang.Text("contact add needs a name"),
			)
		}
		if err := s.form(&in); err != nil {
			return err
		}
	}
	if s.Bool("edit") {
		return s.editNewContact(ctx, in)
	}
	c, err := s.book.AddContact(ctx, in)
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("added %s (%s)", c.Name, c.ID), c)
}

func showContact(ctx context.Context, s *session) error {
	ref, err := s.ref(assistant.KindContact, s.words(0))
	if err != nil {
		return err
	}
	c, err := s.book.Contact(ctx, ref)
	if err != nil {
		return err
	}
	return s.view.Contact(c)
}

// named returns the id or full name of the contact to change. If the words only match, a person is asked which contact
// is meant; a program gets the candidates with the error.
func (s *session) named(ctx context.Context, words string) (string, error) {
	ref, err := s.ref(assistant.KindContact, words)
	if err != nil {
		return "", err
	}
	c, err := s.book.ContactNamed(ctx, ref)
	if err == nil {
		return c.ID, nil
	}
	return s.chosen(err)
}

// chosen lets a person choose among the candidates in an error.
func (s *session) chosen(err error) (string, error) {
	var missing *assistant.NotFoundError
	if !errors.As(err, &missing) || len(missing.Candidates) == 0 || !s.terminal.Interactive() {
		return "", err
	}
	for i, c := range missing.Candidates {
		s.terminal.Notef("%3d  %s  %s", i+1, console.Line(c.Name), console.Line(c.Detail))
	}
	answer, asked := s.terminal.Ask(s.lang.Text("which one? (a number; Enter for none) "))
	if asked != nil {
		return "", asked
	}
	for i, c := range missing.Candidates {
		if strings.TrimSpace(answer) == console.Line(itoa(i+1)) {
			return c.ID, nil
		}
	}
	return "", console.Errorf(console.NotFound, "", "%s", s.lang.Text("nothing was changed"))
}

func editContact(ctx context.Context, s *session) error {
	if s.given() == 0 && !s.Bool("edit") && !s.canEdit() {
		return console.Errorf(
			console.Usage,
			s.lang.Text("see assistant contact edit --help"),
			"%s",
			s.lang.Text("nothing to change: give at least one flag"),
		)
	}
	ref, err := s.named(ctx, s.words(0))
	if err != nil {
		return err
	}
	in := s.contactInput()
	if s.given() == 0 || s.Bool("edit") {
		return s.editStoredContact(ctx, ref, in)
	}
	return s.changeContact(ctx, ref, in)
}

// changeContact changes a contact and shows the result.
func (s *session) changeContact(ctx context.Context, ref string, in assistant.ContactInput) error {
	before, err := s.book.ContactNamed(ctx, ref)
	if err != nil {
		return err
	}
	version := before.Version
	c, removed, err := s.book.EditContact(ctx, before.ID, s.Int64("if-version"), in)
	if err != nil {
		return err
	}
	s.toldRemoved(removed)
	return s.showChangedContact(c, version)
}

// showChangedContact shows what became of a contact that had this version.
func (s *session) showChangedContact(c *assistant.Contact, version int64) error {
	if c.Version == version {
		return s.view.Message(s.lang.Sprintf("nothing changed in %s (%s)", c.Name, c.ID), c)
	}
	return s.view.Message(s.lang.Sprintf("changed %s (%s), now version %d", c.Name, c.ID, c.Version), c)
}

// toldRemoved reports what an edit removed, and what it did not find.
func (s *session) toldRemoved(removed assistant.Removed) {
	if len(removed.Gone) > 0 {
		s.terminal.Notef("%s", s.lang.Sprintf("gone: %s", console.Line(strings.Join(removed.Gone, "; "))))
	}
	for _, value := range removed.Missing {
		s.terminal.Warnf("%s", s.lang.Sprintf("there is no %q to remove", value))
	}
}

// tagContact reads NAME +a -b: the words before the first one with a sign are the name.
func tagContact(ctx context.Context, s *session) error {
	words := s.Args().Slice()
	n := 0
	for n < len(words) && (n == 0 || !strings.HasPrefix(words[n], "+") && !strings.HasPrefix(words[n], "-")) {
		n++
	}
	var in assistant.ContactInput
	for _, word := range words[n:] {
		tag := strings.TrimLeft(word, "+-")
		switch {
		case tag != "" && word[0] == '+':
			in.Tags.Add = append(in.Tags.Add, tag)
		case tag != "" && word[0] == '-':
			in.Tags.Remove = append(in.Tags.Remove, tag)
		default:
			return console.Errorf(
				console.Usage,
				s.lang.Text("write +TAG or -TAG"),
				"%s",
				s.lang.Sprintf("%q does not say how to change a tag", word),
			)
		}
	}
	ref, err := s.named(ctx, strings.Join(words[:n], " "))
	if err != nil {
		return err
	}
	if n == len(words) {
		c, err := s.book.ContactNamed(ctx, ref)
		if err != nil {
			return err
		}
		return s.view.Message(strings.Join(c.Tags, "\n"), c)
	}
	return s.changeContact(ctx, ref, in)
}

func touchContact(ctx context.Context, s *session) error {
	on := s.book.Today()
	if s.IsSet("on") {
		var err error
		if on, err = assistant.ReadDate(s.String("on"), s.book.Order); err != nil {
			return err
		}
	}
	ref, err := s.named(ctx, s.words(0))
	if err != nil {
		return err
	}
	c, err := s.book.Touch(ctx, ref, on)
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("talked to %s on %s", c.Name, c.Called), c)
}

func removeContact(ctx context.Context, s *session) error {
	ref, err := s.named(ctx, s.words(0))
	if err != nil {
		return err
	}
	c, err := s.book.ContactNamed(ctx, ref)
	if err != nil {
		return err
	}
	if err := s.terminal.Confirm(s.Bool("yes"), "%s", s.lang.Sprintf("remove contact %q?", c.Name)); err != nil {
		return err
	}
	if err := s.book.RemoveContact(ctx, c); err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("removed %s (%s)", c.Name, c.ID), c)
}

func listContacts(ctx context.Context, s *session) error {
	sort, err := s.sorted(assistant.SortName, assistant.SortBirthday, assistant.SortUpdated)
	if err != nil {
		return err
	}
	list := s.book.AllContacts(ctx, assistant.ContactQuery{Filter: s.filter(), Sort: sort, Row: !s.terminal.JSON()})
	return s.view.Contacts(numbered(s, assistant.KindContact, contactID, list))
}
