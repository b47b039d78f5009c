package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/photo"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// contacts registers the operations on contacts.
func contacts(a huma.API) {
	huma.Register(a, operation("list-contacts", http.MethodGet, "/contacts", "List the contacts"), listContacts)
	create := operation("create-contact", http.MethodPost, "/contacts", "Create a contact")
	create.DefaultStatus, create.MaxBodyBytes = http.StatusCreated, contactBytes
	huma.Register(a, create, createContact)
	huma.Register(a, operation("get-contact", http.MethodGet, "/contacts/{id}", "Get a contact"), getContact)
	put := operation("replace-contact", http.MethodPut, "/contacts/{id}", "Replace a contact")
	put.Description = "Accepts what GET returned. Read-only keys are ignored, what is not sent is cleared; " +
		"everything else in the contact's vCard is kept."
	put.MaxBodyBytes = contactBytes
	huma.Register(a, put, replaceContact)
	remove := operation("delete-contact", http.MethodDelete, "/contacts/{id}", "Delete a contact")
	remove.DefaultStatus = http.StatusNoContent
	huma.Register(a, remove, deleteContact)
	huma.Register(
		a,
		operation("list-contact-tags", http.MethodGet, "/contacts/tags", "List the tags of contacts"),
		contactTags,
	)
}

// operation returns what all operations have in common.
func operation(id, method, path, summary string) huma.Operation {
	tag, _, _ := cutSegment(path)
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{tag},
		Parameters: []*huma.Param{bookParam()},
		Errors: []int{
			http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed,
			http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		},
	}
}

// A ContactID identifies a contact.
type ContactID struct {
	ID string `path:"id" doc:"The contact's id"`
}

type contactAnswer struct {
	ETag string `header:"ETag" doc:"Names this version"`
	Body Contact
}

type contactCreated struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location" doc:"Where the contact is"`
	Body     Contact
}

type contactList struct {
	Body ContactPage
}

// A ContactPage is a page of contacts.
type ContactPage struct {
	Contacts []Contact `json:"contacts" nullable:"false"`
	Next     string    `json:"next,omitempty" doc:"The after of the next page; not there on the last one"`
}

// A ListQuery asks for a page.
type ListQuery struct {
	Tag    []string `query:"tag,explode" doc:"Only those that have all these tags"`
	NotTag []string `query:"not_tag,explode" doc:"None that has one of these tags"`
	After  string   `query:"after" doc:"The next of the page before"`
	Limit  int      `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"So many on a page"`
}

// pageBytes is how many bytes of photos and texts a page may have.
const pageBytes = 8 << 20

func listContacts(ctx context.Context, in *struct {
	ListQuery
	Sort string `query:"sort" enum:"name,birthday,updated" default:"name" doc:"The order"`
},
) (*contactList, error) {
	page, err := visit.From(ctx).Book.Store.ListContacts(ctx, assistant.ContactQuery{
		Filter: assistant.Filter{Tags: in.Tag, NotTags: in.NotTag}, Sort: assistant.Sort(in.Sort),
		After: in.After, Limit: in.Limit, Bytes: pageBytes,
	})
	if err != nil {
		return nil, failed(err)
	}
	return &contactList{Body: ContactPage{Contacts: shownContacts(page.Contacts), Next: page.Next}}, nil
}

func createContact(ctx context.Context, in *struct{ Body Contact }) (*contactCreated, error) {
	v := visit.From(ctx)
	if err := ownPhoto(&in.Body.Contact, nil); err != nil {
		return nil, failed(err)
	}
	c, err := v.Book.CreateContact(ctx, &in.Body.Contact)
	if err != nil {
		return nil, failed(err)
	}
	return &contactCreated{ETag: c.ETag(), Location: within(v, "/contacts/"+c.ID), Body: Contact{*c}}, nil
}

func getContact(ctx context.Context, in *struct {
	ContactID
	Freshness
},
) (*contactAnswer, error) {
	c, err := visit.From(ctx).Book.ContactWithID(ctx, in.ID)
	if err != nil {
		return nil, failed(err)
	}
	tag := c.ETag()
	if err := in.unchanged(tag); err != nil {
		return nil, err
	}
	return &contactAnswer{tag, Contact{*c}}, nil
}

func replaceContact(ctx context.Context, in *struct {
	ContactID
	Precondition
	Body Contact
},
) (*contactAnswer, error) {
	for attempt := 1; ; attempt++ {
		have, err := visit.From(ctx).Book.ContactWithID(ctx, in.ID)
		if err != nil {
			return nil, failed(err)
		}
		if err := in.fits(have.ETag()); err != nil {
			return nil, failed(err)
		}
		sent := in.Body.Contact
		if err := ownPhoto(&sent, have.Photo); err != nil {
			return nil, failed(err)
		}
		c, err := visit.From(ctx).Book.ReplaceContact(ctx, have, &sent)
		if again, err := in.lost(err, attempt); again {
			continue
		} else if err != nil {
			return nil, failed(err)
		}
		return &contactAnswer{c.ETag(), Contact{*c}}, nil
	}
}

// lost handles the error of a change. If another change came between reading and writing, that is a failed precondition
// if there is one, and otherwise a reason to try again.
func (m Precondition) lost(err error, attempt int) (again bool, _ error) {
	var conflict *assistant.ConflictError
	switch {
	case !errors.As(err, &conflict):
		return false, err
	case m.IfMatch != "":
		return false, m.fits("")
	}
	return attempt < 5, err
}

func deleteContact(ctx context.Context, in *struct {
	ContactID
	Precondition
},
) (*struct{}, error) {
	for attempt := 1; ; attempt++ {
		c, err := visit.From(ctx).Book.ContactWithID(ctx, in.ID)
		if err != nil {
			return nil, failed(err)
		}
		if err := in.fits(c.ETag()); err != nil {
			return nil, failed(err)
		}
		if again, err := in.lost(visit.From(ctx).Book.RemoveContact(ctx, c), attempt); again {
			continue
		} else if err != nil {
			return nil, failed(err)
		}
		return nil, nil
	}
}

func contactTags(ctx context.Context, _ *struct{}) (*tagList, error) {
	tags, err := visit.From(ctx).Book.Store.ContactTags(ctx)
	return tagsAnswer(tags, err)
}

// ownPhoto re-encodes a photo that was sent, so that it contains nothing but the picture. A photo that is already
// stored is left as it is.
func ownPhoto(c *assistant.Contact, have *assistant.Photo) error {
	if c.Photo == nil || len(c.Photo.Data) == 0 || have != nil && string(have.Data) == string(c.Photo.Data) {
		return nil
	}
	small, err := photo.Encode(c.Photo.Data)
	if err != nil {
		return assistant.FieldErrors{
			{Field: "photo.data", Problem: "not a picture that can be read", Hint: "JPEG, PNG, GIF or WebP"},
		}
	}
	c.Photo = small
	return nil
}

// shownContacts returns contacts as the API shows them.
func shownContacts(list []*assistant.Contact) []Contact {
	shown := make([]Contact, len(list))
	for i, c := range list {
		shown[i] = Contact{*c}
	}
	return shown
}
