package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// past registers the operations that show former versions and undo changes.
func past(a huma.API) {
	huma.Register(a, operation(
		"list-contact-history", http.MethodGet, "/contacts/{id}/history", "List the versions of a contact, the latest first",
	),
		history(assistant.KindContact))
	huma.Register(a, operation(
		"list-note-history", http.MethodGet, "/notes/{id}/history", "List the versions of a note, the latest first",
	),
		history(assistant.KindNote))
	huma.Register(
		a, operation("get-contact-version", http.MethodGet, "/contacts/{id}/history/{version}", "Get a contact as it was"),
		contactVersion,
	)
	huma.Register(
		a, operation("get-note-version", http.MethodGet, "/notes/{id}/history/{version}", "Get a note as it was"),
		noteVersion,
	)

	undo := operation(
		"undo-contact", http.MethodPost, "/contacts/{id}/undo", "Undo the last change of a contact, as a new version",
	)
	huma.Register(a, undo, undoContact)
	undo = operation(
		"undo-note", http.MethodPost, "/notes/{id}/undo", "Undo the last change of a note, as a new version",
	)
	huma.Register(a, undo, undoNote)

	huma.Register(a, operation("list-trash", http.MethodGet, "/trash", "List what was deleted in the last 30 days"), trash)
	huma.Register(
		a, operation("restore-contact", http.MethodPost, "/contacts/{id}/restore", "Take a contact out of the trash"),
		restoreContact,
	)
	huma.Register(
		a, operation("restore-note", http.MethodPost, "/notes/{id}/restore", "Take a note out of the trash"), restoreNote,
	)
}

type historyList struct {
	Body []assistant.Change `nullable:"false"`
}

// history lists the versions of a contact or note, including one in the trash.
func history(kind assistant.Kind) func(context.Context, *ContactID) (*historyList, error) {
	return func(ctx context.Context, in *ContactID) (*historyList, error) {
		list, err := visit.From(ctx).Book.Store.History(ctx, kind, in.ID)
		if err != nil {
			return nil, failed(err)
		}
		return &historyList{list}, nil
	}
}

// A Version identifies a version of a contact or note.
type Version struct {
	ID      string `path:"id" doc:"The id"`
	Version int64  `path:"version" minimum:"1" doc:"The version's number"`
}

func contactVersion(ctx context.Context, in *Version) (*struct{ Body Contact }, error) {
	c, err := visit.From(ctx).Book.Store.ContactVersion(ctx, in.ID, in.Version)
	if err != nil {
		return nil, failed(err)
	}
	return &struct{ Body Contact }{Contact{*c}}, nil
}

func noteVersion(ctx context.Context, in *Version) (*struct{ Body Note }, error) {
	n, err := visit.From(ctx).Book.Store.NoteVersion(ctx, in.ID, in.Version)
	if err != nil {
		return nil, failed(err)
	}
	return &struct{ Body Note }{Note{*n}}, nil
}

// An Undo asks to restore a version.
type Undo struct {
	Precondition
	ID string `path:"id" doc:"The id"`
	To int64  `query:"to" minimum:"1" doc:"Take all changes since this version back; the last one when not given"`
}

func undoContact(ctx context.Context, in *Undo) (*contactAnswer, error) {
	book := visit.From(ctx).Book
	for attempt := 1; ; attempt++ {
		c, err := book.ContactWithID(ctx, in.ID)
		if err != nil {
			return nil, failed(err)
		}
		if err := in.fits(c.ETag()); err != nil {
			return nil, failed(err)
		}
		c, err = book.UndoContact(ctx, c.ID, in.To)
		if again, err := in.lost(err, attempt); again {
			continue
		} else if err != nil {
			return nil, failed(err)
		}
		return &contactAnswer{c.ETag(), Contact{*c}}, nil
	}
}

func undoNote(ctx context.Context, in *Undo) (*noteAnswer, error) {
	book := visit.From(ctx).Book
	for attempt := 1; ; attempt++ {
		n, err := book.NoteWithID(ctx, in.ID)
		if err != nil {
			return nil, failed(err)
		}
		if err := in.fits(n.ETag()); err != nil {
			return nil, failed(err)
		}
		n, err = book.UndoNote(ctx, n.ID, in.To)
		if again, err := in.lost(err, attempt); again {
			continue
		} else if err != nil {
			return nil, failed(err)
		}
		return &noteAnswer{n.ETag(), Note{*n}}, nil
	}
}

// A Trash holds what was deleted.
type Trash struct {
	Contacts []assistant.Trashed `json:"contacts" nullable:"false"`
	Notes    []assistant.Trashed `json:"notes" nullable:"false"`
}

func trash(ctx context.Context, _ *struct{}) (*struct{ Body Trash }, error) {
	book := visit.From(ctx).Book
	contacts, err := book.ContactTrash(ctx)
	if err != nil {
		return nil, failed(err)
	}
	notes, err := book.NoteTrash(ctx)
	if err != nil {
		return nil, failed(err)
	}
	return &struct{ Body Trash }{
		Trash{append([]assistant.Trashed{}, contacts...), append([]assistant.Trashed{}, notes...)},
	}, nil
}

func restoreContact(ctx context.Context, in *ContactID) (*contactAnswer, error) {
	book := visit.From(ctx).Book
	t, err := book.TrashedWithID(ctx, assistant.KindContact, in.ID)
	if err != nil {
		return nil, failed(err)
	}
	c, err := book.RestoreContact(ctx, t.ID)
	if err != nil {
		return nil, failed(err)
	}
	return &contactAnswer{c.ETag(), Contact{*c}}, nil
}

func restoreNote(ctx context.Context, in *NoteID) (*noteAnswer, error) {
	book := visit.From(ctx).Book
	t, err := book.TrashedWithID(ctx, assistant.KindNote, in.ID)
	if err != nil {
		return nil, failed(err)
	}
	n, err := book.RestoreNote(ctx, t.ID)
	if err != nil {
		return nil, failed(err)
	}
	return &noteAnswer{n.ETag(), Note{*n}}, nil
}
