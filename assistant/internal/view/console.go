package view

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
)

// Console shows things to a person at a terminal.
type Console struct {
	*console.Terminal
	Location *time.Location // the person's time zone
}

// Contact prints a card.
func (v Console) Contact(c *assistant.Contact) error {
	card := card{v: v}
	card.heading(c.Name)
	card.line("nickname", c.Nickname)
	card.line("organization", c.Organization)
	for _, p := range c.Phones {
		card.line(label("phone", p.Type), phone(p))
	}
	for _, e := range c.Emails {
		card.line(label("email", e.Type), e.Address)
	}
	for _, a := range c.Addresses {
		card.line(label("address", a.Type), address(a))
	}
	for _, w := range c.WebPages {
		card.line(label("web", w.Type), w.URL)
	}
	card.line("birthday", birthdayOf(c))
	card.line("tags", strings.Join(c.Tags, ", "))
	if c.Photo != nil {
		card.line("photo", photo(c.Photo))
	}
	card.line("note", c.Note)
	card.small("id", c.ID)
	card.small("version", fmt.Sprintf("%d of %s", c.Version, c.Updated.In(v.Location).Format("2006-01-02 15:04")))
	return card.print()
}

// Contacts prints a table.
func (v Console) Contacts(list iter.Seq2[*assistant.Contact, error]) error {
	table := console.Table{Columns: []string{"name", "phone", "email", "birthday", "tags"}}
	for c, err := range list {
		if err != nil {
			return err
		}
		table.Rows = append(table.Rows, contactRow(c))
	}
	if len(table.Rows) == 0 {
		v.Notef("no contacts")
		return nil
	}
	return v.Table(table)
}

// contactRow is a contact in one line: of several phones and emails the first.
func contactRow(c *assistant.Contact) []any {
	var number, email string
	if len(c.Phones) > 0 {
		number = c.Phones[0].E164
		if number == "" {
			number = c.Phones[0].Typed
		}
	}
	if len(c.Emails) > 0 {
		email = c.Emails[0].Address
	}
	return []any{c.Name, number, email, birthdayOf(c), strings.Join(c.Tags, ", ")}
}

// Note prints the text under its title.
func (v Console) Note(n *assistant.Note) error {
	card := card{v: v}
	if n.Title != "" {
		card.heading(n.Title)
	}
	if n.Text != "" {
		card.b.WriteString(console.Text(n.Text) + "\n")
	}
	card.line("tags", strings.Join(n.Tags, ", "))
	if n.Pinned {
		card.line("pinned", "yes")
	}
	card.small("id", n.ID)
	card.small("version", fmt.Sprintf("%d of %s", n.Version, n.Updated.In(v.Location).Format("2006-01-02 15:04")))
	return card.print()
}

// Notes prints a table.
func (v Console) Notes(list iter.Seq2[*assistant.Note, error]) error {
	table := console.Table{Columns: []string{"updated", "note", "tags"}}
	for n, err := range list {
		if err != nil {
			return err
		}
		table.Rows = append(table.Rows, v.noteRow(n))
	}
	if len(table.Rows) == 0 {
		v.Notef("no notes")
		return nil
	}
	return v.Table(table)
}

func (v Console) noteRow(n *assistant.Note) []any {
	heading := shorten(n.Heading(), 60)
	if n.Pinned {
		heading = "* " + heading
	}
	return []any{n.Updated.In(v.Location).Format("2006-01-02"), heading, strings.Join(n.Tags, ", ")}
}

// Birthdays prints a table.
func (v Console) Birthdays(_ assistant.Date, list []assistant.Birthday) error {
	if len(list) == 0 {
		v.Notef("no birthdays")
		return nil
	}
	table := console.Table{Columns: []string{"date", "day", "in", "name", "turns"}}
	for _, b := range list {
		var age any
		if b.Age > 0 {
			age = b.Age
		}
		table.Rows = append(table.Rows, []any{b.Date, weekday(b.Date), distance(b.Days), b.Contact.Name, age})
	}
	return v.Table(table)
}

// Found prints a table of contacts, then one of notes.
func (v Console) Found(result assistant.SearchResult) error {
	if len(result.Contacts)+len(result.Notes) == 0 {
		v.Notef("nothing found")
		return nil
	}
	if len(result.Contacts) > 0 {
		table := console.Table{Columns: []string{"contact", "phone", "email", "birthday", "tags"}}
		for _, c := range result.Contacts {
			table.Rows = append(table.Rows, contactRow(c))
		}
		if err := v.Table(table); err != nil {
			return err
		}
	}
	if len(result.Notes) == 0 {
		return nil
	}
	if len(result.Contacts) > 0 {
		if _, err := fmt.Fprintln(v.Out); err != nil {
			return err
		}
	}
	table := console.Table{Columns: []string{"updated", "note", "tags"}}
	for _, n := range result.Notes {
		table.Rows = append(table.Rows, v.noteRow(n))
	}
	return v.Table(table)
}

// Tags prints a table.
func (v Console) Tags(list []assistant.TagCount) error {
	if len(list) == 0 {
		v.Notef("no tags")
		return nil
	}
	table := console.Table{Columns: []string{"tag", "count"}}
	for _, tag := range list {
		table.Rows = append(table.Rows, []any{tag.Tag, tag.Count})
	}
	return v.Table(table)
}

// Migrations prints a table.
func (v Console) Migrations(list []Migration) error {
	table := console.Table{Columns: []string{"migration", "state"}}
	for _, m := range list {
		state := "pending"
		if m.Applied {
			state = "applied"
		}
		table.Rows = append(table.Rows, []any{m.Name, state})
	}
	return v.Table(table)
}

// CacheInfos prints a table.
func (v Console) CacheInfos(list []CacheInfo) error {
	table := console.Table{Columns: []string{"answers", "hits", "misses", "size", "capacity"}}
	for _, info := range list {
		table.Rows = append(table.Rows, []any{info.Kind, info.Hits, info.Misses, info.Size, info.Capacity})
	}
	return v.Table(table)
}

// Commands prints the commands in two columns.
func (v Console) Commands(page []console.Entry) error {
	width := 0
	for _, entry := range page {
		width = max(width, console.Width(entry.Word))
	}
	for _, entry := range page {
		if _, err := fmt.Fprintf(v.Out, "%s  %s\n", v.Paint(v.Out, console.Bold, console.Pad(entry.Word, width)), entry.Text); err != nil {
			return err
		}
	}
	return nil
}

// Message prints the text.
func (v Console) Message(text string, _ any) error {
	_, err := fmt.Fprintln(v.Out, console.Text(text))
	return err
}

// Problem lists the candidates of an ambiguous name, and says which card of a file was refused.
func (v Console) Problem(err error) error {
	var ambiguous *assistant.AmbiguousError
	var refused *assistant.CardError
	switch {
	case errors.As(err, &ambiguous):
		for _, c := range ambiguous.Candidates {
			if _, err := fmt.Fprintf(v.Err, "%s  %s\n", c.ID, console.Line(c.Name)); err != nil {
				return err
			}
		}
	case errors.As(err, &refused):
		v.Warnf("%v", refused)
	}
	return nil
}

// card is a heading and labelled lines.
type card struct {
	v Console
	b strings.Builder
}

func (c *card) heading(s string) {
	c.b.WriteString(c.v.Paint(c.v.Out, console.Bold, console.Line(s)) + "\n")
}

// labelWidth is that of the longest label, "address (other)".
const labelWidth = 15

// line writes a labelled value, unless it is empty. A value of several lines stays aligned.
func (c *card) line(label, value string) { c.write(label, value, "") }

// small is line for what is seldom looked at.
func (c *card) small(label, value string) { c.write(label, value, console.Dim) }

func (c *card) write(label, value string, style console.Style) {
	if value == "" {
		return
	}
	for i, line := range strings.Split(console.Text(value), "\n") {
		if i > 0 {
			label = ""
		}
		text := "  " + console.Pad(console.Line(label), labelWidth) + "  " + line
		if style != "" {
			text = c.v.Paint(c.v.Out, style, text)
		}
		c.b.WriteString(text + "\n")
	}
}

func (c *card) print() error {
	_, err := io.WriteString(c.v.Out, c.b.String())
	return err
}
