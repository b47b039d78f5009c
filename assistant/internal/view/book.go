package view

import (
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// Books prints a table.
func (v Console) Books(list []assistant.ListedBook) error {
	table := v.plain("NAME", "TITLE", "ACCESS", "SHARED WITH")
	for _, b := range list {
		var with []string
		for _, one := range b.SharedWith {
			user := one.User
			if one.ReadOnly {
				user += " (" + v.Lang.Text("read") + ")"
			}
			with = append(with, user)
		}
		table.Rows = append(table.Rows, []any{b.Name, b.Title, v.Lang.Text(b.Access), strings.Join(with, ", ")})
	}
	return v.Table(table)
}

// Books writes one book per line.
func (v JSON) Books(list []assistant.ListedBook) error { return values(v, list) }

// Books shows address books.
func (v HTML) Books(list []assistant.ListedBook) error { return v.execute("books", list) }
