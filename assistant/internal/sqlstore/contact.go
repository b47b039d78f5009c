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
	return s.membership().SaveContacts(ctx, list...)
}

// membership keeps groups and tags in step; what it saves is in the transaction of what is saved.
func (s *Store) membership() assistant.Membership {
	return assistant.Membership{Store: s, Save: func(ctx context.Context, list ...*assistant.Contact) error {
		return contacts().save(ctx, s, list)
	}}
}

// RestoreContacts implements [assistant.ContactStore]. All contacts are written in one transaction.
func (s *Store) RestoreContacts(ctx context.Context, list ...*assistant.Contact) error {
	return contacts().restore(ctx, s, list)
}

// DeleteContact implements [assistant.ContactStore].
func (s *Store) DeleteContact(ctx context.Context, id string, version int64) error {
	return s.membership().DeleteContact(ctx, id, func() error { return contacts().remove(ctx, s, id, version) })
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
	condition := "kind = ''"
	if q.Groups {
		condition = ""
	}
	if err == nil {
		page.Contacts, page.Next, err = contacts().page(ctx, s, selection{
			order: order, filter: q.Filter, condition: condition, after: q.After, limit: q.Limit, bytes: q.Bytes,
			brief: q.Brief, row: q.Row,
		})
	}
	return page, err
}

// Groups implements [assistant.ContactStore].
func (s *Store) Groups(ctx context.Context) ([]*assistant.Contact, error) {
	return contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("kind <> ''").Order("name_key", "id")
	})
}

// ContactsNamed implements [assistant.ContactStore].
func (s *Store) ContactsNamed(ctx context.Context, names ...string) ([]*assistant.Contact, error) {
	wanted, keys := listing.Named(names)
	if len(keys) == 0 {
		return nil, nil
	}
	var list []*assistant.Contact
	for part := range slices.Chunk(keys, perQuery) {
		found, err := contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
			// The book stands in both alternatives: each is looked up by an index of its own.
			return q.Where("(book = ?0 AND name_folded IN (?1)) OR "+
				"(book = ?0 AND nickname_folded <> '' AND nickname_folded IN (?1))",
				s.book, bun.List(part)).Order("name_key", "id")
		})
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return wanted(list), nil
}

// BirthdayContacts implements [assistant.ContactStore].
func (s *Store) BirthdayContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return s.contactsOfDays(ctx, "month_day", from, to)
}

// AnniversaryContacts implements [assistant.ContactStore].
func (s *Store) AnniversaryContacts(ctx context.Context, from, to int) ([]*assistant.Contact, error) {
	return s.contactsOfDays(ctx, "anniversary_day", from, to)
}

func (s *Store) contactsOfDays(ctx context.Context, column bun.Ident, from, to int) ([]*assistant.Contact, error) {
	return contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		if from <= to {
			return q.Where("? BETWEEN ? AND ?", column, from, to)
		}
		return q.Where("? BETWEEN ? AND 1231 OR ? BETWEEN 101 AND ?", column, from, column, to)
	})
}

// CallContacts implements [assistant.ContactStore].
func (s *Store) CallContacts(
	ctx context.Context, day assistant.Date, tags assistant.Intervals,
) ([]*assistant.Contact, error) {
	found, err := contacts().query(ctx, s, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("call_day <= ? AND call_day < 99999999", listing.Day(day))
			for _, i := range tags {
				q = q.WhereOr("call_day = 99999999 AND seq IN (SELECT seq FROM contact_tags WHERE book = ? AND tag_folded = ?) "+
					"AND ? <= ?",
					s.book, search.LookupKey(i.Tag), s.dialect.text("more", "called"), day.AddDays(-i.CallEvery).String())
			}
			return q
		})
	})
	if err != nil {
		return nil, err
	}
	return listing.Due(found, day, tags), nil
}

// ContactsFrom implements [assistant.ContactStore].
func (s *Store) ContactsFrom(ctx context.Context, prefix string, limit int) ([]*assistant.Contact, error) {
	return contacts().from(ctx, s, "kind = ''", prefix, limit)
}
