package view

import (
	"fmt"
	"io"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/console"
)

// Birthdays prints a table.
func (v Console) Birthdays(_ assistant.Date, list []assistant.Birthday) error {
	if len(list) == 0 {
		v.Notef("%s", v.Lang.Text("no birthdays"))
		return nil
	}
	table := v.plain("date", "day", "in", "name", "turns")
	for _, b := range list {
		var age any
		if b.Age > 0 {
			age = b.Age
		}
		table.Rows = append(table.Rows, []any{b.Date, v.weekday(b.Date), v.distance(b.Days), b.Contact.Name, age})
	}
	return v.Table(table)
}

// Agenda prints one line per item.
func (v Console) Agenda(a *assistant.Agenda) error {
	_, err := io.WriteString(v.Out, v.AgendaText(a))
	return err
}

// AgendaText returns one line per item.
func (v Console) AgendaText(a *assistant.Agenda) string {
	var distances, texts []string
	width := 10
	line := func(days int, text string) {
		distances, texts = append(distances, v.distance(days)), append(texts, console.Line(text))
		width = max(width, console.Width(v.distance(days)))
	}
	for _, x := range a.Birthdays {
		text := v.Lang.Sprintf("birthday: %s", x.Contact.Name)
		if x.Age > 0 {
			text = v.Lang.Count(x.Age, "birthday: %[2]s, %[1]d year|birthday: %[2]s, %[1]d years", x.Contact.Name)
		}
		line(x.Days, text)
	}
	for _, x := range a.Anniversaries {
		text := v.Lang.Sprintf("anniversary: %s", x.Contact.Name)
		if x.Age > 0 {
			text = v.Lang.Count(x.Age, "anniversary: %[2]s, %[1]d year|anniversary: %[2]s, %[1]d years", x.Contact.Name)
		}
		line(x.Days, text)
	}
	for _, x := range a.Notes {
		line(x.Days, v.Lang.Sprintf("note: %s", x.Note.Heading()))
	}
	for _, x := range a.Calls {
		line(-x.Days, v.Lang.Sprintf("call: %s", x.Contact.Name))
	}
	var b strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&b, "%s  %s\n", console.Pad(distances[i], width), text)
	}
	return b.String()
}

// Found prints a table of contacts, then one of notes.
func (v Console) Found(result assistant.SearchResult, words string) error {
	if len(result.Contacts)+len(result.Notes) == 0 {
		v.Notef("%s", v.Lang.Text("nothing found"))
		return nil
	}
	if result.Similar {
		v.Notef("%s", v.Lang.Text("nothing matches exactly; similar:"))
	}
	query := search.Parse(words)
	if len(result.Contacts) > 0 {
		table := v.table("contact", "phone", "email", "birthday", "tags")
		where := make([]string, len(result.Contacts))
		for i, c := range result.Contacts {
			where[i] = v.where(c, query)
		}
		elsewhere := strings.Join(where, "") != ""
		if elsewhere {
			table.Columns = append(table.Columns, v.Lang.Text("found in"))
		}
		for i, c := range result.Contacts {
			cells := contactRow(c, query)
			if elsewhere {
				cells = append(cells, where[i])
			}
			v.row(&table, i+1, cells...)
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
	return v.notes(result.Notes, len(result.Contacts))
}

// where names the field that a query matched if the table does not show it, and is "" otherwise.
func (v Console) where(c *assistant.Contact, q search.Query) string {
	row := contactRow(c, q)
	shown := make([]string, len(row))
	for i, cell := range row {
		shown[i] = fmt.Sprint(cell)
	}
	for _, p := range c.Phones {
		shown = append(shown, p.Typed)
	}
	if q.Finds(shown...) {
		return ""
	}
	fields := []struct{ name, value string }{
		{"nickname", c.Nickname}, {"organization", c.Organization}, {"title", c.Title}, {"role", c.Role}, {"note", c.Note},
	}
	add := func(name, value string) { fields = append(fields, struct{ name, value string }{name, value}) }
	for _, a := range c.Addresses {
		add("address", a.String())
	}
	for _, h := range c.Chats {
		add("chat", strings.TrimSpace(h.Type+" "+h.Address))
	}
	for _, w := range c.WebPages {
		add("web", w.URL)
	}
	for _, r := range c.Relations {
		add("relation", strings.TrimSpace(r.Type+" "+r.Name))
	}
	for _, p := range c.Other {
		add(strings.ToLower(p.Name), p.Value)
	}
	for _, f := range fields {
		if q.Finds(f.value) {
			return shorten(v.Lang.Text(f.name)+": "+f.value, 40)
		}
	}
	return ""
}
