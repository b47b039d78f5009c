package view

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/console"
)

// Console shows things to a person at a terminal.
type Console struct {
	*console.Terminal
	Location *time.Location // the user's time zone
	Lang     catalog.Language
	Numbers  bool // lists have numbers for later commands
}

// table begins a table; its headings are translated, and the first column holds numbers if there are any.
func (v Console) table(columns ...string) console.Table {
	if v.Numbers {
		columns = append([]string{"#"}, columns...)
	}
	return v.plain(columns...)
}

func (v Console) plain(columns ...string) console.Table {
	table := console.Table{}
	for _, column := range columns {
		table.Columns = append(table.Columns, v.Lang.Text(column))
	}
	return table
}

// row adds a row with the number n.
func (v Console) row(table *console.Table, n int, cells ...any) {
	if v.Numbers {
		cells = append([]any{n}, cells...)
	}
	table.Rows = append(table.Rows, cells)
}

// Contact prints a card.
func (v Console) Contact(c *assistant.Contact) error {
	card := card{v: v}
	card.heading(c.Name)
	card.line("nickname", c.Nickname)
	card.line("organization", c.Organization)
	card.line("title", c.Title)
	card.line("role", c.Role)
	for _, p := range c.Phones {
		card.labelled("phone", p.Type, phone(p))
	}
	for _, e := range c.Emails {
		card.labelled("email", e.Type, e.Address)
	}
	for _, chat := range c.Chats {
		card.labelled("chat", chat.Type, chat.Address)
	}
	for _, a := range c.Addresses {
		card.labelled("address", a.Type, a.String())
	}
	for _, w := range c.WebPages {
		card.labelled("web", w.Type, w.URL)
	}
	card.line("birthday", birthdayOf(c))
	card.line("anniversary", c.Anniversary.String())
	for _, e := range c.Dates {
		card.labelled("date", e.Type, e.Date.String())
	}
	for _, r := range c.Relations {
		card.labelled("relation", r.Type, r.Name)
	}
	card.line("tags", strings.Join(c.Tags, ", "))
	if c.Photo != nil {
		card.line("photo", photo(c.Photo))
	}
	card.line("note", c.Note)
	if c.CallEvery > 0 {
		card.line("call", v.Lang.Count(c.CallEvery, "every day|every %d days"))
	}
	card.line("last call", c.Called.String())
	if len(c.Other) > 0 {
		card.text("  " + v.Lang.Text("also in the card:"))
		for _, p := range c.Other {
			card.line(strings.ToLower(p.Name), p.Value)
		}
	}
	card.small("id", c.ID)
	card.small("version", v.Lang.Sprintf("%d of %s", c.Version, c.Updated.In(v.Location).Format("2006-01-02 15:04")))
	return card.print()
}

// Contacts prints a table.
func (v Console) Contacts(list iter.Seq2[*assistant.Contact, error]) error {
	table := v.table("name", "phone", "email", "birthday", "tags")
	n := 0
	for c, err := range list {
		if err != nil {
			return err
		}
		n++
		v.row(&table, n, contactRow(c, search.Query{})...)
		if v.Width() == 0 {
			table.Pack()
		}
	}
	if n == 0 {
		v.Notef("%s", v.Lang.Text("no contacts"))
		return nil
	}
	return v.Table(table)
}

// contactRow returns a contact in one line: of several phones and emails the one that a query matched, or else the
// first.
func contactRow(c *assistant.Contact, q search.Query) []any {
	var number, email string
	for i, p := range c.Phones {
		if i == 0 || q.Finds(p.E164, p.Typed) {
			number = p.E164
			if number == "" {
				number = p.Typed
			}
			if i > 0 {
				break
			}
		}
	}
	for i, e := range c.Emails {
		if i == 0 || q.Finds(e.Address) {
			email = e.Address
			if i > 0 {
				break
			}
		}
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
		card.text(console.Text(n.Text))
	}
	card.line("tags", strings.Join(n.Tags, ", "))
	if n.Pinned {
		card.line("pinned", v.Lang.Text("yes"))
	}
	card.line("due", n.Due.String())
	if n.Remind > 0 {
		card.line("remind", v.Lang.Count(n.Remind, "%d day before|%d days before"))
	}
	if !n.Done.IsZero() {
		card.line("done", n.Done.In(v.Location).Format("2006-01-02 15:04"))
	}
	card.small("id", n.ID)
	card.small("version", v.Lang.Sprintf("%d of %s", n.Version, n.Updated.In(v.Location).Format("2006-01-02 15:04")))
	return card.print()
}

// Notes prints a table. It has a column for due dates if at least one of them has such a date.
func (v Console) Notes(list iter.Seq2[*assistant.Note, error]) error {
	var notes []*assistant.Note
	for n, err := range list {
		if err != nil {
			return err
		}
		notes = append(notes, n)
	}
	if len(notes) == 0 {
		v.Notef("%s", v.Lang.Text("no notes"))
		return nil
	}
	return v.notes(notes, 0)
}

func (v Console) notes(notes []*assistant.Note, first int) error {
	due := slices.ContainsFunc(notes, func(n *assistant.Note) bool { return !n.Due.IsZero() })
	table := v.table("updated", "note", "tags")
	if due {
		table = v.table("updated", "due", "note", "tags")
	}
	for i, n := range notes {
		cells := []any{n.Updated.In(v.Location).Format("2006-01-02")}
		if due {
			cells = append(cells, n.Due)
		}
		v.row(&table, first+i+1, append(cells, v.heading(n), strings.Join(n.Tags, ", "))...)
	}
	return v.Table(table)
}

// heading returns the heading of a note: whole in a file or a pipe, where somebody may search for it, and shortened to
// fit on a terminal.
func (v Console) heading(n *assistant.Note) string {
	heading := n.Heading()
	if width := v.Width(); width > 0 {
		heading = shorten(heading, max(30, width-40))
	}
	if n.Pinned {
		heading = "* " + heading
	}
	return heading
}

// Copies prints a table.
func (v Console) Copies(list []Copy) error {
	if len(list) == 0 {
		v.Notef("%s", v.Lang.Text("no copies"))
		return nil
	}
	table := v.plain("at", "reason", "bytes", "file")
	for _, c := range list {
		table.Rows = append(
			table.Rows,
			[]any{c.At.In(v.Location).Format("2006-01-02 15:04"), v.Lang.Text(c.Reason), c.Bytes, c.File},
		)
	}
	return v.Table(table)
}

// Tags prints a table.
func (v Console) Tags(list []assistant.TagCount) error {
	if len(list) == 0 {
		v.Notef("%s", v.Lang.Text("no tags"))
		return nil
	}
	table := v.plain("tag", "count")
	for _, tag := range list {
		table.Rows = append(table.Rows, []any{tag.Tag, tag.Count})
	}
	return v.Table(table)
}

// Migrations prints a table.
func (v Console) Migrations(list []Migration) error {
	table := v.plain("migration", "state")
	for _, m := range list {
		state := v.Lang.Text("pending")
		if m.Applied {
			state = v.Lang.Text("applied")
		}
		table.Rows = append(table.Rows, []any{m.Name, state})
	}
	return v.Table(table)
}

// CacheInfos prints a table.
func (v Console) CacheInfos(list []CacheInfo) error {
	table := v.plain("answers", "hits", "misses", "size", "capacity")
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
		word := v.Paint(v.Out, console.Bold, console.Pad(entry.Word, width))
		if _, err := fmt.Fprintf(v.Out, "%s  %s\n", word, entry.Text); err != nil {
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

// Problem lists the candidates for a name, and reports what was found in the cards of a file.
func (v Console) Problem(err error) error {
	var (
		ambiguous *assistant.AmbiguousError
		missing   *assistant.NotFoundError
		field     *assistant.FieldError
		refused   *assistant.CardError
		conflict  *assistant.MergeConflict
		repeated  *assistant.RepeatedUID
		text      *assistant.TextValue
	)
	switch {
	case errors.As(err, &ambiguous):
		return v.candidates(ambiguous.Candidates)
	case errors.As(err, &missing):
		return v.candidates(missing.Candidates)
	case errors.As(err, &refused):
		if errors.As(refused.Err, &field) {
			v.Warnf(
				"%s:%d: %s: %s (%s)",
				refused.File,
				refused.Line,
				field.Field,
				Wrong(v.Lang, field),
				v.Lang.Text(field.Hint),
			)
			return nil
		}
		v.Warnf("%v", refused)
	case errors.As(err, &conflict):
		v.Warnf("%s", v.Lang.Sprintf("%s:%d: %s: %s is %q here and was kept, %q there",
			conflict.File, conflict.Line, conflict.Contact, v.Lang.Text(conflict.Field), conflict.Here, conflict.There))
	case errors.As(err, &repeated):
		v.Warnf("%s", v.Lang.Sprintf("%s:%d: the card has the UID of the one at line %d, and both are in one contact",
			repeated.File, repeated.Line, repeated.First))
	case errors.As(err, &text):
		v.Warnf("%s", v.Lang.Sprintf("%s:%d: %s %q is kept as text", text.File, text.Line, text.Name, text.Value))
	}
	return nil
}

func (v Console) candidates(list []assistant.Candidate) error {
	for _, c := range list {
		text := c.ID + "  " + console.Line(c.Name)
		if c.Detail != "" {
			text += "  " + console.Line(c.Detail)
		}
		if _, err := fmt.Fprintln(v.Err, text); err != nil {
			return err
		}
	}
	return nil
}
