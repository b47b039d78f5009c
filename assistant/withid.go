package assistant

import (
	"context"
	"slices"
)

// ContactWithID returns the contact that has an id. It accepts nothing else, so that the URL of a page or of a resource
// is that of exactly one contact. Error: [NotFoundError].
func (b *Book) ContactWithID(ctx context.Context, id string) (*Contact, error) {
	if checkText("id", id) != nil {
		return nil, &NotFoundError{Kind: KindContact, Ref: id}
	}
	found, err := b.Store.Contacts(ctx, id)
	if err != nil {
		return nil, err
	}
	return one(KindContact, id, people(found), contactCandidate)
}

// NoteWithID is [Book.ContactWithID] for notes.
func (b *Book) NoteWithID(ctx context.Context, id string) (*Note, error) {
	if checkText("id", id) != nil {
		return nil, &NotFoundError{Kind: KindNote, Ref: id}
	}
	found, err := b.Store.Notes(ctx, id)
	if err != nil {
		return nil, err
	}
	return one(KindNote, id, found, noteCandidate)
}

// TrashedWithID returns what is in the trash under an id, see [Book.ContactWithID]. Error: [NotFoundError].
func (b *Book) TrashedWithID(ctx context.Context, kind Kind, id string) (*Trashed, error) {
	list, err := b.trash(ctx, kind)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(list, func(t Trashed) bool { return t.ID == id })
	if at < 0 {
		return nil, &NotFoundError{Kind: kind, Ref: id}
	}
	return &list[at], nil
}
