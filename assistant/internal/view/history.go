package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// HistoryView is the part of a [View] that shows the past, and the accounts.
type HistoryView interface {
	// History shows the changes of a contact or note, latest first.
	History(list []assistant.Change) error

	// Trash shows what was removed, latest first.
	Trash(list []assistant.Trashed) error

	// Duplicates shows groups of contacts that are probably the same person.
	Duplicates(list []assistant.Duplicate) error

	// Books shows address books, and with whom they are shared.
	Books(list []assistant.ListedBook) error

	// Users shows accounts.
	Users(list []assistant.Account) error

	// AppPasswords shows the app passwords of an account, without the passwords.
	AppPasswords(list []assistant.AppPassword) error

	// Password shows a new app password: the password and nothing else.
	Password(label, password string) error
}

// moment formats a time in the user's time zone.
func (v Console) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	location := v.Location
	if location == nil {
		location = time.Local
	}
	return t.In(location).Format("2006-01-02 15:04")
}

// History prints a table.
func (v Console) History(list []assistant.Change) error {
	table := v.plain("VERSION", "WHEN", "BY", "VIA")
	for _, c := range list {
		table.Rows = append(table.Rows, []any{c.Version, v.moment(c.At), c.By, v.via(c)})
	}
	return v.Table(table)
}

// via says in which way a change was made, and with which app password.
func (v Console) via(c assistant.Change) string {
	text := v.Lang.Text(string(c.Via))
	if c.Label != "" {
		text += " (" + c.Label + ")"
	}
	return text
}

// Trash prints a table.
func (v Console) Trash(list []assistant.Trashed) error {
	if len(list) == 0 {
		v.Notef("%s", v.Lang.Text("the trash is empty"))
		return nil
	}
	table := v.plain("ID", "NAME", "REMOVED", "BY")
	for _, t := range list {
		table.Rows = append(table.Rows, []any{t.ID, t.Name, v.moment(t.At), t.By})
	}
	return v.Table(table)
}

// Duplicates prints a table with a row for each contact, with the reasons in the first row of each group.
func (v Console) Duplicates(list []assistant.Duplicate) error {
	if len(list) == 0 {
		v.Notef("%s", v.Lang.Text("no duplicates"))
		return nil
	}
	table := v.plain("ID", "NAME", "REASON")
	for _, d := range list {
		reasons := make([]string, len(d.Reasons))
		for i, reason := range d.Reasons {
			reasons[i] = v.reason(reason)
		}
		for i, id := range d.IDs {
			text := ""
			if i == 0 {
				text = strings.Join(reasons, ", ")
			}
			table.Rows = append(table.Rows, []any{id, d.Names[i], text})
		}
	}
	return v.Table(table)
}

// reason says why two contacts are probably the same person: what is equal, and its value.
func (v Console) reason(text string) string {
	kind, value, _ := strings.Cut(text, " ")
	return v.Lang.Text(kind) + " " + value
}

// Users prints a table.
func (v Console) Users(list []assistant.Account) error {
	table := v.plain("NAME", "SINCE")
	for _, a := range list {
		table.Rows = append(table.Rows, []any{a.Name, v.moment(a.Created)})
	}
	return v.Table(table)
}

// AppPasswords prints a table.
func (v Console) AppPasswords(list []assistant.AppPassword) error {
	table := v.plain("NAME", "SINCE", "USED")
	for _, p := range list {
		table.Rows = append(table.Rows, []any{p.Label, v.moment(p.Created), v.moment(p.Used)})
	}
	return v.Table(table)
}

// Password prints a line.
func (v Console) Password(_, password string) error {
	_, err := fmt.Fprintln(v.Out, password)
	return err
}

// History writes one change per line.
func (v JSON) History(list []assistant.Change) error { return values(v, list) }

// Trash writes one object per line.
func (v JSON) Trash(list []assistant.Trashed) error { return values(v, list) }

// Duplicates writes one group per line.
func (v JSON) Duplicates(list []assistant.Duplicate) error { return values(v, list) }

// Users writes one account per line.
func (v JSON) Users(list []assistant.Account) error { return values(v, list) }

// AppPasswords writes one app password per line.
func (v JSON) AppPasswords(list []assistant.AppPassword) error { return values(v, list) }

// Password writes an object.
func (v JSON) Password(label, password string) error {
	return v.Value(map[string]string{"name": label, "password": password})
}
