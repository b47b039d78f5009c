package dav

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// tokenPrefix turns a token into a URI, as RFC 6578 requires.
const tokenPrefix = "data:,"

func (s *server) report(w http.ResponseWriter, r *http.Request, t target) error {
	request, err := readXML(w, r)
	if err != nil {
		return err
	}
	if err := s.exists(t); err != nil {
		return err
	}
	if request == nil || t.place != atBook && t.place != atCard {
		return refuse(http.StatusForbidden, "<d:supported-report/>", "there are no reports about this resource")
	}
	switch request.Name {
	case card("addressbook-multiget"):
		return s.multiget(w, r, t, request)
	case card("addressbook-query"):
		return s.query(w, r, t, request)
	case dav("sync-collection"):
		return s.syncCollection(w, r, t, request)
	}
	return refuse(http.StatusForbidden, "<d:supported-report/>", "the server has no report "+request.Local)
}

// A readCard is an entry of the list with its contact, both of the same version.
type readCard struct {
	assistant.Card
	contact *assistant.Contact
}

// readAll reads the contacts of cards. One that has changed since the list was read is returned as it is now, and one
// that has been removed is left out.
func (s *server) readAll(ctx context.Context, cards []assistant.Card) ([]readCard, error) {
	var list []readCard
	for attempt := 0; len(cards) > 0 && attempt < 10; attempt++ {
		ids := make([]string, len(cards))
		for i, c := range cards {
			ids[i] = c.ID
		}
		contacts, err := s.book.Store.Contacts(ctx, ids...)
		if err != nil {
			return nil, err
		}
		byID := make(map[string]*assistant.Contact, len(contacts))
		for _, c := range contacts {
			byID[c.ID] = c
		}
		var again []string
		for _, c := range cards {
			if contact := byID[c.ID]; contact != nil && contact.Version == c.Version {
				list = append(list, readCard{c, contact})
			} else {
				again = append(again, c.Resource)
			}
		}
		if cards, err = s.book.Store.CardsNamed(ctx, again...); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// multiget answers with the cards that the request names, in the order of the store.
func (s *server) multiget(w http.ResponseWriter, r *http.Request, t target, request *node) error {
	wanted := readWish(request)
	var names []string
	var strangers []string
	for _, c := range request.children {
		if c.Name != dav("href") {
			continue
		}
		href := strings.TrimSpace(c.text)
		if named, ok := s.targetOf(href); ok && named.place == atCard && named.book == t.book {
			names = append(names, named.name)
		} else {
			strangers = append(strangers, href)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	b := multistatus(w)
	for _, href := range strangers {
		b.status(href, "404 Not Found")
	}
	for part := range slices.Chunk(names, perData) {
		found, err := s.book.Store.CardsNamed(r.Context(), part...)
		if err == nil {
			err = s.putFound(r.Context(), b, t, part, found, wanted)
		}
		if err != nil {
			return cut(err)
		}
	}
	return b.end()
}

// putFound writes those cards of a part that exist, and reports the others as not found.
func (s *server) putFound(
	ctx context.Context, b body, t target, names []string, found []assistant.Card, wanted wish,
) error {
	list, err := s.readAll(ctx, found)
	if err != nil {
		return err
	}
	common := s.common()
	there := make(map[string]bool, len(list))
	for _, c := range list {
		there[c.Resource] = true
		b.put(s.href(atCard, t.book, c.Resource), s.withData(c.Card, c.contact, common, wanted), wanted)
	}
	for _, name := range names {
		if !there[name] {
			b.status(s.href(atCard, t.book, name), "404 Not Found")
		}
	}
	return nil
}

// targetOf parses a full URL or a path.
func (s *server) targetOf(href string) (target, bool) {
	u, err := url.Parse(href)
	if err != nil {
		return target{}, false
	}
	rest, ok := strings.CutPrefix(u.EscapedPath(), strings.TrimSuffix(s.root, Prefix))
	if !ok || !strings.HasPrefix(rest, Prefix+"/") {
		return target{}, false
	}
	there, err := url.Parse(rest)
	if err != nil {
		return target{}, false
	}
	t, err := parseTarget(there, s.user)
	return t, err == nil
}

// syncCollection answers with what has changed since a token: RFC 6578.
func (s *server) syncCollection(w http.ResponseWriter, r *http.Request, t target, request *node) error {
	if t.place != atBook {
		return refuse(http.StatusForbidden, "<d:supported-report/>", "only an address book has a list of changes")
	}
	token := request.child(nsDAV, "sync-token")
	if token == nil {
		return refuse(http.StatusBadRequest, "", "the report has no sync-token")
	}
	if level := request.child(nsDAV, "sync-level"); level != nil && strings.TrimSpace(level.text) == "infinite" {
		return refuse(http.StatusForbidden, "<d:sync-traversal-supported/>", "only the sync-level 1 is answered")
	}
	limit := 0
	if n := request.child(nsDAV, "limit").child(nsDAV, "nresults"); n != nil {
		var err error
		if limit, err = strconv.Atoi(strings.TrimSpace(n.text)); err != nil || limit < 1 {
			return refuse(http.StatusBadRequest, "", "the limit is not a number from 1 up")
		}
	}
	since, ok := strings.CutPrefix(strings.TrimSpace(token.text), tokenPrefix)
	if !ok && since != "" {
		return fmt.Errorf("%q: %w", since, assistant.ErrToken)
	}
	changes, err := s.book.Store.CardChanges(r.Context(), since, limit)
	if err != nil {
		return err
	}
	b := multistatus(w)
	if err := s.putChanges(r.Context(), b, t, changes.Cards, since != "", readWish(request)); err != nil {
		return cut(err)
	}
	if changes.More {
		b.text("<d:response>" + element("d:href", s.href(atBook, t.book)) +
			"<d:status>HTTP/1.1 507 Insufficient " +
			"Storage</d:status><d:error><d:number-of-matches-within-limits/></d:error></d:response>\n")
	}
	b.text(element("d:sync-token", tokenPrefix+changes.Token) + "\n")
	return b.end()
}

// putChanges writes cards, and reports removed ones as not found; a client that had no cards before is not told of
// removals.
func (s *server) putChanges(
	ctx context.Context, b body, t target, cards []assistant.Card, gone bool, wanted wish,
) error {
	common, base := s.common(), s.href(atBook, t.book)
	for part := range slices.Chunk(cards, perData) {
		var living []assistant.Card
		for _, c := range part {
			switch {
			case c.ID != "":
				living = append(living, c)
			case gone:
				b.status(base+url.PathEscape(c.Resource), "404 Not Found")
			}
		}
		if !wanted.data {
			for _, c := range living {
				b.put(base+url.PathEscape(c.Resource), s.ofCard(c, common), wanted)
			}
			continue
		}
		names := make([]string, len(living))
		for i, c := range living {
			names[i] = c.Resource
		}
		if err := s.putFound(ctx, b, t, names, living, wanted); err != nil {
			return err
		}
	}
	return nil
}
