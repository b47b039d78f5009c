package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// notes registers the operations on notes.
func notes(a huma.API) {
	huma.Register(a, operation("list-notes", http.MethodGet, "/notes", "List the notes, pinned ones first"), listNotes)
	create := operation("create-note", http.MethodPost, "/notes", "Create a note")
	create.DefaultStatus, create.MaxBodyBytes = http.StatusCreated, noteBytes
	huma.Register(a, create, createNote)
	huma.Register(a, operation("get-note", http.MethodGet, "/notes/{id}", "Get a note"), getNote)
	put := operation("replace-note", http.MethodPut, "/notes/{id}", "Replace a note")
	put.Description = "Accepts what GET returned. Read-only keys are ignored, what is not sent is cleared."
	put.MaxBodyBytes = noteBytes
	huma.Register(a, put, replaceNote)
	remove := operation("delete-note", http.MethodDelete, "/notes/{id}", "Delete a note")
	remove.DefaultStatus = http.StatusNoContent
	huma.Register(a, remove, deleteNote)
	huma.Register(a, operation("list-note-tags", http.MethodGet, "/notes/tags", "List the tags of notes"), noteTags)
}

// A NoteID identifies a note.
type NoteID struct {
	ID string `path:"id" doc:"The note's id"`
}

type noteAnswer struct {
	ETag string `header:"ETag" doc:"Names this version"`
	Body Note
}

type noteCreated struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location" doc:"Where the note is"`
	Body     Note
}

type noteList struct {
	Body NotePage
}

// A NotePage is a page of notes.
type NotePage struct {
	Notes []Note `json:"notes" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"The after of the next page; not there on the last one"`
}

type tagList struct {
	Body []assistant.TagCount `nullable:"false"`
}

func tagsAnswer(tags []assistant.TagCount, err error) (*tagList, error) {
	if err != nil {
		return nil, failed(err)
	}
	if tags == nil {
		tags = []assistant.TagCount{}
	}
	return &tagList{tags}, nil
}

func listNotes(ctx context.Context, in *struct {
	ListQuery
	Sort string `query:"sort" enum:"date,tag,due,title" default:"date" doc:"The order"`
	Done string `query:"done" enum:"open,done,all" default:"all" doc:"Only those that are done, or not"`
},
) (*noteList, error) {
	done := assistant.Doneness(in.Done)
	if done == "all" {
		done = assistant.DoneOrNot
	}
	page, err := visit.From(ctx).Book.Store.ListNotes(ctx, assistant.NoteQuery{
		Filter: assistant.Filter{Tags: in.Tag, NotTags: in.NotTag}, Done: done, Sort: assistant.Sort(in.Sort),
		After: in.After, Limit: in.Limit, Bytes: pageBytes,
	})
	if err != nil {
		return nil, failed(err)
	}
	return &noteList{Body: NotePage{Notes: shownNotes(page.Notes), Next: page.Next}}, nil
}

func createNote(ctx context.Context, in *struct{ Body Note }) (*noteCreated, error) {
	v := visit.From(ctx)
	n, err := v.Book.CreateNote(ctx, &in.Body.Note)
	if err != nil {
		return nil, failed(err)
	}
	return &noteCreated{ETag: n.ETag(), Location: within(v, "/notes/"+n.ID), Body: Note{*n}}, nil
}

func getNote(ctx context.Context, in *struct {
	NoteID
	Freshness
},
) (*noteAnswer, error) {
	n, err := visit.From(ctx).Book.NoteWithID(ctx, in.ID)
	if err != nil {
		return nil, failed(err)
	}
	tag := n.ETag()
	if err := in.unchanged(tag); err != nil {
		return nil, err
	}
	return &noteAnswer{tag, Note{*n}}, nil
}

func replaceNote(ctx context.Context, in *struct {
	NoteID
	Precondition
	Body Note
},
) (*noteAnswer, error) {
	for attempt := 1; ; attempt++ {
		have, err := visit.From(ctx).Book.NoteWithID(ctx, in.ID)
		if err != nil {
			return nil, failed(err)
		}
		if err := in.fits(have.ETag()); err != nil {
			return nil, failed(err)
		}
		n, err := visit.From(ctx).Book.ReplaceNote(ctx, have, &in.Body.Note)
		if again, err := in.lost(err, attempt); again {
			continue
		} else if err != nil {
			return nil, failed(err)
		}
		return &noteAnswer{n.ETag(), Note{*n}}, nil
	}
}

func deleteNote(ctx context.Context, in *struct {
	NoteID
	Precondition
},
) (*struct{}, error) {
	for attempt := 1; ; attempt++ {
		n, err := visit.From(ctx).Book.NoteWithID(ctx, in.ID)
		if err != nil {
			return nil, failed(err)
		}
		if err := in.fits(n.ETag()); err != nil {
			return nil, failed(err)
		}
		if again, err := in.lost(visit.From(ctx).Book.RemoveNote(ctx, n), attempt); again {
			continue
		} else if err != nil {
			return nil, failed(err)
		}
		return nil, nil
	}
}

func noteTags(ctx context.Context, _ *struct{}) (*tagList, error) {
	tags, err := visit.From(ctx).Book.Store.NoteTags(ctx)
	return tagsAnswer(tags, err)
}

func shownNotes(list []*assistant.Note) []Note {
	shown := make([]Note, len(list))
	for i, n := range list {
		shown[i] = Note{*n}
	}
	return shown
}
