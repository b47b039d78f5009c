package sqlstore

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// SaveContacts implements [assistant.ContactStore]. All contacts are written in one transaction.
func (s *Store) SaveContacts(ctx context.Context, list ...*assistant.Contact) error {
	return contacts().save(ctx, s, list)
}

// RestoreContacts implements [assistant.ContactStore]. All contacts are written in one transaction.
func (s *Store) RestoreContacts(ctx context.Context, list ...*assistant.Contact) error {
	return contacts().restore(ctx, s, list)
}

// DeleteContact implements [assistant.ContactStore].
func (s *Store) DeleteContact(ctx context.Context, id string, version int64) error {
	return contacts().remove(ctx, s, id, version)
}

// Contacts implements [assistant.ContactStore].
func (s *Store) Contacts(ctx context.Context, ids ...string) ([]*assistant.Contact, error) {
	return contacts().byID(ctx, s, ids)
}

// ContactTags implements [assistant.ContactStore].
func (s *Store) ContactTags(ctx context.Context) ([]assistant.TagCount, error) {
	return contacts().tagCounts(ctx, s)
}

// ListContacts implements [assistant.ContactStore].
func (s *Store) ListContacts(ctx context.Context, q assistant.ContactQuery) (page assistant.ContactPage, err error) {
	order, err := listing.Contacts(q.Sort)
	if err == nil {
		page.Contacts, page.Next, err = contacts().page(ctx, s, order, q.Tag, q.After, q.Limit, q.Bytes)
	}
	return page, err
}

// ContactsNamed implements [assistant.ContactStore].
func (s *Store) ContactsNamed(ctx context.Context, name string) ([]*assistant.Contact, error) {
	folded, key := search.Fold(name), search.LookupKey(name)
	if folded == "" {
		return nil, nil
	}
	list, err := contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("name_folded = ? OR nickname_folded = ?", key, key).Order("name_key", "id")
	})
	return slices.DeleteFunc(list, func(c *assistant.Contact) bool {
		return search.Fold(c.Name) != folded && search.Fold(c.Nickname) != folded
	}), err
}

// BirthdayContacts implements [assistant.ContactStore].
func (s *Store) BirthdayContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		if from <= to {
			return q.Where("month_day BETWEEN ? AND ?", from, to)
		}
		return q.Where("month_day BETWEEN ? AND 1231 OR month_day BETWEEN 101 AND ?", from, to)
	})
}
