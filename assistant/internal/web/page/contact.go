package page

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rsc.io/qr"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/assistant/search"
)

// pageSize is how many contacts or notes are on a page, and pageBytes how many bytes of them are read.
const (
	pageSize  = 50
	pageBytes = 8 << 20
)

// listing is what the page of a list needs besides the list.
type listing struct {
	Kind   string // "contacts" or "notes"
	Words  string
	Tag    string
	Sort   string
	Sorts  []string
	Table  bool
	Next   string // the address of the next page; "" on the last one
	Tags   []assistant.TagCount
	Number int
}

// contacts shows the list, or the contacts that contain the words of ?q=.
func (p *pages) contacts(w http.ResponseWriter, r *http.Request) error {
	ctx, store, query := r.Context(), visit.From(r.Context()).Book.Store, r.URL.Query()
	l := listing{
		Kind: "contacts", Words: strings.TrimSpace(query.Get("q")), Tag: query.Get("tag"), Sort: query.Get("sort"),
		Sorts: []string{"name", "birthday", "updated"}, Table: query.Get("view") == "table",
	}
	var list []*assistant.Contact
	if l.Words != "" {
		found, err := visit.From(ctx).Book.SearchPage(
			ctx, assistant.SearchQuery{Words: l.Words + tagWord(l.Tag), Limit: pageSize}, false,
		)
		if err != nil {
			return err
		}
		list = tagged(found.Contacts, l.Tag)
	} else {
		q := assistant.ContactQuery{Sort: assistant.SortName, After: query.Get("after"), Limit: pageSize, Brief: true}
		switch l.Sort {
		case "birthday":
			q.Sort = assistant.SortBirthday
		case "updated":
			q.Sort = assistant.SortUpdated
		}
		if l.Tag != "" {
			q.Filter.Tags = []string{l.Tag}
		}
		page, err := store.ListContacts(ctx, q)
		if err != nil {
			return err
		}
		list, l.Next = page.Contacts, next(query, page.Next)
	}
	tags, err := store.ContactTags(ctx)
	if err != nil {
		return err
	}
	l.Tags, l.Number = tags, len(list)
	return p.show(w, r, frame{Title: "Contacts", Search: l.Words}, own("list-head", l), func(v view.HTML) error {
		v.Table, v.Words = l.Table, l.Words
		return v.Contacts(all(list))
	}, own("contacts-foot", l))
}

// tagWord returns the word that finds a tag in a search, among other contacts that contain the word.
func tagWord(tag string) string {
	if tag == "" || strings.Contains(tag, `"`) {
		return ""
	}
	return ` tag:"` + tag + `"`
}

// tagged returns the contacts that have a tag, compared folded, or all for "".
func tagged(list []*assistant.Contact, tag string) []*assistant.Contact {
	if tag == "" {
		return list
	}
	return slices.DeleteFunc(list, func(c *assistant.Contact) bool {
		return !slices.ContainsFunc(c.Tags, func(has string) bool { return search.Fold(has) == search.Fold(tag) })
	})
}

// next returns the address of the next page, given the query of this one.
func next(query url.Values, after string) string {
	if after == "" {
		return ""
	}
	query.Set("after", after)
	return "?" + query.Encode()
}

// contactPage is what the page of a contact shows around it.
type contactPage struct {
	*assistant.Contact
	Backlinks []linkingNote
	TagEvery  int // days between two talks, by the tags; 0 if the contact has an interval of its own, or none
}

func (p *pages) contact(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	links, err := p.links.backlinks(r.Context(), c.Name)
	if err != nil {
		return err
	}
	page := contactPage{Contact: c, Backlinks: links}
	if c.CallEvery == 0 && len(c.Tags) > 0 {
		intervals, err := visit.From(r.Context()).Book.Store.TagIntervals(r.Context())
		if err != nil {
			return err
		}
		page.TagEvery = intervals.Of(c)
	}
	return p.show(
		w, r, frame{Title: c.Name}, func(v view.HTML) error { return v.Contact(c) }, own("contact-foot", page),
	)
}

func (p *pages) newContact(w http.ResponseWriter, r *http.Request) error {
	form := contactForm{
		Contact: &assistant.Contact{Name: r.URL.Query().Get("name")},
		Action:  "/contacts",
		Back:    "/contacts",
	}
	return p.showForm(w, r, form.roomy(), 0)
}

func (p *pages) editContact(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	return p.showForm(w, r, formOf(c).roomy(), 0)
}

func (p *pages) showForm(w http.ResponseWriter, r *http.Request, form contactForm, status int) error {
	title := "Change the contact"
	if form.Contact.ID == "" {
		title = "Add a contact"
	}
	return p.show(w, r, frame{Title: title, Status: status}, own("contact-form", form))
}

func (p *pages) createContact(w http.ResponseWriter, r *http.Request) error {
	form, err := readContact(r, &assistant.Contact{})
	if err != nil {
		return err
	}
	form.Action, form.Back = "/contacts", "/contacts"
	if form.More != "" {
		return p.showForm(w, r, form.roomy(), 0)
	}
	book := visit.From(r.Context()).Book
	if _, err := book.FillContact(&assistant.Contact{}, form.Contact); form.wrong(err) {
		return p.showForm(w, r, form.roomy(), http.StatusUnprocessableEntity)
	} else if err != nil {
		return err
	}
	c, err := book.CreateContact(r.Context(), form.Contact)
	if err != nil {
		return err
	}
	return p.to(w, r, "/contacts/"+c.ID)
}

func (p *pages) saveContact(w http.ResponseWriter, r *http.Request) error {
	have, err := contact(r)
	if err != nil {
		return err
	}
	form, err := readContact(r, have)
	if err != nil {
		return err
	}
	if form.More != "" {
		return p.showForm(w, r, form.roomy(), 0)
	}
	book := visit.From(r.Context()).Book
	if _, err := book.FillContact(have, form.Contact); form.wrong(err) {
		return p.showForm(w, r, form.roomy(), http.StatusUnprocessableEntity)
	} else if err != nil {
		return err
	}
	if form.Contact.Version != have.Version {
		return p.conflict(w, r, form, have)
	}
	_, err = book.ReplaceContact(r.Context(), have, form.Contact)
	var conflict *assistant.ConflictError
	if errors.As(err, &conflict) {
		now, err := contact(r)
		if err != nil {
			return err
		}
		return p.conflict(w, r, form, now)
	}
	if err != nil {
		return err
	}
	return p.to(w, r, "/contacts/"+have.ID)
}

func (p *pages) askDeleteContact(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	return p.show(
		w,
		r,
		frame{Title: "Delete the contact"},
		own("ask-delete", deletion{c.Name, "/contacts/" + c.ID, c.Version}),
	)
}

// deletion is what the user is asked to confirm before something is deleted.
type deletion struct {
	Name, Path string
	Version    int64
}

func (p *pages) deleteContact(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	if err := visit.From(r.Context()).Book.RemoveContact(r.Context(), c); err != nil {
		return err
	}
	return p.to(w, r, "/contacts")
}

func (p *pages) touch(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	book := visit.From(r.Context()).Book
	if _, err := book.Touch(r.Context(), c.ID, book.Today()); err != nil {
		return err
	}
	return p.to(w, r, "/contacts/"+c.ID)
}

// photo sends the photo, if it really is a picture: imported data may be declared as anything.
func (p *pages) photo(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	if c.Photo == nil || len(c.Photo.Data) == 0 {
		return problem.New(problem.NotFound, "the contact has no photo", "")
	}
	kind := http.DetectContentType(c.Photo.Data)
	switch kind {
	case "image/jpeg", "image/png", "image/gif", "image/webp":
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(c.Photo.Data) // fails only if the client has gone
		return nil
	}
	return problem.New(problem.NotFound, "the contact has no photo", "")
}

// qr sends the contact as a QR code for phones: without photo and note, which would not fit.
func (p *pages) qr(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	small := assistant.Contact{
		ID: c.ID, Name: c.Name, Parts: c.Parts, Organization: c.Organization, Title: c.Title,
		Phones: c.Phones, Emails: c.Emails, Addresses: c.Addresses, WebPages: c.WebPages, Birthday: c.Birthday,
	}
	code, err := qr.Encode(string(bytes.TrimSpace(small.VCard())), qr.L)
	if err != nil {
		small.Addresses, small.WebPages = nil, nil
		if code, err = qr.Encode(string(bytes.TrimSpace(small.VCard())), qr.L); err != nil {
			return problem.New(problem.TooLarge, "the contact is too large for a QR code", "")
		}
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(code.PNG()) // fails only if the client has gone
	return nil
}

// card sends the contact as a vCard file.
func (p *pages) card(w http.ResponseWriter, r *http.Request) error {
	c, err := contact(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/vcard; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="contact.vcf"`)
	_, _ = w.Write(c.VCard()) // fails only if the client has gone
	return nil
}
