package page

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/photo"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// A contactForm is a contact as it is in a form, possibly with values that no contact can have.
type contactForm struct {
	Contact     *assistant.Contact
	Birthday    string
	Anniversary string
	CallEvery   string
	Tags        string
	Errors      assistant.FieldErrors
	Action      string // the target of the form
	Back        string // the target of "cancel"
	More        string // the list that needs one more line; the form is not saved then
	Different   []difference
}

// At returns what is wrong at a place of the form, or nil if nothing is.
func (f contactForm) At(place string, index ...int) *assistant.FieldError {
	for _, i := range index {
		place = strings.Replace(place, "[]", fmt.Sprintf("[%d]", i), 1)
	}
	return f.Errors.At(place)
}

// wrong takes the errors of the fields, and reports whether there are any.
func (f *contactForm) wrong(err error) bool {
	var fields assistant.FieldErrors
	if errors.As(err, &fields) {
		f.Errors = append(f.Errors, fields...)
	}
	return len(f.Errors) > 0
}

// formOf returns the form of a contact to change.
func formOf(c *assistant.Contact) contactForm {
	f := contactForm{
		Contact: c, Birthday: c.Birthday.String(), Anniversary: c.Anniversary.String(), Tags: strings.Join(c.Tags, ", "),
		Action: "/contacts/" + c.ID, Back: "/contacts/" + c.ID,
	}
	if c.Birthday.IsZero() {
		f.Birthday = c.BirthdayText
	}
	if c.CallEvery != 0 {
		f.CallEvery = strconv.Itoa(c.CallEvery)
	}
	return f
}

// roomy returns the form with an empty line in every list that has none, and one more in the list that needs it.
func (f contactForm) roomy() contactForm {
	c := *f.Contact
	grow(&c.Phones, f.More == "phones")
	grow(&c.Emails, f.More == "emails")
	grow(&c.Addresses, f.More == "addresses")
	grow(&c.WebPages, f.More == "web_pages")
	grow(&c.Chats, f.More == "chats")
	grow(&c.Relations, f.More == "relations")
	f.Contact = &c
	return f
}

func grow[T comparable](list *[]T, more bool) {
	var empty T
	if n := len(*list); n == 0 || more && (*list)[n-1] != empty {
		*list = append((*list)[:n:n], empty)
	}
}

// readContact reads a form. What the form has no field for is taken from have.
func readContact(r *http.Request, have *assistant.Contact) (contactForm, error) {
	if err := parseForm(r); err != nil {
		return contactForm{}, err
	}
	c := *have
	f := formOf(&c)
	get := func(name string) string { return r.PostForm.Get(name) }
	if version, err := strconv.ParseInt(get("version"), 10, 64); err == nil {
		c.Version = version
	}
	c.Name, c.Nickname, c.Organization = get("name"), get("nickname"), get("organization")
	c.Title, c.Role = get("title"), get("role")
	if c.Name != have.Name {
		c.Parts = assistant.NameParts{}
	}
	c.Note, f.More = get("note"), get("more")
	f.Birthday, f.Anniversary, f.CallEvery, f.Tags = get("birthday"), get("anniversary"), get("call_every"), get("tags")
	f.date(r, "birthday", f.Birthday, &c.Birthday)
	if f.date(r, "anniversary", f.Anniversary, &c.Anniversary); have.BirthdayText != "" &&
		f.Birthday == have.BirthdayText {
		f.Errors, c.Birthday, c.BirthdayText = nil, assistant.Date{}, have.BirthdayText
	} else {
		c.BirthdayText = ""
	}
	if c.CallEvery = 0; strings.TrimSpace(f.CallEvery) != "" {
		days, err := strconv.Atoi(strings.TrimSpace(f.CallEvery))
		if err != nil {
			f.Errors = append(
				f.Errors,
				&assistant.FieldError{Field: "call_every", Value: f.CallEvery, Problem: "not from 0 to 3660 days"},
			)
		}
		c.CallEvery = days
	}
	c.Tags = strings.FieldsFunc(
		strings.Join(r.PostForm["tags"], ","),
		func(r rune) bool { return r == ',' || r == ';' || r == '\n' },
	)
	readLists(r, &c, have)
	return f, f.readPhoto(r, &c)
}

// date parses a date as a user types it.
func (f *contactForm) date(r *http.Request, field, typed string, day *assistant.Date) {
	if *day = (assistant.Date{}); strings.TrimSpace(typed) == "" {
		return
	}
	read, err := assistant.ReadDate(strings.TrimSpace(typed), visit.From(r.Context()).Book.Order)
	var wrong *assistant.FieldError
	if errors.As(err, &wrong) {
		f.Errors = append(
			f.Errors,
			&assistant.FieldError{Field: field, Value: typed, Problem: wrong.Problem, Hint: wrong.Hint},
		)
		return
	}
	*day = read
}

// readLists reads the lists, line by line: the n-th values of all fields of a list belong to the n-th line.
func readLists(r *http.Request, c, have *assistant.Contact) {
	column := func(name string, i int) string {
		if values := r.PostForm[name]; i < len(values) {
			return values[i]
		}
		return ""
	}
	rows := func(names ...string) int {
		n := 0
		for _, name := range names {
			n = max(n, len(r.PostForm[name]))
		}
		return n
	}
	c.Phones, c.Emails, c.Addresses, c.WebPages, c.Chats, c.Relations = nil, nil, nil, nil, nil, nil
	for i := range rows("phones") {
		c.Phones = append(c.Phones, assistant.Phone{Typed: column("phones", i), Type: column("phones.type", i)})
	}
	for i := range rows("emails") {
		c.Emails = append(c.Emails, assistant.Email{Address: column("emails", i), Type: column("emails.type", i)})
	}
	for i := range rows("addresses.street", "addresses.locality", "addresses.postal_code", "addresses.country") {
		a := assistant.Address{
			Type: column("addresses.type", i), Street: column("addresses.street", i), Locality: column("addresses.locality", i),
			PostalCode: column("addresses.postal_code", i), Country: column("addresses.country", i),
			Region: column("addresses.region", i), POBox: column("addresses.po_box", i),
			Extended: column("addresses.extended", i),
		}
		if a.Type != "" && a.String() == "" {
			a.Type = ""
		}
		c.Addresses = append(c.Addresses, a)
	}
	for i := range rows("web_pages") {
		c.WebPages = append(c.WebPages, assistant.WebPage{URL: column("web_pages", i), Type: column("web_pages.type", i)})
	}
	for i := range rows("chats") {
		c.Chats = append(c.Chats, assistant.Chat{Address: column("chats", i), Type: column("chats.type", i)})
	}
	for i := range rows("relations") {
		c.Relations = append(c.Relations, assistant.Relation{Name: column("relations", i), Type: column("relations.type", i)})
	}
}

// readPhoto sets a new photo, or removes the photo.
func (f *contactForm) readPhoto(r *http.Request, c *assistant.Contact) error {
	if r.PostForm.Get("remove_photo") != "" {
		c.Photo = nil
	}
	data, err := upload(r, "photo")
	if err != nil || len(data) == 0 {
		return err
	}
	picture, err := photo.Encode(data)
	if err != nil {
		f.Errors = append(
			f.Errors,
			&assistant.FieldError{Field: "photo", Problem: "not a picture that can be read", Hint: "JPEG, PNG, GIF or WebP"},
		)
		return nil
	}
	c.Photo = picture
	return nil
}

// parseForm parses a form of either encoding.
func parseForm(r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	err := r.ParseForm()
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(maxBody)
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return err
	case err == nil && isText(r.PostForm):
		return nil
	case errors.Is(err, multipart.ErrMessageTooLarge):
		return problem.New(problem.TooLarge, "too much data at once", "send less")
	}
	return problem.New(problem.BadRequest, "the form cannot be read", "")
}

// isText reports whether the names in a form are valid text; text that is to be saved is checked with its field.
func isText(form url.Values) bool {
	for _, name := range []string{"id", "into", "other", "tag", "next"} {
		if slices.ContainsFunc(form[name], func(value string) bool { return !problem.IsText(value) }) {
			return false
		}
	}
	return true
}

// upload returns the uploaded file of a form, or nil if there is none.
func upload(r *http.Request, field string) ([]byte, error) {
	file, _, err := r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(file)
}

// conflict shows a form that is not based on the stored version: what each side has changed, and a form in which both
// are combined. Nothing is saved.
func (p *pages) conflict(w http.ResponseWriter, r *http.Request, form contactForm, now *assistant.Contact) error {
	ctx, book := r.Context(), visit.From(r.Context()).Book
	yours, err := book.FillContact(now, form.Contact)
	if err != nil {
		return err
	}
	base, err := book.Store.ContactVersion(ctx, now.ID, form.Contact.Version)
	if errors.Is(err, assistant.ErrNotFound) {
		base, err = now, nil
	}
	if err != nil {
		return err
	}
	merged := assistant.Merged(base, now, yours)
	merged.Version = now.Version
	again := formOf(merged)
	again.Different = differences(comparedFields(), base, yours, now)
	return p.show(
		w,
		r,
		frame{Title: "Somebody has changed the contact meanwhile", Status: http.StatusConflict},
		own("conflict", again),
		own("contact-form", again.roomy()),
	)
}
