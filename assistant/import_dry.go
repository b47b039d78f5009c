package assistant

import (
	"context"
	"fmt"
	"slices"
)

// pretend does what save does with a batch, except saving it, and reports new contacts that probably exist already.
func (i *Importer) pretend(ctx context.Context, m *merging) error {
	for _, c := range m.changed {
		if c.Version == 0 && i.pretended[c.ID] == nil {
			same, err := i.book.probably(ctx, c)
			if err != nil {
				return err
			}
			if same != nil {
				m.counts.Duplicates++
				m.told = append(m.told, &ProbableDuplicate{ID: same.ID, Name: same.Name, New: c.Name})
			}
		}
		i.pretended[c.ID] = c
	}
	return nil
}

// A ProbableDuplicate is a contact that an import would add although there probably is one for the same person.
type ProbableDuplicate struct {
	ID   string `json:"id"` // of the stored contact
	Name string `json:"name"`
	New  string `json:"new"` // the name in the import
}

func (d *ProbableDuplicate) Error() string {
	return fmt.Sprintf("%s is probably %s (%s)", d.New, d.Name, d.ID)
}

// probably returns the stored contact that a new one probably is: one with its name, or with one of its numbers or
// addresses.
func (b *Book) probably(ctx context.Context, c *Contact) (*Contact, error) {
	found, err := b.Store.ContactsNamed(ctx, c.Name)
	for _, p := range c.Phones {
		if err == nil && len(found) == 0 && p.E164 != "" {
			found, err = b.contactsReached(ctx, p.E164)
		}
	}
	for _, m := range c.Emails {
		if err == nil && len(found) == 0 {
			found, err = b.contactsReached(ctx, m.Address)
		}
	}
	found = slices.DeleteFunc(found, func(have *Contact) bool {
		return !have.Birthday.IsZero() && !c.Birthday.IsZero() && have.Birthday != c.Birthday
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
