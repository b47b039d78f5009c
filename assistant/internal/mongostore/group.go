package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// membership keeps groups and tags in step; what it saves comes after what is saved.
func (s *Store) membership() assistant.Membership {
	return assistant.Membership{Store: s, Save: s.saveAlone}
}

// people is true for those who are no groups, or for all.
func people(groups bool) bson.D {
	if groups {
		return nil
	}
	return bson.D{{Key: "group", Value: bson.D{{Key: "$ne", Value: true}}}}
}

// Groups implements [assistant.ContactStore]. Most books have none, which is said beside their revision.
func (s *Store) Groups(ctx context.Context) ([]*assistant.Contact, error) {
	var r revision
	err := s.db.Collection(revisionName).FindOne(ctx, theRevision(s.book)).Decode(&r)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, s.gone()
	}
	if err != nil || !r.Groups {
		return nil, err
	}
	o := options.Find().SetSort(sorting(listing.Order{"name_key", "id"}))
	return wrap(s.contacts.query(ctx, bson.D{{Key: "group", Value: true}}, o))("read groups")
}

// noteGroups says that a book has groups before the first one is saved.
func (s *Store) noteGroups(ctx context.Context, list []*assistant.Contact) error {
	if !slices.ContainsFunc(list, func(c *assistant.Contact) bool { return c.Group }) {
		return nil
	}
	_, err := s.db.Collection(revisionName).UpdateOne(ctx, theRevision(s.book), set("groups", true))
	return err
}

// findGroups makes groups of the cards that were taken for people, in every book, and gives their members their tags.
func findGroups(ctx context.Context, db *mongo.Database) error {
	var books []revision
	if err := all(ctx, db.Collection(revisionName), bson.D{}, options.Find(), &books); err != nil {
		return err
	}
	for _, book := range books {
		s := newStore(db).inBook(assistant.Account{ID: book.Book})
		if err := s.findGroups(ctx); err != nil {
			return fmt.Errorf("find groups: %w", err)
		}
		if book.Removed {
			continue
		}
		if err := s.membership().Settle(ctx); err != nil {
			return fmt.Errorf("find groups: %w", err)
		}
	}
	return nil
}

func (s *Store) findGroups(ctx context.Context) error {
	for after := ""; ; {
		var part []contactDocument
		filter, o := s.behind(after, perOperation)
		if err := all(ctx, s.contacts.docs, filter, o, &part); err != nil || len(part) == 0 {
			return err
		}
		for _, d := range part {
			after = d.Key
			c := d.contact()
			if !c.SettleKind() {
				continue
			}
			if err := s.noteGroups(ctx, []*assistant.Contact{c}); err != nil {
				return err
			}
			// What is beside the contact, such as the number of its card's change, stays.
			settled := newContactDocument(c)
			settled.Key, settled.Stamp = d.Key, d.Stamp
			filter := bson.D{{Key: "_id", Value: d.Key}, {Key: "version", Value: d.Version}}
			if _, err := s.contacts.docs.ReplaceOne(ctx, filter, settled); err != nil {
				return err
			}
		}
	}
}
