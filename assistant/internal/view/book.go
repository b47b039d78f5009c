package view

import (
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// Book is an address book as an account sees it.
type Book struct {
	Name        string            `json:"name"` // NAME@OWNER for one that somebody else shares
	Owner       string            `json:"owner"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Access      string            `json:"access"` // "owner", "write" or "read"
	SharedWith  []assistant.Share `json:"shared_with"`
}

// NewBooks returns books with their shares.
func NewBooks(list []assistant.AddressBook, shares []assistant.Share) []Book {
	books := make([]Book, len(list))
	for i, b := range list {
		books[i] = Book{b.Ref(), b.Owner, b.Title, b.Description, "owner", []assistant.Share{}}
		switch {
		case b.ReadOnly:
			books[i].Access = "read"
		case b.Shared:
			books[i].Access = "write"
		}
		for _, one := range shares {
			if one.Book == b.ID && !b.Shared {
				books[i].SharedWith = append(books[i].SharedWith, one)
			}
		}
	}
	return books
}

// Books prints a table.
func (v Console) Books(list []Book) error {
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

// Books writes a book a line.
func (v JSON) Books(list []Book) error { return values(v, list) }

// Books shows address books.
func (v HTML) Books(list []Book) error { return v.execute("books", list) }
