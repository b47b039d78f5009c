package page

import (
	"net/http"
	"strconv"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// mergedPage is what a history shows of the contacts that were merged into one.
type mergedPage struct {
	Path   string
	Merges []assistant.Merge
}

func (p *pages) contactHistory(w http.ResponseWriter, r *http.Request) error {
	ctx, book := r.Context(), visit.From(r.Context()).Book
	c, err := contact(r)
	if err != nil {
		return err
	}
	list, err := book.Store.History(ctx, assistant.KindContact, c.ID)
	if err != nil {
		return err
	}
	merges, err := book.Store.Merges(ctx, c.ID)
	if err != nil {
		return err
	}
	m := mergedPage{Path: "/contacts/" + c.ID}
	for _, each := range merges {
		if each.After.ID == c.ID {
			m.Merges = append(m.Merges, each)
		}
	}
	return p.show(
		w, r, frame{Title: "History"}, own("subject", subject{c.Name, m.Path}), history(m.Path, list), own("merged", m),
	)
}

func (p *pages) noteHistory(w http.ResponseWriter, r *http.Request) error {
	n, err := note(r)
	if err != nil {
		return err
	}
	list, err := visit.From(r.Context()).Book.Store.History(r.Context(), assistant.KindNote, n.ID)
	if err != nil {
		return err
	}
	path := "/notes/" + n.ID
	return p.show(w, r, frame{Title: "History"}, own("subject", subject{heading(n), path}), history(path, list))
}

// A subject is what a page is about, if that has a page of its own.
type subject struct{ Name, Path string }

// history returns the part that lists the versions of the contact or note whose page is at a path.
func history(path string, list []assistant.Change) part {
	return func(v view.HTML) error {
		v.Path = path
		return v.History(list)
	}
}

// version returns the number at the end of the path.
func version(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("version"), 10, 64)
	if err != nil || n <= 0 {
		return 0, &assistant.NotFoundError{Kind: assistant.KindVersion, Ref: r.PathValue("version")}
	}
	return n, nil
}

// A formerPage compares a version with the stored one.
type formerPage struct {
	subject
	Version   int64
	Different []difference
}

func (p *pages) contactVersion(w http.ResponseWriter, r *http.Request) error {
	now, err := contact(r)
	if err != nil {
		return err
	}
	n, err := version(r)
	if err != nil {
		return err
	}
	then, err := visit.From(r.Context()).Book.Store.ContactVersion(r.Context(), now.ID, n)
	if err != nil {
		return err
	}
	former := formerPage{subject{now.Name, "/contacts/" + now.ID}, n, differences(comparedFields(), then, then, now)}
	then.Photo = nil // its address is that of the stored photo
	return p.show(w, r, frame{Title: "A former version"},
		own("former", former), func(v view.HTML) error { return v.Contact(then) })
}

func (p *pages) noteVersion(w http.ResponseWriter, r *http.Request) error {
	now, err := note(r)
	if err != nil {
		return err
	}
	n, err := version(r)
	if err != nil {
		return err
	}
	then, err := visit.From(r.Context()).Book.Store.NoteVersion(r.Context(), now.ID, n)
	if err != nil {
		return err
	}
	former := formerPage{
		subject{heading(now), "/notes/" + now.ID}, n, differences(comparedNoteFields(), then, then, now),
	}
	return p.show(w, r, frame{Title: "A former version"},
		own("former", former), own("heading", heading(then)), func(v view.HTML) error { return v.Note(then) })
}

// to returns the version that a form restores.
func to(r *http.Request) (int64, error) {
	if err := parseForm(r); err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(r.PostForm.Get("to"), 10, 64)
	if err != nil || n <= 0 {
		return 0, problem.New(problem.BadRequest, "the form cannot be read", "")
	}
	return n, nil
}

func (p *pages) undoContact(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	n, err := to(r)
	if err != nil {
		return err
	}
	if _, err := visit.From(r.Context()).Book.UndoContact(r.Context(), c.ID, n); err != nil {
		return err
	}
	return p.to(w, r, "/contacts/"+c.ID)
}

func (p *pages) undoNote(w http.ResponseWriter, r *http.Request) error {
	note, err := note(r)
	if err != nil {
		return err
	}
	n, err := to(r)
	if err != nil {
		return err
	}
	if _, err := visit.From(r.Context()).Book.UndoNote(r.Context(), note.ID, n); err != nil {
		return err
	}
	return p.to(w, r, "/notes/"+note.ID)
}

// unmerge undoes one of the merges of a contact: the form names the contact that was removed by it.
func (p *pages) unmerge(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	ctx, book, id := r.Context(), visit.From(r.Context()).Book, r.PostForm.Get("other")
	merges, err := book.Store.Merges(ctx, id)
	if err != nil {
		return err
	}
	if len(merges) == 0 {
		return &assistant.NotFoundError{Kind: assistant.KindMerge, Ref: id}
	}
	_, other, err := book.UnmergeContact(ctx, id)
	if err != nil {
		return err
	}
	return p.to(w, r, "/contacts/"+other.ID)
}

// trash shows what was removed, contacts before notes.
func (p *pages) trash(w http.ResponseWriter, r *http.Request) error {
	ctx, book := r.Context(), visit.From(r.Context()).Book
	contacts, err := book.ContactTrash(ctx)
	if err != nil {
		return err
	}
	notes, err := book.NoteTrash(ctx)
	if err != nil {
		return err
	}
	if len(contacts)+len(notes) == 0 {
		return p.show(w, r, frame{Title: "Trash"}, func(v view.HTML) error { return v.Trash(nil) })
	}
	var parts []part
	for _, each := range []struct {
		heading string
		list    []assistant.Trashed
	}{{"Contacts", contacts}, {"Notes", notes}} {
		if len(each.list) > 0 {
			parts = append(parts, own("heading", each.heading), func(v view.HTML) error { return v.Trash(each.list) })
		}
	}
	return p.show(w, r, frame{Title: "Trash"}, parts...)
}

func (p *pages) restoreContact(w http.ResponseWriter, r *http.Request) error {
	ctx, book := r.Context(), visit.From(r.Context()).Book
	t, err := book.TrashedWithID(ctx, assistant.KindContact, r.PathValue("id"))
	if err != nil {
		return err
	}
	if _, err := book.RestoreContact(ctx, t.ID); err != nil {
		return err
	}
	return p.to(w, r, "/contacts/"+t.ID)
}

func (p *pages) restoreNote(w http.ResponseWriter, r *http.Request) error {
	ctx, book := r.Context(), visit.From(r.Context()).Book
	t, err := book.TrashedWithID(ctx, assistant.KindNote, r.PathValue("id"))
	if err != nil {
		return err
	}
	if _, err := book.RestoreNote(ctx, t.ID); err != nil {
		return err
	}
	return p.to(w, r, "/notes/"+t.ID)
}

// inTrash returns the part that leads out of the trash, for the page of something in it, or nil for anything else.
func inTrash(r *http.Request, missing *assistant.NotFoundError) part {
	book, id := visit.From(r.Context()).Book, r.PathValue("id")
	if book == nil || id == "" || missing.Ref != id {
		return nil
	}
	t, err := book.TrashedWithID(r.Context(), missing.Kind, id)
	if err != nil {
		return nil // the page already says that there is nothing
	}
	return func(v view.HTML) error { return v.Trash([]assistant.Trashed{*t}) }
}
