package assistant

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/assistant/vcf"
)

// An ImportSummary counts the cards of an import.
type ImportSummary struct {
	Added      int `json:"added"`
	Updated    int `json:"updated"`   // cards that changed since they were imported before
	Unchanged  int `json:"unchanged"` // cards that are in the address book already
	Refused    int `json:"refused"`
	Conflicts  int `json:"conflicts,omitempty"`    // values that both sides changed, of which the one here was kept
	Repeated   int `json:"repeated,omitempty"`     // cards with the UID of another one of the file
	KeptAsText int `json:"kept_as_text,omitempty"` // days that could not be understood
	Groups     int `json:"groups,omitempty"`       // cards of groups, whose names are tags of their members now
}

// Add adds the counts of another import.
func (s *ImportSummary) Add(other ImportSummary) {
	s.Added += other.Added
	s.Updated += other.Updated
	s.Unchanged += other.Unchanged
	s.Refused += other.Refused
	s.Conflicts += other.Conflicts
	s.Repeated += other.Repeated
	s.KeptAsText += other.KeptAsText
	s.Groups += other.Groups
}

// A CardError says why a card was refused.
type CardError struct {
	File string `json:"file"`
	Line int    `json:"line"` // of the card's first line, from 1
	Err  error  `json:"-"`
}

func (e *CardError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns the reason.
func (e *CardError) Unwrap() error { return e.Err }

// ImportVCards reads vCards of version 2.1, 3.0 and 4.0 and saves those that are new or have changed. A card that
// is not whole or has nothing to be named by is refused, and the rest is imported; a card of a group tags its members.
// file is the name for messages. tell is called with a [CardError], a [MergeConflict], a [RepeatedUID] or a [TextValue]
// for each card or value of which a person should know. The error is one of reading r or of the store; what the summary
// counts has been saved even then.
//
// A card whose contact is there already changes of it what the card has changed since it was imported before, element by
// element of its lists; what was edited here and not there stays. The contact is that of the card's UID or, without one,
// that of the same text or of the same name with the same number, address or birthday.
func (b *Book) ImportVCards(ctx context.Context, r io.Reader, file string, tell func(error)) (ImportSummary, error) {
	i := importer{book: b, file: file, tell: tell, touched: make(map[string]int)}
	cards := vcf.NewReader(r)
	for {
		card, err := cards.Next()
		var bad *vcf.SyntaxError
		switch {
		case err == nil:
			i.take(card)
		case errors.As(err, &bad):
			i.refuse(bad.Line, errors.New(bad.Problem))
		case err != io.EOF:
			return i.summary, errors.Join(fmt.Errorf("read %s: %w", file, err), i.save(ctx))
		}
		if err == io.EOF || len(i.batch) >= importBatchSize {
			if err := i.save(ctx); err != nil {
				return i.summary, err
			}
		}
		if err == io.EOF {
			return i.summary, i.tagMembers(ctx)
		}
	}
}

// importBatchSize is how many contacts are saved at once.
const importBatchSize = 250

// An importer reads one file into a book.
type importer struct {
	book    *Book
	file    string
	tell    func(error)
	summary ImportSummary
	batch   []imported
	groups  []group
	touched map[string]int // the lines of the cards whose contacts this import has changed or met, by id
}

// imported is a contact as a card has it.
type imported struct {
	contact *Contact
	line    int
	named   bool // the card has a UID
}

func (i *importer) refuse(line int, err error) {
	i.summary.Refused++
	i.tell(&CardError{File: i.file, Line: line, Err: err})
}

// take reads a card.
func (i *importer) take(card *vcf.Card) {
	if g, is := readGroup(card); is {
		i.summary.Groups++
		i.groups = append(i.groups, g)
		return
	}
	read := newReading(card, i.book.Region)
	if read.contact.Name == "" {
		_, err := ReadVCard(card, i.book.Region)
		i.refuse(card.Line, err)
		return
	}
	for _, value := range read.asText {
		value.File, value.Line = i.file, card.Line+value.Line
		i.summary.KeptAsText++
		i.tell(&value)
	}
	i.batch = append(i.batch, imported{read.contact, card.Line, hasUID(card)})
}

// save saves the batch. When somebody else changes one of its contacts in between, it looks again.
func (i *importer) save(ctx context.Context) error {
	if len(i.batch) == 0 {
		return nil
	}
	for attempt := 1; ; attempt++ {
		m, err := i.merge(ctx)
		if err != nil {
			return err
		}
		if len(m.changed) > 0 {
			err = i.book.Store.SaveContacts(ctx, m.changed...)
		}
		var conflict *ConflictError
		if attempt < 5 && (errors.As(err, &conflict) || errors.Is(err, ErrExists)) {
			continue
		}
		if err == nil {
			i.summary.Add(m.counts)
			for _, each := range m.told {
				i.tell(each)
			}
			for id, line := range m.touched {
				i.touched[id] = line
			}
			i.batch = i.batch[:0]
		}
		return err
	}
}

// merging is what becomes of a batch.
type merging struct {
	counts  ImportSummary
	changed []*Contact // each once
	told    []error
	touched map[string]int
}

// merge compares the batch with what is stored.
func (i *importer) merge(ctx context.Context) (*merging, error) {
	m := &merging{touched: make(map[string]int)}
	known, err := i.known(ctx)
	if err != nil {
		return nil, err
	}
	namesakes, err := i.namesakes(ctx, known)
	if err != nil {
		return nil, err
	}
	for _, in := range i.batch {
		have := known[in.contact.ID]
		first, repeated := m.touched[in.contact.ID]
		if !repeated {
			first, repeated = i.touched[in.contact.ID]
		}
		if have == nil {
			have = i.recognise(in, namesakes, m)
		}
		if have == nil {
			added := *in.contact
			added.Created = i.book.now()
			added.Updated = added.Created
			known[added.ID] = &added
			m.touched[added.ID] = in.line
			m.changed = append(m.changed, &added)
			m.counts.Added++
			continue
		}
		m.touched[have.ID] = in.line
		i.update(m, have, in, first, repeated)
	}
	return m, nil
}

// update gives a contact what its card has changed.
func (i *importer) update(m *merging, have *Contact, in imported, first int, repeated bool) {
	if bytes.Equal(have.Source, in.contact.Source) || bytes.Equal(have.VCard(), in.contact.VCard()) {
		m.counts.Unchanged++
		return
	}
	base := have.base(i.book.Region)
	if repeated && in.named {
		m.counts.Repeated++
		m.told = append(m.told, &RepeatedUID{File: i.file, Line: in.line, First: first})
		base = &Contact{} // both say all that they say
	}
	for _, c := range have.take(base, in.contact) {
		c.File, c.Line, c.ID, c.Contact = i.file, in.line, have.ID, have.Name
		m.told = append(m.told, &c)
		m.counts.Conflicts++
	}
	have.Updated = i.book.now()
	if !slices.Contains(m.changed, have) {
		m.changed = append(m.changed, have)
	}
	m.counts.Updated++
}

// known reads the contacts that have the ids of the batch.
func (i *importer) known(ctx context.Context) (map[string]*Contact, error) {
	ids := make([]string, len(i.batch))
	for n, in := range i.batch {
		ids[n] = in.contact.ID
	}
	found, err := i.book.Store.Contacts(ctx, ids...)
	known := make(map[string]*Contact, len(found))
	for _, c := range found {
		known[c.ID] = c
	}
	return known, err
}

// namesakes reads the contacts that have the names of the cards without a UID whose text is not known, by folded names.
func (i *importer) namesakes(ctx context.Context, known map[string]*Contact) (map[string][]*Contact, error) {
	var names []string
	for _, in := range i.batch {
		if !in.named && known[in.contact.ID] == nil {
			names = append(names, in.contact.Name)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	found, err := i.book.Store.ContactsNamed(ctx, names...)
	byName := make(map[string][]*Contact)
	for _, c := range found {
		if other := known[c.ID]; other != nil {
			c = other // a contact that changes twice is one value
		}
		name := search.Fold(c.Name)
		byName[name] = append(byName[name], c)
	}
	return byName, err
}

// recognise finds the contact of a card without a UID: one of its name that has one of its numbers or addresses or its
// birthday, was not met in this file, and was not born on another day.
func (i *importer) recognise(in imported, namesakes map[string][]*Contact, m *merging) *Contact {
	if in.named {
		return nil
	}
	for _, c := range namesakes[search.Fold(in.contact.Name)] {
		_, met := m.touched[c.ID]
		_, metBefore := i.touched[c.ID]
		if !met && !metBefore && samePerson(c, in.contact) && !slices.ContainsFunc(i.batch, func(other imported) bool { return other.contact.ID == c.ID }) {
			return c
		}
	}
	return nil
}

// samePerson compares two contacts of one name.
func samePerson(a, b *Contact) bool {
	if !a.Birthday.IsZero() && !b.Birthday.IsZero() && a.Birthday != b.Birthday {
		return false
	}
	return !a.Birthday.IsZero() && a.Birthday == b.Birthday ||
		slices.ContainsFunc(a.Phones, func(p Phone) bool {
			return slices.ContainsFunc(b.Phones, func(q Phone) bool { return phoneKey(p) == phoneKey(q) })
		}) ||
		slices.ContainsFunc(a.Emails, func(p Email) bool {
			return slices.ContainsFunc(b.Emails, func(q Email) bool { return foldedEqual(p.Address, q.Address) })
		})
}

// tagMembers gives the members of the groups of the file their tags.
func (i *importer) tagMembers(ctx context.Context) error {
	for _, g := range i.groups {
		if g.name == "" {
			continue
		}
		for part := range slices.Chunk(g.members, importBatchSize) {
			if err := i.tagAll(ctx, g.name, part); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *importer) tagAll(ctx context.Context, tag string, ids []string) error {
	for attempt := 1; ; attempt++ {
		found, err := i.book.Store.Contacts(ctx, ids...)
		if err != nil {
			return err
		}
		var changed []*Contact
		for _, c := range found {
			if !slices.ContainsFunc(c.Tags, func(have string) bool { return foldedEqual(have, tag) }) {
				c.Tags = CleanTags(append(slices.Clone(c.Tags), tag))
				c.Updated = i.book.now()
				changed = append(changed, c)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		err = i.book.Store.SaveContacts(ctx, changed...)
		var conflict *ConflictError
		if !errors.As(err, &conflict) || attempt == 5 {
			return err
		}
	}
}

// ExportVCards writes all contacts as vCards (see [Contact.VCard]), in the order of their names, and returns their
// number.
func (b *Book) ExportVCards(ctx context.Context, w io.Writer) (int, error) {
	count := 0
	for c, err := range b.AllContacts(ctx, ContactQuery{}) {
		if err != nil {
			return count, err
		}
		if _, err := w.Write(c.VCard()); err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}
