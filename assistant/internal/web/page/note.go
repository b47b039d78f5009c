package page

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

func (p *pages) notes(w http.ResponseWriter, r *http.Request) error {
	ctx, store, query := r.Context(), visit.From(r.Context()).Book.Store, r.URL.Query()
	l := listing{
		Kind:  "notes",
		Tag:   query.Get("tag"),
		Sort:  query.Get("sort"),
		Sorts: []string{"date", "title", "tag", "due"},
	}
	q := assistant.NoteQuery{
		Done:  assistant.NotDone,
		Sort:  assistant.SortDate,
		After: query.Get("after"),
		Limit: pageSize,
		Bytes: pageBytes,
	}
	switch l.Sort {
	case "title", "tag", "due":
		q.Sort = assistant.Sort(l.Sort)
	}
	if query.Get("done") != "" {
		q.Done = assistant.DoneOrNot
	}
	if l.Tag != "" {
		q.Filter.Tags = []string{l.Tag}
	}
	page, err := store.ListNotes(ctx, q)
	if err != nil {
		return err
	}
	if l.Tags, err = store.NoteTags(ctx); err != nil {
		return err
	}
	l.Next, l.Number = next(query, page.Next), len(page.Notes)
	return p.show(
		w,
		r,
		frame{Title: "Notes"},
		own("list-head", l),
		func(v view.HTML) error { return v.Notes(all(page.Notes)) },
		own("notes-foot", l),
	)
}

// notePage is what the page of a note shows around it.
type notePage struct {
	*assistant.Note
	Backlinks []linkingNote
}

func (p *pages) note(w http.ResponseWriter, r *http.Request) error {
	n, err := note(r)
	if err != nil {
		return err
	}
	links, err := p.links.backlinks(r.Context(), n.Heading())
	if err != nil {
		return err
	}
	return p.show(
		w,
		r,
		frame{Title: heading(n)},
		func(v view.HTML) error { return v.Note(n) },
		own("note-foot", notePage{n, links}),
	)
}

// heading returns what a note is called on its page.
func heading(n *assistant.Note) string {
	if h := []rune(n.Heading()); len(h) > 120 {
		return string(h[:120]) + "…"
	}
	return n.Heading()
}

// link redirects to what has the name: a note, a contact, or the form of a new note with that name.
func (p *pages) link(w http.ResponseWriter, r *http.Request) error {
	ctx, store, name := r.Context(), visit.From(r.Context()).Book.Store, strings.TrimSpace(r.URL.Query().Get("name"))
	notes, err := store.NotesTitled(ctx, name)
	if err != nil {
		return err
	}
	if len(notes) > 0 {
		return p.to(w, r, "/notes/"+notes[0].ID)
	}
	contacts, err := store.ContactsNamed(ctx, name)
	if err != nil {
		return err
	}
	if len(contacts) > 0 {
		return p.to(w, r, "/contacts/"+contacts[0].ID)
	}
	form := noteForm{Note: &assistant.Note{Title: name}, Action: "/notes", Back: "/notes", Missing: true}
	return p.showNote(w, r, form, 0)
}

// A noteForm is a note as it is in a form.
type noteForm struct {
	Note              *assistant.Note
	Due, Remind, Tags string
	Errors            assistant.FieldErrors
	Action, Back      string
	Missing           bool         // a link led here
	Different         []difference // from the stored note, if somebody has changed it in the meantime
}

// At returns what is wrong at a place of the form, or nil if nothing is.
func (f noteForm) At(place string) *assistant.FieldError { return f.Errors.At(place) }

func noteFormOf(n *assistant.Note) noteForm {
	f := noteForm{
		Note:   n,
		Due:    n.Due.String(),
		Tags:   strings.Join(n.Tags, ", "),
		Action: "/notes/" + n.ID,
		Back:   "/notes/" + n.ID,
	}
	if n.Remind != 0 {
		f.Remind = strconv.Itoa(n.Remind)
	}
	return f
}

func (p *pages) showNote(w http.ResponseWriter, r *http.Request, form noteForm, status int) error {
	title := "Change the note"
	if form.Note.ID == "" {
		title = "Write a note"
	}
	return p.show(w, r, frame{Title: title, Status: status}, own("note-form", form))
}

func (p *pages) newNote(w http.ResponseWriter, r *http.Request) error {
	return p.showNote(
		w,
		r,
		noteForm{Note: &assistant.Note{Title: r.URL.Query().Get("title")}, Action: "/notes", Back: "/notes"},
		0,
	)
}

func (p *pages) editNote(w http.ResponseWriter, r *http.Request) error {
	n, err := note(r)
	if err != nil {
		return err
	}
	return p.showNote(w, r, noteFormOf(n), 0)
}

// readNote reads a form.
func readNote(r *http.Request, have *assistant.Note) (noteForm, error) {
	if err := parseForm(r); err != nil {
		return noteForm{}, err
	}
	n := *have
	f := noteFormOf(&n)
	get := func(name string) string { return r.PostForm.Get(name) }
	if version, err := strconv.ParseInt(get("version"), 10, 64); err == nil {
		n.Version = version
	}
	n.Title, n.Text, n.Pinned = get("title"), get("text"), get("pinned") != ""
	f.Due, f.Remind, f.Tags = get("due"), get("remind"), get("tags")
	n.Tags = strings.FieldsFunc(
		strings.Join(r.PostForm["tags"], ","),
		func(r rune) bool { return r == ',' || r == ';' || r == '\n' },
	)
	book := visit.From(r.Context()).Book
	if n.Due = (assistant.Date{}); strings.TrimSpace(f.Due) != "" {
		day, err := assistant.ReadDay(f.Due, book.Order, book.Today())
		var wrong *assistant.FieldError
		if errors.As(err, &wrong) {
			f.Errors = append(
				f.Errors,
				&assistant.FieldError{Field: "due", Value: f.Due, Problem: wrong.Problem, Hint: wrong.Hint},
			)
		}
		n.Due = day
	}
	if n.Remind = 0; strings.TrimSpace(f.Remind) != "" {
		days, err := strconv.Atoi(strings.TrimSpace(f.Remind))
		if err != nil {
			f.Errors = append(
				f.Errors,
				&assistant.FieldError{Field: "remind", Value: f.Remind, Problem: "not from 0 to 366 days"},
			)
		}
		n.Remind = days
	}
	return f, nil
}

// save saves a note, and shows the form again if that fails.
func (p *pages) save(w http.ResponseWriter, r *http.Request, form noteForm, do func() (*assistant.Note, error)) error {
	var fields assistant.FieldErrors
	if len(form.Errors) == 0 {
		n, err := do()
		if err == nil {
			return p.to(w, r, "/notes/"+n.ID)
		}
		if !errors.As(err, &fields) {
			return err
		}
	}
	form.Errors = append(form.Errors, fields...)
	return p.showNote(w, r, form, http.StatusUnprocessableEntity)
}

func (p *pages) createNote(w http.ResponseWriter, r *http.Request) error {
	form, err := readNote(r, &assistant.Note{})
	if err != nil {
		return err
	}
	form.Action, form.Back = "/notes", "/notes"
	return p.save(w, r, form, func() (*assistant.Note, error) {
		return visit.From(r.Context()).Book.CreateNote(r.Context(), form.Note)
	})
}

func (p *pages) saveNote(w http.ResponseWriter, r *http.Request) error {
	have, err := note(r)
	if err != nil {
		return err
	}
	form, err := readNote(r, have)
	if err != nil {
		return err
	}
	stale := form.Note.Version != have.Version
	if !stale {
		err = p.save(w, r, form, func() (*assistant.Note, error) {
			return visit.From(r.Context()).Book.ReplaceNote(r.Context(), have, form.Note)
		})
		var conflict *assistant.ConflictError
		if stale = errors.As(err, &conflict); !stale {
			return err
		}
	}
	now, err := note(r)
	if err != nil {
		return err
	}
	return p.noteConflict(w, r, form, now)
}

// noteConflict is like [pages.conflict], for notes.
func (p *pages) noteConflict(w http.ResponseWriter, r *http.Request, form noteForm, now *assistant.Note) error {
	ctx, book := r.Context(), visit.From(r.Context()).Book
	yours, err := book.FillNote(now, form.Note)
	var fields assistant.FieldErrors
	if errors.As(err, &fields) || err == nil && len(form.Errors) > 0 {
		form.Errors = append(form.Errors, fields...)
		return p.showNote(w, r, form, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	base, err := book.Store.NoteVersion(ctx, now.ID, form.Note.Version)
	if errors.Is(err, assistant.ErrNotFound) {
		base, err = now, nil
	}
	if err != nil {
		return err
	}
	again := noteFormOf(assistant.MergedNote(base, now, yours))
	again.Different = differences(comparedNoteFields(), base, yours, now)
	return p.show(
		w,
		r,
		frame{Title: "Somebody has changed the note meanwhile", Status: http.StatusConflict},
		own("conflict", again),
		own("note-form", again),
	)
}

func (p *pages) doneNote(w http.ResponseWriter, r *http.Request) error {
	n, err := note(r)
	if err != nil {
		return err
	}
	done := n.Done.IsZero()
	change := assistant.NoteInput{Done: &done}
	if _, _, err := visit.From(r.Context()).Book.EditNote(r.Context(), n.ID, 0, change); err != nil {
		return err
	}
	return p.to(w, r, "/notes/"+n.ID)
}

func (p *pages) askDeleteNote(w http.ResponseWriter, r *http.Request) error {
	n, err := note(r)
	if err != nil {
		return err
	}
	return p.show(
		w,
		r,
		frame{Title: "Delete the note"},
		own("ask-delete", deletion{heading(n), "/notes/" + n.ID, n.Version}),
	)
}

func (p *pages) deleteNote(w http.ResponseWriter, r *http.Request) error {
	n, err := note(r)
	if err != nil {
		return err
	}
	if err := visit.From(r.Context()).Book.RemoveNote(r.Context(), n); err != nil {
		return err
	}
	return p.to(w, r, "/notes")
}
