package dav

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/vcf"
)

const contentType = "text/vcard; charset=utf-8"

var maxCardText = strconv.Itoa(assistant.MaxCard)

// withData returns the properties of a card whose contact has been read.
func (s *server) withData(c assistant.Card, contact *assistant.Contact, common properties, wanted wish) properties {
	p := s.ofCard(c, common)
	data := contact.CardData()
	p[dav("getcontentlength")] = element("d:getcontentlength", strconv.Itoa(len(data)))
	if wanted.modern {
		data = modern(data)
	}
	p[dav("displayname")] = element("d:displayname", contact.Name)
	if wanted.data {
		p[card("address-data")] = element("card:address-data", string(data))
	}
	return p
}

// modern converts a card to version 4.0.
func modern(data []byte) []byte {
	parsed, err := vcf.Parse(data)
	if err != nil {
		return data
	}
	return parsed.Modern().Encode()
}

// get answers with the content of a card.
func (s *server) get(w http.ResponseWriter, r *http.Request, t target) error {
	if err := s.exists(t); err != nil {
		return err
	}
	if t.place != atCard {
		w.Header().Set("Allow", "OPTIONS, PROPFIND, REPORT")
		return refuse(http.StatusMethodNotAllowed, "", "this is a collection, which a CardDAV client lists")
	}
	c, contact, err := s.read(r, t)
	if err != nil {
		return err
	}
	if err := precondition(r, c); err != nil {
		return err
	}
	if c == nil {
		return refuse(http.StatusNotFound, "", "there is no such card")
	}
	h := w.Header()
	h.Set("ETag", quoted(c.ETag))
	h.Set("Last-Modified", c.Changed.UTC().Format(http.TimeFormat))
	if none := r.Header.Get("If-None-Match"); none != "" && matches(none, c) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	data := contact.CardData()
	h.Set("Vary", "Accept")
	if strings.Contains(strings.ReplaceAll(r.Header.Get("Accept"), " ", ""), "version=4.0") {
		data = modern(data)
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = w.Write(data)
	return err
}

// matches reports whether an If-Match or If-None-Match header names a card; a nil card does not exist.
func matches(header string, c *assistant.Card) bool {
	if c == nil {
		return false
	}
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == quoted(c.ETag) {
			return true
		}
	}
	return false
}

// precondition refuses a request that was meant for another state of a card; a nil card does not exist.
func precondition(r *http.Request, c *assistant.Card) error {
	match, none := r.Header.Get("If-Match"), r.Header.Get("If-None-Match")
	isRead := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case match != "" && !matches(match, c):
		return refuse(http.StatusPreconditionFailed, "", "the card is not what If-Match names: get it again and repeat "+
			"the change")
	case none != "" && !isRead && matches(none, c):
		return refuse(http.StatusPreconditionFailed, "", "there is already such a card")
	}
	return nil
}

// put saves a card. Without a precondition it is written even if somebody else changes it at the same moment.
func (s *server) put(w http.ResponseWriter, r *http.Request, t target) error {
	if err := s.exists(t); err != nil {
		return err
	}
	if t.place != atCard || t.slash {
		return refuse(http.StatusMethodNotAllowed, "", "a card has a name within an address book, without a slash at its end")
	}
	parsed, err := readCardBody(w, r)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		found, err := s.book.Store.CardsNamed(r.Context(), t.name)
		if err != nil {
			return err
		}
		var was *assistant.Card
		if len(found) > 0 {
			was = &found[0]
		}
		if err := precondition(r, was); err != nil {
			return err
		}
		exact, err := s.book.PutCard(r.Context(), t.name, parsed, was)
		var conflict *assistant.ConflictError
		switch {
		case errors.Is(err, assistant.ErrUID):
			return s.sameUID(r, t, parsed)
		case (errors.As(err, &conflict) || errors.Is(err, assistant.ErrExists)) && attempt < 20:
			continue // with a precondition, the next attempt refuses it
		case err != nil:
			return invalid(err)
		}
		return s.saved(w, r, t, was == nil, exact)
	}
}

// saved answers that a card has been written, with its new ETag, or without one if the card is not exactly what the
// client sent, so that the client reads it again (RFC 6352, 6.3.2.3).
func (s *server) saved(w http.ResponseWriter, r *http.Request, t target, created, exact bool) error {
	if exact {
		found, err := s.book.Store.CardsNamed(r.Context(), t.name)
		if err == nil && len(found) > 0 {
			w.Header().Set("ETag", quoted(found[0].ETag))
		}
	}
	if created {
		w.WriteHeader(http.StatusCreated)
	} else {
		w.WriteHeader(http.StatusNoContent)
	}
	return nil
}

// sameUID says which card already has the UID.
func (s *server) sameUID(r *http.Request, t target, parsed *vcf.Card) error {
	condition := "<card:no-uid-conflict/>"
	if c, err := assistant.ReadVCard(parsed, ""); err == nil {
		if have, err := s.book.Store.Contacts(r.Context(), c.ID); err == nil && len(have) > 0 {
			condition = "<card:no-uid-conflict>" + element("d:href", s.href(atCard, t.book, have[0].CardName())) +
				"</card:no-uid-conflict>"
		}
	}
	return refuse(http.StatusConflict, condition, "another card has this UID, or this card has another one")
}

// invalid turns the error of a value that cannot be saved into one that says that the card is invalid.
func invalid(err error) error {
	if p := problem.Of(err); p.Kind == problem.Invalid {
		return refuse(http.StatusForbidden, "<card:valid-address-data/>", p.Detail)
	}
	return err
}

// readCardBody reads the only card in a request.
func readCardBody(w http.ResponseWriter, r *http.Request) (*vcf.Card, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if given := r.Header.Get("Content-Type") != ""; given && (err != nil ||
		kind != "text/vcard" && kind != "text/x-vcard" && kind != "text/directory") {
		return nil, refuse(http.StatusUnsupportedMediaType, "<card:supported-address-data/>",
			"an address book holds only vCards")
	}
	tooLarge := refuse(http.StatusRequestEntityTooLarge, "<card:max-resource-size/>",
		"a card has at most "+maxCardText+" bytes")
	if r.ContentLength > assistant.MaxCard {
		return nil, tooLarge
	}
	source, err := io.ReadAll(http.MaxBytesReader(w, r.Body, assistant.MaxCard))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, tooLarge
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "", "the card was cut off")
	}
	wrong := func(text string) error { return refuse(http.StatusForbidden, "<card:valid-address-data/>", text) }
	if !utf8.Valid(source) {
		return nil, wrong("the card is not UTF-8")
	}
	cards := vcf.NewReader(bytes.NewReader(source))
	parsed, err := cards.Next()
	if err != nil {
		return nil, wrong("the body is not a complete vCard")
	}
	if _, err := cards.Next(); err != io.EOF {
		return nil, wrong("the body has more than one vCard")
	}
	switch version := parsed.Declared(); {
	case version == "2.1":
		return nil, refuse(http.StatusUnsupportedMediaType, "<card:supported-address-data/>",
			"the card has the version 2.1: the server takes 3.0 and 4.0")
	case version != "3.0" && version != "4.0":
		return nil, wrong("the card does not say that its version is 3.0 or 4.0")
	case parsed.First("UID") == nil:
		return nil, wrong("the card has no UID")
	}
	return parsed, nil
}

// remove moves a card to the trash.
func (s *server) remove(w http.ResponseWriter, r *http.Request, t target) error {
	if err := s.exists(t); err != nil {
		return err
	}
	if t.place == atBook {
		return s.removeBook(w, r)
	}
	if t.place != atCard {
		return refuse(http.StatusForbidden, "", "this collection cannot be deleted")
	}
	for attempt := 1; ; attempt++ {
		found, err := s.book.Store.CardsNamed(r.Context(), t.name)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			if r.Header.Get("If-Match") != "" {
				return precondition(r, nil)
			}
			return refuse(http.StatusNotFound, "", "there is no such card")
		}
		if err := precondition(r, &found[0]); err != nil {
			return err
		}
		err = s.book.Store.DeleteContact(r.Context(), found[0].ID, found[0].Version)
		var conflict *assistant.ConflictError
		if (errors.As(err, &conflict) || errors.Is(err, assistant.ErrNotFound)) && attempt < 20 {
			continue
		}
		if err == nil {
			w.WriteHeader(http.StatusNoContent)
		}
		return err
	}
}
