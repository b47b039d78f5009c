package assistant

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
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
	Repeated   int `json:"repeated,omitempty"`     // cards with the UID of another card of the file
	KeptAsText int `json:"kept_as_text,omitempty"` // days that could not be understood
	Duplicates int `json:"duplicates,omitempty"`   // in a dry run: new contacts that probably exist already
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
	s.Duplicates += other.Duplicates
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

// ImportVCards reads vCards of version 2.1, 3.0 and 4.0 and saves those that are new or have changed. A card that is
// incomplete or has nothing to name its contact by is refused, and the rest is imported; a card of a group tags its
// members and is kept for programs that synchronise. file is its name for messages. tell is called with a [CardError],
// a [MergeConflict], a [RepeatedUID] or a [TextValue] for each card or value that a user should know of. The error is
// one of reading r or of the store; what the summary counts has been saved even then.
//
// A card whose contact exists already updates it with what has changed in the card since it was last imported, in lists
// element by element; what was edited here and not there stays. The contact is the one with the card's UID or, for a
// card without one, the one with the same text or with the same name and the same number, address or birthday.
func (b *Book) ImportVCards(ctx context.Context, r io.Reader, file string, tell func(error)) (ImportSummary, error) {
	i := b.Importer(tell)
	summary, err := i.Read(ctx, r, file)
	if err != nil {
		return summary, err
	}
	return summary, i.Finish(ctx)
}

// An Importer imports several files that belong together, such as those of a folder, in which a group may be in a
// different file than its members. It is not safe for concurrent use.
type Importer struct {
	book    *Book
	tell    func(error)
	groups  []importedGroup
	file    string
	summary ImportSummary
	batch   []imported
	bytes   int            // of the cards of the batch
	touched map[string]int // the lines of the cards whose contacts this file has changed or met, by id
	saving  chan outcome   // of the batch before, while this one is read; nil when nothing is being saved

	pretended map[string]*Contact // what a dry run would have saved, by id; nil for a real import
}

// Importer begins an import; tell is as in [Book.ImportVCards]. The caller ends it with [Importer.Finish].
func (b *Book) Importer(tell func(error)) *Importer { return &Importer{book: b, tell: tell} }

// DryRun makes the importer change nothing: the summaries say what an import would do.
func (i *Importer) DryRun() { i.pretended = make(map[string]*Contact) }

// Read imports one file, as [Book.ImportVCards] does, except for the tags of groups.
func (i *Importer) Read(ctx context.Context, r io.Reader, file string) (ImportSummary, error) {
	return i.ReadCards(ctx, vcf.NewReader(r).All(), file)
}

// ReadCards is [Importer.Read] for cards from any kind of file or from a server. A [vcf.SyntaxError] rejects a card;
// any other error ends the import.
func (i *Importer) ReadCards(
	ctx context.Context, cards iter.Seq2[*vcf.Card, error], file string,
) (ImportSummary, error) {
	ctx = WithVia(ctx, ViaImport)
	i.file, i.summary, i.batch, i.bytes, i.touched = file, ImportSummary{}, nil, 0, make(map[string]int)
	for card, err := range cards {
		var bad *vcf.SyntaxError
		switch {
		case err == nil:
			i.take(ctx, card)
		case errors.As(err, &bad):
			i.refuse(bad.Line, errors.New(bad.Problem))
		default:
			err = errors.Join(fmt.Errorf("read %s: %w", file, err), i.save(ctx), i.wait())
			return i.summary, err
		}
		if len(i.batch) >= importBatch || i.bytes >= importBytes {
			if err := i.save(ctx); err != nil {
				return i.summary, err
			}
		}
	}
	err := i.save(ctx)
	if err == nil {
		err = i.wait()
	}
	return i.summary, err
}

// How many contacts are saved at once, at most, and the number of bytes after which a batch is full.
const (
	importBatch = 4000
	importBytes = 8 << 20
)

// imported is a contact as a card describes it.
type imported struct {
	contact *Contact
	line    int
	named   bool // the card has a UID
}

func (i *Importer) refuse(line int, err error) {
	i.summary.Refused++
	i.tell(&CardError{File: i.file, Line: line, Err: err})
}

// take reads a card.
func (i *Importer) take(ctx context.Context, card *vcf.Card) {
	read := newReading(card, i.book.Region)
	if read.contact.Name == "" {
		_, err := ReadVCard(card, i.book.Region)
		i.refuse(card.Line, err)
		return
	}
	if read.contact.Group {
		i.summary.Groups++
		i.groups = append(i.groups, importedGroup{read.contact, LabelOf(ctx)})
		return
	}
	for _, value := range read.asText {
		value.File, value.Line = i.file, card.Line+value.Line
		i.summary.KeptAsText++
		i.tell(&value)
	}
	i.batch = append(i.batch, imported{read.contact, card.Line, hasUID(card)})
	i.bytes += len(card.Source)
}

// An outcome is what became of a batch.
type outcome struct {
	m   *merging
	err error
}

// save waits for the batch before and begins to save this one, while the next one is read. [Importer.wait] waits for
// its end.
func (i *Importer) save(ctx context.Context) error {
	if err := i.wait(); err != nil || len(i.batch) == 0 {
		return err
	}
	batch := i.batch
	i.batch, i.bytes = nil, 0
	saving := make(chan outcome, 1)
	i.saving = saving
	go func() {
		m, err := i.saveBatch(ctx, batch)
		saving <- outcome{m, err}
	}()
	return nil
}

// wait waits until the batch before is saved, and reports what became of it.
func (i *Importer) wait() error {
	if i.saving == nil {
		return nil
	}
	done := <-i.saving
	i.saving = nil
	if done.err != nil {
		return done.err
	}
	i.summary.Add(done.m.counts)
	for _, each := range done.m.told {
		i.tell(each)
	}
	for id, line := range done.m.touched {
		i.touched[id] = line
	}
	return nil
}

// saveBatch saves a batch. If someone else changes one of its contacts in between, it compares again.
func (i *Importer) saveBatch(ctx context.Context, batch []imported) (*merging, error) {
	for attempt := 1; ; attempt++ {
		m, err := i.merge(ctx, batch)
		if err != nil {
			return nil, err
		}
		if i.pretended != nil {
			err = i.pretend(ctx, m)
		} else if len(m.changed) > 0 {
			err = i.book.Store.SaveContacts(ctx, m.changed...)
		}
		var conflict *ConflictError
		if attempt < 5 && (errors.As(err, &conflict) || errors.Is(err, ErrExists)) {
			continue
		}
		return m, err
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
func (i *Importer) merge(ctx context.Context, batch []imported) (*merging, error) {
	m := &merging{touched: make(map[string]int)}
	known, err := i.known(ctx, batch)
	if err != nil {
		return nil, err
	}
	namesakes, err := i.namesakes(ctx, batch, known)
	if err != nil {
		return nil, err
	}
	for _, in := range batch {
		have := known[in.contact.ID]
		first, repeated := m.touched[in.contact.ID]
		if !repeated {
			first, repeated = i.touched[in.contact.ID]
		}
		if have == nil {
			have = i.recognise(in, batch, namesakes, m)
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

// update applies to a contact what has changed in its card.
func (i *Importer) update(m *merging, have *Contact, in imported, first int, repeated bool) {
	if bytes.Equal(withoutLines(have.Source, ""), in.contact.Source) ||
		bytes.Equal(have.card().Canonical(), in.contact.card().Canonical()) {
		m.counts.Unchanged++
		return
	}
	base := have.base(i.book.Region)
	if repeated && in.named {
		m.counts.Repeated++
		m.told = append(m.told, &RepeatedUID{File: i.file, Line: in.line, First: first})
		base = &Contact{} // so that everything that both cards say counts
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
func (i *Importer) known(ctx context.Context, batch []imported) (map[string]*Contact, error) {
	ids := make([]string, len(batch))
	for n, in := range batch {
		ids[n] = in.contact.ID
	}
	found, err := i.book.Store.Contacts(ctx, ids...)
	known := make(map[string]*Contact, len(found))
	for _, c := range found {
		known[c.ID] = c
	}
	for _, id := range ids {
		if c := i.pretended[id]; c != nil {
			known[id] = c
		}
	}
	return known, err
}

// namesakes reads the contacts that have the names of the cards without a UID whose text is not known, by folded names.
func (i *Importer) namesakes(
	ctx context.Context, batch []imported, known map[string]*Contact,
) (map[string][]*Contact, error) {
	var names []string
	for _, in := range batch {
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
			c = other // so that both changes are made to the same value
		}
		name := search.Fold(c.Name)
		byName[name] = append(byName[name], c)
	}
	return byName, err
}

// recognise finds the contact of a card without a UID: one of its name that has one of its numbers or addresses or its
// birthday, was not met in this file, and was not born on another day.
func (i *Importer) recognise(
	in imported, batch []imported, namesakes map[string][]*Contact, m *merging,
) *Contact {
	if in.named {
		return nil
	}
	for _, c := range namesakes[search.Fold(in.contact.Name)] {
		_, met := m.touched[c.ID]
		_, metBefore := i.touched[c.ID]
		if !met && !metBefore && samePerson(c, in.contact) &&
			!slices.ContainsFunc(batch, func(other imported) bool { return other.contact.ID == c.ID }) {
			return c
		}
	}
	return nil
}

// samePerson reports whether two contacts with one name are the same person.
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

// ExportVCards writes all contacts and groups as vCards (see [Contact.VCard]), in the order of their names, and returns
// the number of contacts.
func (b *Book) ExportVCards(ctx context.Context, w io.Writer) (int, error) {
	count := 0
	for c, err := range b.AllContacts(ctx, ContactQuery{Groups: true}) {
		if err != nil {
			return count, err
		}
		if _, err := w.Write(c.VCard()); err != nil {
			return count, err
		}
		if !c.Group {
			count++
		}
	}
	return count, nil
}
