package view

import "github.com/pythonweb/goweb/assistant"

// History shows the changes of a contact or note, latest first.
func (v HTML) History(list []assistant.Change) error { return v.execute("history", list) }

// Trash shows what was removed, with links to restore it.
func (v HTML) Trash(list []assistant.Trashed) error { return v.execute("trash", list) }

// Duplicates shows groups of contacts that are probably the same person, with the reasons.
func (v HTML) Duplicates(list []assistant.Duplicate) error { return v.execute("duplicates", list) }

// Users shows accounts.
func (v HTML) Users(list []assistant.Account) error { return v.execute("users", list) }

// AppPasswords shows the app passwords of an account, without the passwords.
func (v HTML) AppPasswords(list []assistant.AppPassword) error {
	return v.execute("app-passwords", list)
}

// Password shows a new app password.
func (v HTML) Password(_, password string) error { return v.execute("password", password) }

// Reason says in the language of the page why two contacts are probably the same person.
func (v HTML) Reason(text string) string { return Console{Lang: v.Lang}.reason(text) }
