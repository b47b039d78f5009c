package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// SaveContacts implements [assistant.ContactStore]. All contacts are written in one transaction.
func (s *Store) SaveContacts(ctx context.Context, list ...*assistant.Contact) error {
	err := s.write(ctx, "save contacts", func(ctx context.Context, tx bun.Tx) error {
		return contacts().save(ctx, tx, list)
	})
	if err == nil {
		for _, c := range list {
			c.Version++
		}
	}
	return err
}

// RestoreContacts implements [assistant.ContactStore].
func (s *Store) RestoreContacts(ctx context.Context, list ...*assistant.Contact) error {
	return s.write(ctx, "restore contacts", func(ctx context.Context, tx bun.Tx) error {
		return contacts().put(ctx, tx, list, 0)
	})
}

// DeleteContact implements [assistant.ContactStore].
func (s *Store) DeleteContact(ctx context.Context, id string, version int64) error {
	return s.write(ctx, "remove contact", func(ctx context.Context, tx bun.Tx) error {
		return contacts().remove(ctx, tx, id, version)
	})
}

// Contacts implements [assistant.ContactStore].
func (s *Store) Contacts(ctx context.Context, ids ...string) ([]*assistant.Contact, error) {
	list, err := contacts().byID(ctx, s.db.Reader, ids)
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return list, nil
}

// ContactsNamed implements [assistant.ContactStore].
func (s *Store) ContactsNamed(ctx context.Context, name string) ([]*assistant.Contact, error) {
	folded, key := search.Fold(name), search.LookupKey(name)
	if folded == "" {
		return nil, nil
	}
	list, err := contacts().query(ctx, s.db.Reader, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("name_folded = ? OR nickname_folded = ?", key, key).Order("name_key", "id")
	})
	if err != nil {
		return nil, fmt.Errorf("read contacts by name: %w", err)
	}
	return slices.DeleteFunc(list, func(c *assistant.Contact) bool {
		return search.Fold(c.Name) != folded && search.Fold(c.Nickname) != folded
	}), nil
}

// ListContacts implements [assistant.ContactStore].
func (s *Store) ListContacts(ctx context.Context, q assistant.ContactQuery) (assistant.ContactPage, error) {
	order, err := listing.Contacts(q.Sort)
	if err != nil {
		return assistant.ContactPage{}, err
	}
	list, next, err := contacts().list(ctx, s.db.Reader, order, q.Tag, q.After, q.Limit)
	if err != nil {
		return assistant.ContactPage{}, fmt.Errorf("list contacts: %w", err)
	}
	return assistant.ContactPage{Contacts: list, Next: next}, nil
}

// ContactTags implements [assistant.ContactStore].
func (s *Store) ContactTags(ctx context.Context) ([]assistant.TagCount, error) {
	counts, err := contacts().tagCounts(ctx, s.db.Reader)
	if err != nil {
		return nil, fmt.Errorf("count tags: %w", err)
	}
	return counts, nil
}

// BirthdayContacts implements [assistant.ContactStore].
func (s *Store) BirthdayContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	list, err := contacts().query(ctx, s.db.Reader, func(q *bun.SelectQuery) *bun.SelectQuery {
		if from <= to {
			return q.Where("month_day BETWEEN ? AND ?", from, to)
		}
		return q.Where("month_day BETWEEN ? AND 1231 OR month_day BETWEEN 101 AND ?", from, to)
	})
	if err != nil {
		return nil, fmt.Errorf("read birthdays: %w", err)
	}
	return list, nil
}
