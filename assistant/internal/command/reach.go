package command

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// reachCommands returns the commands that mail programs and other programs call.
func (p *program) reachCommands() []*cli.Command {
	return []*cli.Command{
		{
			Name: "email", Usage: "list the addresses of the contacts that contain all the words, for mail " +
				"programs", ArgsUsage: "WORDS...",
			Description: "The first line says how many there are; then come an address, the name and the kind, with tabs " +
				"between, as mutt's\n" +
				"query_command reads it.",
			Action: p.action(func(ctx context.Context, s *session) error {
				return s.reach(ctx, func(c *assistant.Contact) (list []reached) {
					for _, m := range c.Emails {
						list = append(list, reached{m.Address, c.Name, m.Type, c.ID})
					}
					return list
				})
			}),
		},
		{
			Name: "phone", Usage: "list the numbers of the contacts that contain all the words", ArgsUsage: "WORDS...",
			Description: "In the form of contact email.",
			Action: p.action(func(ctx context.Context, s *session) error {
				return s.reach(ctx, func(c *assistant.Contact) (list []reached) {
					for _, n := range c.Phones {
						list = append(list, reached{cmp.Or(n.E164, n.Typed), c.Name, n.Type, c.ID})
					}
					return list
				})
			}),
		},
		{
			Name: "add-email", Usage: "add the sender of the mail on stdin",
			Description: "The address goes to the contact of that name, or to a new one. One that a contact already has " +
				"changes nothing.",
			Action: p.action(addEmail),
		},
	}
}

// reached is one way to reach a contact.
type reached struct {
	Value string `json:"value"`
	Name  string `json:"name"`
	Type  string `json:"type,omitempty"`
	ID    string `json:"id"`
}

// reach prints the ways to reach the contacts that contain all the words.
func (s *session) reach(ctx context.Context, of func(*assistant.Contact) []reached) error {
	words := s.words(0)
	if strings.TrimSpace(words) == "" {
		return console.Usagef(s.lang.Text("name a contact"), "%s", s.lang.Text("nothing to search for"))
	}
	found, err := s.book.Search(ctx, words, true)
	if err != nil {
		return err
	}
	list := []reached{}
	for _, c := range found.Contacts {
		list = append(list, of(c)...)
	}
	lines := []string{s.lang.Count(len(list), "%d hit|%d hits")}
	for _, r := range list {
		lines = append(lines, plain(r.Value)+"\t"+plain(r.Name)+"\t"+plain(r.Type))
	}
	if err := s.view.Message(strings.Join(lines, "\n"), list); err != nil {
		return err
	}
	if len(list) == 0 {
		return console.Errorf(console.NotFound, "", "%s", s.lang.Sprintf("nothing found for %q", words))
	}
	return nil
}

// plain makes a value fit into one column of one line.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}

// maxMailHead is how much of a mail is read: the sender is near its beginning.
const maxMailHead = 1 << 20

func addEmail(ctx context.Context, s *session) error {
	head, err := io.ReadAll(io.LimitReader(s.terminal.In, maxMailHead))
	if err != nil {
		return fmt.Errorf("read the mail: %w", err)
	}
	senders, err := parseSenders(head)
	if err != nil {
		return console.Errorf(console.Failed, s.lang.Text("the first lines are those of a mail, with From:"), "%s: %w",
			s.lang.Text("the mail has no sender"), err)
	}
	for _, sender := range senders {
		if err := s.addSender(ctx, sender); err != nil {
			return err
		}
	}
	return nil
}

// parseSenders returns the addresses in From. Names may be encoded words in any character set.
func parseSenders(head []byte) ([]*mail.Address, error) {
	head = bytes.TrimLeft(head, "\r\n")
	if bytes.HasPrefix(head, []byte("From ")) { // of an mbox
		_, head, _ = bytes.Cut(head, []byte("\n"))
	}
	message, err := mail.ReadMessage(bytes.NewReader(append(head, "\r\n\r\n"...)))
	if err != nil {
		return nil, err
	}
	words := &mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		encoding, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return encoding.NewDecoder().Reader(r), nil
	}}
	return (&mail.AddressParser{WordDecoder: words}).ParseList(message.Header.Get("From"))
}

// addSender adds a sender's address to the contact with the name, or adds a new contact.
func (s *session) addSender(ctx context.Context, sender *mail.Address) error {
	if c, err := s.book.Contact(ctx, sender.Address); err == nil {
		return s.view.Message(s.lang.Sprintf("%s is the address of %s", sender.Address, c.Name), c)
	}
	name := cmp.Or(strings.TrimSpace(sender.Name), sender.Address)
	in := assistant.ContactInput{Emails: assistant.ListInput{Add: []string{sender.Address}}}
	if same, err := s.book.Store.ContactsNamed(ctx, name); err != nil {
		return err
	} else if len(same) == 1 {
		c, _, err := s.book.EditContact(ctx, same[0].ID, 0, in)
		if err != nil {
			return err
		}
		return s.view.Message(s.lang.Sprintf("changed %s (%s), now version %d", c.Name, c.ID, c.Version), c)
	}
	in.Name = &name
	c, err := s.book.AddContact(ctx, in)
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("added %s (%s)", c.Name, c.ID), c)
}
