package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/pythonweb/goweb/assistant"
)

// card returns the only card with a name.
func (s *suite) card(name string) assistant.Card {
	s.Helper()
	found, err := s.store.CardsNamed(s.ctx, name)
	s.ok(err)
	if len(found) != 1 || found[0].Resource != name {
		s.Fatalf("card %s: %v", name, found)
	}
	return found[0]
}

func (s *suite) token() string {
	s.Helper()
	token, err := s.store.CardToken(s.ctx)
	s.ok(err)
	return token
}

// changes returns the names that have changed since a token, those of removed cards with a minus.
func (s *suite) changes(token string, limit int) ([]string, assistant.CardChanges) {
	s.Helper()
	changes, err := s.store.CardChanges(s.ctx, token, limit)
	s.ok(err)
	var names []string
	for _, card := range changes.Cards {
		if card.ID == "" {
			card.Resource = "-" + card.Resource
		}
		names = append(names, card.Resource)
	}
	return names, changes
}

// cards: every contact has a card with a name and an ETag, and every change of it is in the list of changes once.
func cards(s *suite) {
	start := s.token()
	a := s.contact("Олена")
	b := s.contact("Тарас", func(c *assistant.Contact) { c.Resource = "Тарас і K°.vcf" })
	s.equal("contact", b, s.storedContact(b.ID))
	first := s.card(a.ID + ".vcf")
	s.equal("id and version", assistant.Card{ID: a.ID, Version: 1}, assistant.Card{ID: first.ID, Version: first.Version})
	names, all := s.changes(start, 0)
	s.equal("changes", []string{a.CardName(), b.Resource}, names)
	s.equal("the token that they lead to", s.token(), all.Token)
	list, err := s.store.Cards(s.ctx, "", 10)
	s.ok(err)
	s.equal("list", all.Cards, list)
	rest, err := s.store.Cards(s.ctx, list[0].Resource, 10)
	s.ok(err)
	s.equal("rest of the list", list[1:], rest)

	a.Name = "Оля"
	s.ok(s.store.SaveContacts(s.ctx, a))
	second := s.card(a.CardName())
	if second.ETag == first.ETag || second.ETag == "" || second.Version != 2 {
		s.Errorf("after a change: %v, before: %v", second, first)
	}
	names, page := s.changes(start, 1)
	s.equal("first page", []string{b.Resource}, names)
	s.equal("more", true, page.More)
	names, page = s.changes(page.Token, 1)
	s.equal("second page", []string{a.CardName()}, names)
	s.equal("more", false, page.More)
	s.equal("the last token", s.token(), page.Token)
	names, _ = s.changes(page.Token, 0)
	s.equal("nothing since", []string(nil), names)

	b.Resource = "t.vcf"
	s.ok(s.store.SaveContacts(s.ctx, b))
	s.ok(s.store.DeleteContact(s.ctx, a.ID, 0))
	names, _ = s.changes(page.Token, 0)
	slices.Sort(names)
	s.equal("renamed and removed", []string{"-" + a.CardName(), "-Тарас і K°.vcf", "t.vcf"}, names)
	again := &assistant.Contact{ID: a.ID, Name: "Олена", Created: a.Created, Updated: a.Updated}
	s.ok(s.store.SaveContacts(s.ctx, again))
	names, _ = s.changes(page.Token, 0)
	s.equal("and back", true, slices.Contains(names, a.CardName()) && !slices.Contains(names, "-"+a.CardName()))
	if third := s.card(a.CardName()).ETag; third == first.ETag || third == second.ETag {
		s.Errorf("an ETag comes again")
	}

	other := s.contact("Інша")
	other.Resource = "t.vcf"
	if err := s.store.SaveContacts(s.ctx, other); !errors.Is(err, assistant.ErrExists) {
		s.Errorf("a change to a name that is taken: %v", err)
	}
	if err := s.store.SaveContacts(s.ctx, &assistant.Contact{
		ID: s.id(), Name: "Ще інша", Resource: "t.vcf", Created: a.Created, Updated: a.Updated,
	}); !errors.Is(err, assistant.ErrExists) {
		s.Errorf("a new contact with a name that is taken: %v", err)
	}
	s.equal("the card that was there", b.ID, s.card("t.vcf").ID)
	for _, wrong := range []string{"", "x", "a_1_b", "a_-1_b", start + "x", "x" + start, "_" + start} {
		if _, err := s.store.CardChanges(s.ctx, wrong, 0); wrong != "" && !errors.Is(err, assistant.ErrToken) {
			s.Errorf("token %q: %v", wrong, err)
		}
	}
	s.equal("from the beginning", 3, len(s.living("")))
	begun, err := s.store.CardChanges(s.ctx, "", 1)
	s.ok(err)
	if _, err := s.store.CardChanges(s.ctx, begun.Token, 0); err != nil || !begun.More {
		s.Errorf("the second page from the beginning: %v %v", begun, err)
	}
}

// living returns the cards that exist in the state after the changes since a token.
func (s *suite) living(token string) []assistant.Card {
	s.Helper()
	_, changes := s.changes(token, 0)
	return slices.DeleteFunc(changes.Cards, func(c assistant.Card) bool { return c.ID == "" })
}

// changesAreNotMissed: while many write, whoever follows the tokens sees every contact.
func changesAreNotMissed(s *suite) {
	const writers, each = 4, 6
	token := s.token()
	done := make(chan struct{})
	var group sync.WaitGroup
	var ids [writers * each]string
	for i := range ids {
		ids[i] = s.id()
	}
	for w := range writers {
		group.Go(func() {
			for i := range each {
				c := &assistant.Contact{ID: ids[w*each+i], Name: fmt.Sprint("Хтось ", w, i), Created: moment(0), Updated: moment(0)}
				if err := s.store.SaveContacts(s.ctx, c); err != nil {
					s.Error(err)
				}
			}
		})
	}
	go func() { group.Wait(); close(done) }()
	seen := make(map[string]bool)
	for last := false; !last; {
		select {
		case <-done:
			last = true
		default:
		}
		_, changes := s.changes(token, 2)
		for _, card := range changes.Cards {
			seen[card.ID] = true
		}
		token, last = changes.Token, last && !changes.More
	}
	for _, id := range ids {
		if !seen[id] {
			s.Errorf("the change of %s was missed", id)
		}
	}
}

// oneNameOneWinner lets many make a card with the same name at once: exactly one may succeed.
func oneNameOneWinner(s *suite) {
	const writers = 16
	errs := make([]error, writers)
	var group sync.WaitGroup
	for w := range writers {
		c := &assistant.Contact{
			ID: s.id(), Name: fmt.Sprint("Хтось ", w), Resource: "one.vcf", Created: moment(0),
			Updated: moment(0),
		}
		group.Go(func() { errs[w] = s.store.SaveContacts(s.ctx, c) })
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, assistant.ErrExists):
			s.Error(err)
		}
	}
	s.equal("winners", 1, won)
	s.card("one.vcf")
}
