package assistant

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// ContactHistory returns the changes of a contact, the latest first: of a stored one, see [Book.ContactNamed], or of
// one in the trash. Errors: [NotFoundError], [AmbiguousError].
func (b *Book) ContactHistory(ctx context.Context, ref string) ([]Change, error) {
	c, err := b.ContactNamed(ctx, ref)
	if err == nil {
		return b.Store.History(ctx, KindContact, c.ID)
	}
	return b.trashHistory(ctx, KindContact, ref, err)
}

// NoteHistory is [Book.ContactHistory] for notes.
func (b *Book) NoteHistory(ctx context.Context, ref string) ([]Change, error) {
	n, err := b.NoteNamed(ctx, ref)
	if err == nil {
		return b.Store.History(ctx, KindNote, n.ID)
	}
	return b.trashHistory(ctx, KindNote, ref, err)
}

// trashHistory returns the history of what was removed, or the error with which it was not found elsewhere.
func (b *Book) trashHistory(ctx context.Context, kind Kind, ref string, missing error) ([]Change, error) {
	if _, ok := missing.(*NotFoundError); !ok {
		return nil, missing
	}
	trashed, err := b.trashed(ctx, kind, ref)
	if _, ok := err.(*NotFoundError); ok {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	return b.Store.History(ctx, kind, trashed.ID)
}

// UndoContact undoes the last change of a contact or, if to is not 0, all changes since that version. The result is a
// new version; a contact that would stay as it is gets none. Errors: [NotFoundError], also for a version that is not
// kept, [AmbiguousError], [ConflictError].
func (b *Book) UndoContact(ctx context.Context, ref string, to int64) (*Contact, error) {
	c, err := b.ContactNamed(ctx, ref)
	if err != nil {
		return nil, err
	}
	if to, err = b.versionBefore(ctx, KindContact, c.ID, to); err != nil {
		return nil, err
	}
	former, err := b.Store.ContactVersion(ctx, c.ID, to)
	if err != nil {
		return nil, asVersion(err, to)
	}
	former.Version, former.Created, former.Updated = c.Version, c.Created, c.Updated
	former.Resource = c.Resource
	if reflect.DeepEqual(former, c) {
		return c, nil
	}
	former.Updated = b.now()
	return former, b.Store.SaveContacts(ctx, former)
}

// UndoNote is [Book.UndoContact] for notes.
func (b *Book) UndoNote(ctx context.Context, ref string, to int64) (*Note, error) {
	n, err := b.NoteNamed(ctx, ref)
	if err != nil {
		return nil, err
	}
	if to, err = b.versionBefore(ctx, KindNote, n.ID, to); err != nil {
		return nil, err
	}
	former, err := b.Store.NoteVersion(ctx, n.ID, to)
	if err != nil {
		return nil, asVersion(err, to)
	}
	former.Version, former.Created, former.Updated = n.Version, n.Created, n.Updated
	if reflect.DeepEqual(former, n) {
		return n, nil
	}
	former.Updated = b.now()
	return former, b.Store.SaveNotes(ctx, former)
}

// versionBefore returns the version that an undo goes to: the one given or, for 0, that before the last change.
func (b *Book) versionBefore(ctx context.Context, kind Kind, id string, to int64) (int64, error) {
	if to != 0 {
		return to, nil
	}
	changes, err := b.Store.History(ctx, kind, id)
	if err != nil {
		return 0, err
	}
	if len(changes) < 2 {
		return 0, &NotFoundError{Kind: KindVersion, Ref: fmt.Sprint(changes[0].Version - 1)}
	}
	return changes[1].Version, nil
}

// asVersion makes an error say that it was the version that was not found.
func asVersion(err error, version int64) error {
	if _, ok := err.(*NotFoundError); ok {
		return &NotFoundError{Kind: KindVersion, Ref: fmt.Sprint(version)}
	}
	return err
}

// ContactTrash returns the contacts that were removed in the last [TrashDays], the latest first.
func (b *Book) ContactTrash(ctx context.Context) ([]Trashed, error) { return b.trash(ctx, KindContact) }

// NoteTrash is [Book.ContactTrash] for notes.
func (b *Book) NoteTrash(ctx context.Context) ([]Trashed, error) { return b.trash(ctx, KindNote) }

func (b *Book) trash(ctx context.Context, kind Kind) ([]Trashed, error) {
	list, err := b.Store.Trash(ctx, kind)
	oldest := b.now().Add(-TrashDays * 24 * time.Hour)
	kept := list[:0]
	for _, t := range list {
		if !t.At.Before(oldest) {
			kept = append(kept, t)
		}
	}
	return kept, err
}

// trashed finds one thing in the trash by its id, the beginning of its id, or its whole name.
func (b *Book) trashed(ctx context.Context, kind Kind, ref string) (*Trashed, error) {
	list, err := b.trash(ctx, kind)
	if err != nil {
		return nil, err
	}
	var found, begun []*Trashed
	for i := range list {
		t := &list[i]
		switch {
		case strings.EqualFold(t.ID, ref):
			return t, nil
		case foldedEqual(t.Name, ref):
			found = append(found, t)
		case isPrefix(ref) && strings.HasPrefix(t.ID, strings.ToLower(ref)):
			begun = append(begun, t)
		}
	}
	if len(found) == 0 {
		found = begun
	}
	return one(kind, ref, found, func(t *Trashed) Candidate {
		return Candidate{ID: t.ID, Name: t.Name, Detail: DateOf(t.At).String()}
	})
}

// RestoreContact takes a contact out of the trash, found by its id, the beginning of it, or its whole name. It keeps
// its id and its card, and gets the version after its last one. Errors: [NotFoundError], [AmbiguousError].
func (b *Book) RestoreContact(ctx context.Context, ref string) (*Contact, error) {
	t, err := b.trashed(ctx, KindContact, ref)
	if err != nil {
		return nil, err
	}
	c, err := b.Store.ContactVersion(ctx, t.ID, t.Version)
	if err != nil {
		return nil, err
	}
	c.Version, c.Updated = 0, b.now()
	return c, b.saveBack(ctx, c)
}

// saveBack saves a contact that was there before. If another card has taken the name of its card, its card gets another
// name.
func (b *Book) saveBack(ctx context.Context, c *Contact) error {
	err := b.Store.SaveContacts(ctx, c)
	if errors.Is(err, ErrExists) && c.Resource != "" {
		c.Resource = ""
		err = b.Store.SaveContacts(ctx, c)
	}
	return err
}

// RestoreNote is [Book.RestoreContact] for notes.
func (b *Book) RestoreNote(ctx context.Context, ref string) (*Note, error) {
	t, err := b.trashed(ctx, KindNote, ref)
	if err != nil {
		return nil, err
	}
	n, err := b.Store.NoteVersion(ctx, t.ID, t.Version)
	if err != nil {
		return nil, err
	}
	n.Version, n.Updated = 0, b.now()
	return n, b.Store.SaveNotes(ctx, n)
}
