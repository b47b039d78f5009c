package assistant

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// An ImportSummary counts the cards of an import.
type ImportSummary struct {
	Added     int `json:"added"`
	Updated   int `json:"updated"`   // cards that changed since they were imported before
	Unchanged int `json:"unchanged"` // cards that are in the address book already
	Refused   int `json:"refused"`
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
// is not whole or has no name is refused, which refused is told, and the rest is imported. file is the name for
// messages. The error is one of reading r or of the store; what the summary counts has been saved even then.
//
// A card whose contact is there already (see [ReadVCard] for the id) changes of it what the card has changed since it
// was imported before; what was edited here and not there stays.
func (b *Book) ImportVCards(ctx context.Context, r io.Reader, file string, refused func(*CardError)) (ImportSummary, error) {
	var summary ImportSummary
	var batch []*Contact
	cards := vcf.NewReader(r)
	for {
		card, err := cards.Next()
		var contact *Contact
		if err == nil {
			if contact, err = ReadVCard(card, b.Region); err != nil {
				err = &vcf.SyntaxError{Line: card.Line, Problem: err.Error()}
			}
		}
		var bad *vcf.SyntaxError
		switch {
		case err == nil:
			batch = append(batch, contact)
		case errors.As(err, &bad):
			summary.Refused++
			refused(&CardError{File: file, Line: bad.Line, Err: errors.New(bad.Problem)})
		case err != io.EOF:
			return summary, errors.Join(fmt.Errorf("read %s: %w", file, err), b.importBatch(ctx, batch, &summary))
		}
		if err == io.EOF || len(batch) == importBatchSize {
			if err := b.importBatch(ctx, batch, &summary); err != nil {
				return summary, err
			}
			batch = batch[:0]
		}
		if err == io.EOF {
			return summary, nil
		}
	}
}

// importBatchSize is how many contacts are saved at once.
const importBatchSize = 250

// importBatch saves contacts that were read from cards. When somebody else changes one of them in between, it looks
// again.
func (b *Book) importBatch(ctx context.Context, batch []*Contact, summary *ImportSummary) error {
	if len(batch) == 0 {
		return nil
	}
	for attempt := 1; ; attempt++ {
		counts, changed, err := b.compare(ctx, batch)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			err = b.Store.SaveContacts(ctx, changed...)
		}
		var conflict *ConflictError
		if attempt < 5 && (errors.As(err, &conflict) || errors.Is(err, ErrExists)) {
			continue
		}
		if err == nil {
			summary.Added += counts.Added
			summary.Updated += counts.Updated
			summary.Unchanged += counts.Unchanged
		}
		return err
	}
}

// compare returns the contacts to save, each id once.
func (b *Book) compare(ctx context.Context, batch []*Contact) (counts ImportSummary, changed []*Contact, err error) {
	ids := make([]string, len(batch))
	for i, c := range batch {
		ids[i] = c.ID
	}
	found, err := b.Store.Contacts(ctx, ids...)
	if err != nil {
		return counts, nil, err
	}
	known := make(map[string]*Contact)
	for _, c := range found {
		known[c.ID] = c
	}
	for _, c := range batch {
		have := known[c.ID]
		if have == nil {
			added := *c
			added.Created, added.Updated = b.now(), b.now()
			known[c.ID] = &added
			changed = append(changed, &added)
			counts.Added++
			continue
		}
		if bytes.Equal(have.Source, c.Source) || bytes.Equal(have.VCard(), c.VCard()) {
			counts.Unchanged++
			continue
		}
		have.take(c, b.Region)
		have.Updated = b.now()
		if !slices.Contains(changed, have) {
			changed = append(changed, have)
		}
		counts.Updated++
	}
	return counts, changed, nil
}

// take changes of c what a newer card has changed since the card that c came from.
func (c *Contact) take(newer *Contact, region string) {
	base := &Contact{}
	if card, err := vcf.Parse(c.VCard()); err == nil && c.Source == nil {
		base = newReading(card, region).contact
	}
	if card, err := vcf.Parse(c.Source); err == nil {
		base = newReading(card, region).contact
	}
	takeField(&c.Name, base.Name, newer.Name)
	takeField(&c.Parts, base.Parts, newer.Parts)
	takeField(&c.Nickname, base.Nickname, newer.Nickname)
	takeField(&c.Organization, base.Organization, newer.Organization)
	takeField(&c.Phones, base.Phones, newer.Phones)
	takeField(&c.Emails, base.Emails, newer.Emails)
	takeField(&c.Addresses, base.Addresses, newer.Addresses)
	takeField(&c.WebPages, base.WebPages, newer.WebPages)
	takeField(&c.Birthday, base.Birthday, newer.Birthday)
	takeField(&c.BirthdayText, base.BirthdayText, newer.BirthdayText)
	takeField(&c.Note, base.Note, newer.Note)
	takeField(&c.Tags, base.Tags, newer.Tags)
	takeField(&c.Photo, base.Photo, newer.Photo)
	c.Source = newer.Source
}

func takeField[T any](field *T, base, newer T) {
	if !reflect.DeepEqual(base, newer) {
		*field = newer
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
