package assistant

import (
	"context"
	"errors"
	"slices"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// An importedGroup is a group of a file, with the label of that file's import.
type importedGroup struct {
	*Contact
	label string
}

// Finish saves the groups that were read. That gives their members, which may be in another file, their tags.
func (i *Importer) Finish(ctx context.Context) error {
	ctx = WithVia(ctx, ViaImport)
	if i.pretended != nil {
		return nil
	}
	for _, g := range i.groups {
		for attempt := 1; ; attempt++ {
			err := i.saveGroup(WithLabel(ctx, g.label), g.Contact)
			var conflict *ConflictError
			if err == nil {
				break
			}
			if attempt == attempts || !errors.As(err, &conflict) && !errors.Is(err, ErrExists) {
				return err
			}
		}
	}
	return nil
}

// saveGroup saves a group, or adds its members to the one that exists: the one with its UID or, without a UID, with its
// name.
func (i *Importer) saveGroup(ctx context.Context, g *Contact) error {
	groups, err := i.book.Store.Groups(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(groups, func(have *Contact) bool { return have.ID == g.ID })
	if card, err := vcf.Parse(g.Source); at < 0 && err == nil && !hasUID(card) {
		at = slices.IndexFunc(groups, func(have *Contact) bool { return foldedEqual(have.Name, g.Name) })
	}
	now := i.book.now()
	if at < 0 {
		if found, err := i.book.Store.Contacts(ctx, g.ID); err != nil || len(found) > 0 {
			if err == nil {
				i.tell(&CardError{File: i.file, Line: 1, Err: ErrUID})
			}
			return err
		}
		added := *g
		added.Created, added.Updated = now, now
		return i.book.Store.SaveContacts(ctx, &added)
	}
	have := groups[at]
	was := string(have.Source)
	have.takeMembers(have, g)
	if string(have.Source) == was {
		return nil
	}
	have.Updated = now
	return i.book.Store.SaveContacts(ctx, have)
}
