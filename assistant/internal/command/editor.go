package command

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
)

func itoa(n int) string { return strconv.Itoa(n) }

// editorCommand returns $VISUAL or $EDITOR, or "" if neither is set.
func editorCommand() string {
	if visual := os.Getenv("VISUAL"); visual != "" {
		return visual
	}
	return os.Getenv("EDITOR")
}

// canEdit reports whether a command without a change opens an editor: if one is set, or a person can be asked.
func (s *session) canEdit() bool { return editorCommand() != "" || s.terminal.Interactive() }

// edited lets a person edit a text in $VISUAL. A text that check refuses comes back with the reason on top, until it is
// valid or is left unchanged.
func (s *session) edited(text, extension string, check func(string) error) (string, error) {
	program := editorCommand()
	if program == "" {
		program = "vi"
	}
	dir, err := os.MkdirTemp("", "assistant-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "edit"+extension)
	content := text
	for {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return "", err
		}
		// The variable may contain arguments, as in every program that uses it.
		cmd := exec.CommandContext(s.Context.Context, "sh", "-c", program+` "$1"`, "sh", file)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return "", console.Errorf(console.Failed, s.lang.Text("nothing was changed"), "%s: %w", program, err)
		}
		written, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		value, wrong := assistant.DecodeText("text", written)
		if wrong == nil {
			value = withoutComplaint(value)
			wrong = check(value)
		}
		if wrong == nil {
			return value, nil
		}
		if string(written) == content || !s.terminal.Interactive() {
			return "", wrong
		}
		content = complaint + strings.ReplaceAll(s.failure(wrong).Error(), "\n", " ") + "\n" + value
	}
}

// complaint begins the line that says what is wrong.
const complaint = "# ! "

func withoutComplaint(text string) string {
	if strings.HasPrefix(text, complaint) {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

// A contactForm is a contact in the form in which it is edited, in YAML. Labels come before a colon, as in the flags.
type contactForm struct {
	Name         string   `yaml:"name"`
	Nickname     string   `yaml:"nickname"`
	Organization string   `yaml:"organization"`
	Title        string   `yaml:"title"`
	Role         string   `yaml:"role"`
	Phones       []string `yaml:"phones"`
	Emails       []string `yaml:"emails"`
	Chats        []string `yaml:"chats"`
	Addresses    []string `yaml:"addresses"`
	WebPages     []string `yaml:"web"`
	Birthday     string   `yaml:"birthday"`
	Anniversary  string   `yaml:"anniversary"`
	Dates        []string `yaml:"dates"`
	Relations    []string `yaml:"relations"`
	Tags         []string `yaml:"tags"`
	Note         string   `yaml:"note"`
	CallEvery    int      `yaml:"call-every"`
}

func labelled(kind, value string) string {
	if kind == "" {
		return value
	}
	return kind + ":" + value
}

func formOf(c *assistant.Contact) contactForm {
	f := contactForm{
		Name: c.Name, Nickname: c.Nickname, Organization: c.Organization, Title: c.Title, Role: c.Role,
		Birthday: c.Birthday.String(), Anniversary: c.Anniversary.String(),
		Tags: c.Tags, Note: c.Note, CallEvery: c.CallEvery,
	}
	if c.Birthday.IsZero() {
		f.Birthday = c.BirthdayText
	}
	for _, p := range c.Phones {
		f.Phones = append(f.Phones, labelled(p.Type, p.Typed))
	}
	for _, e := range c.Emails {
		f.Emails = append(f.Emails, labelled(e.Type, e.Address))
	}
	for _, h := range c.Chats {
		f.Chats = append(f.Chats, labelled(h.Type, h.Address))
	}
	for _, a := range c.Addresses {
		f.Addresses = append(f.Addresses, labelled(a.Type, a.String()))
	}
	for _, w := range c.WebPages {
		f.WebPages = append(f.WebPages, labelled(w.Type, w.URL))
	}
	for _, e := range c.Dates {
		f.Dates = append(f.Dates, labelled(e.Type, e.Date.String()))
	}
	for _, r := range c.Relations {
		f.Relations = append(f.Relations, labelled(r.Type, r.Name))
	}
	return f
}

// input returns the changes to a contact whose form was before: fields that were not touched are left as they are.
func (f contactForm) input(before contactForm) assistant.ContactInput {
	var in assistant.ContactInput
	text := func(field **string, now, then string) {
		if now != then {
			*field = &now
		}
	}
	text(&in.Name, f.Name, before.Name)
	text(&in.Nickname, f.Nickname, before.Nickname)
	text(&in.Organization, f.Organization, before.Organization)
	text(&in.Title, f.Title, before.Title)
	text(&in.Role, f.Role, before.Role)
	text(&in.Birthday, f.Birthday, before.Birthday)
	text(&in.Anniversary, f.Anniversary, before.Anniversary)
	text(&in.Note, f.Note, before.Note)
	list := func(field *assistant.ListInput, now, then []string) {
		if strings.Join(now, "\n") != strings.Join(then, "\n") {
			field.Replace = append([]string{}, now...)
		}
	}
	list(&in.Phones, f.Phones, before.Phones)
	list(&in.Emails, f.Emails, before.Emails)
	list(&in.Chats, f.Chats, before.Chats)
	list(&in.Addresses, f.Addresses, before.Addresses)
	list(&in.WebPages, f.WebPages, before.WebPages)
	list(&in.Dates, f.Dates, before.Dates)
	list(&in.Relations, f.Relations, before.Relations)
	list(&in.Tags, f.Tags, before.Tags)
	if f.CallEvery != before.CallEvery {
		in.CallEvery = &f.CallEvery
	}
	return in
}

func readForm(text string) (contactForm, error) {
	var f contactForm
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&f); err != nil {
		return f, &assistant.FieldError{
			Field:   "text",
			Problem: strings.TrimPrefix(err.Error(), "yaml: "),
			Hint:    "a field and a colon on each line",
		}
	}
	return f, nil
}

// editedForm lets a person edit a form until it describes a valid contact.
func (s *session) editedForm(f contactForm, check func(contactForm) error) (contactForm, error) {
	text, err := yaml.Marshal(f)
	if err != nil {
		return f, err
	}
	edited, err := s.edited(string(text), ".yaml", func(text string) error {
		f, err := readForm(text)
		if err != nil {
			return err
		}
		return check(f)
	})
	if err != nil {
		return f, err
	}
	return readForm(edited)
}

// editNewContact adds a contact from an editor, with the values of the flags and arguments already filled in.
func (s *session) editNewContact(ctx context.Context, in assistant.ContactInput) error {
	f := contactForm{Phones: in.Phones.Replace, Emails: in.Emails.Replace, Tags: in.Tags.Replace}
	f.Phones = append(f.Phones, in.Phones.Add...)
	f.Emails = append(f.Emails, in.Emails.Add...)
	f.Tags = append(f.Tags, in.Tags.Add...)
	f.Name, f.Nickname, f.Organization = deref(in.Name), deref(in.Nickname), deref(in.Organization)
	f.Title, f.Role, f.Birthday, f.Note = deref(in.Title), deref(in.Role), deref(in.Birthday), deref(in.Note)
	f.Chats, f.Addresses, f.WebPages = in.Chats.Replace, in.Addresses.Replace, in.WebPages.Replace
	f.Relations, f.Dates, f.Anniversary = in.Relations.Replace, in.Dates.Replace, deref(in.Anniversary)
	if in.CallEvery != nil {
		f.CallEvery = *in.CallEvery
	}
	f, err := s.editedForm(f, func(f contactForm) error { return assistant.CheckContact(f.input(contactForm{}), s.book) })
	if err != nil {
		return err
	}
	c, err := s.book.AddContact(ctx, f.input(contactForm{}))
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("added %s (%s)", c.Name, c.ID), c)
}

// editStoredContact changes a contact in an editor. The flags are applied first.
func (s *session) editStoredContact(ctx context.Context, ref string, in assistant.ContactInput) error {
	c, err := s.book.ContactNamed(ctx, ref)
	if err != nil {
		return err
	}
	if s.given() > 0 {
		if c, _, err = s.book.EditContact(ctx, ref, s.Int64("if-version"), in); err != nil {
			return err
		}
	}
	before := formOf(c)
	f, err := s.editedForm(before, func(f contactForm) error { return s.book.CheckEdit(c, f.input(before)) })
	if err != nil {
		return err
	}
	changed, removed, err := s.book.EditContact(ctx, c.ID, c.Version, f.input(before))
	if err != nil {
		return err
	}
	s.toldRemoved(removed)
	if changed.Version == c.Version {
		return s.view.Message(s.lang.Sprintf("nothing changed in %s (%s)", c.Name, c.ID), changed)
	}
	return s.view.Message(
		s.lang.Sprintf("changed %s (%s), now version %d", changed.Name, changed.ID, changed.Version),
		changed,
	)
}
