package transfer

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/secret"
)

func checkContact(c *assistant.Contact) error {
	return check(c.ID, c.Version, c.Name, c.Nickname, c.Organization, c.Note, c.Resource)
}

func checkNote(n *assistant.Note) error { return check(n.ID, n.Version, n.Heading(), n.Title, n.Text) }

// checkAccount refuses invalid names, and what is not the hash of a password.
func checkAccount(a *accountRecord) error {
	err := assistant.CheckAccountName(a.Name)
	if a.Password != "" && !secret.IsHash(a.Password) {
		err = errors.Join(err, fmt.Errorf("the password of %q is not a hash", a.Name))
	}
	for _, p := range a.AppPasswords {
		err = errors.Join(err, assistant.CheckLabel(p.Label))
		if !secret.IsHash(p.Hash) {
			err = errors.Join(err, fmt.Errorf("the app password %q of %q is not a hash", p.Label, a.Name))
		}
	}
	return err
}

// check refuses what no store can hold.
func check(id string, version int64, name string, texts ...string) error {
	if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id {
		return fmt.Errorf("id %q is not a UUID", id)
	}
	if version < 1 {
		return fmt.Errorf("version %d is not positive", version)
	}
	if name == "" {
		return fmt.Errorf("no name")
	}
	for _, text := range append(texts, name) {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			return fmt.Errorf("text %q cannot be stored", text)
		}
	}
	return nil
}
