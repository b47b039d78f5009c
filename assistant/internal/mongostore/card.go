package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// gone is a document of the collection cards: a name whose contact was removed, or has another name now. It has no
// effect while its name is in use.
type gone struct {
	Key      string `bson:"_id"` // the name, see bookKey
	Book     int64  `bson:"book"`
	Resource string `bson:"resource"`
	Change   int64  `bson:"change"`
	ETag     string `bson:"etag"`
	At       int64  `bson:"at"`
}

// dropName records that the name of a value's card is gone, before it goes.
func (c collection[T, D]) dropName(ctx context.Context, v *T) error {
	if c.card == nil || c.numbers == nil {
		return nil
	}
	return c.drop(ctx, c.card(v))
}

func (c collection[T, D]) drop(ctx context.Context, name string) error {
	key := bookKey(c.book, name)
	d := gone{key, c.book, name, c.numbers.next(), rand.Text(), time.Now().UnixMilli()}
	_, err := c.cards.ReplaceOne(ctx, byID(key), d, options.Replace().SetUpsert(true))
	return err
}

// leaveName does the same for a value whose card gets another name.
func (c collection[T, D]) leaveName(ctx context.Context, v *T) error {
	if c.card == nil || c.numbers == nil {
		return nil
	}
	var k kept
	id, _ := c.head(v)
	err := c.docs.FindOne(ctx, byID(c.key(id)), options.FindOne().SetProjection(keptFields())).Decode(&k)
	if errors.Is(err, mongo.ErrNoDocuments) || err == nil && k.Resource == c.card(v) {
		return nil
	}
	if err != nil {
		return err
	}
	// The index refuses a name in use, too, but not every server says that it was the index.
	wanted := bson.D{{Key: "book", Value: c.book}, {Key: "resource", Value: c.card(v)}}
	taken, err := c.docs.CountDocuments(ctx, wanted)
	if err == nil && taken > 0 {
		err = fmt.Errorf("card %s: %w", c.card(v), assistant.ErrExists)
	}
	if err != nil {
		return err
	}
	return c.drop(ctx, k.Resource)
}

// cardFields returns the fields of a card.
func cardFields() bson.D {
	return append(keptFields(), bson.E{Key: "change", Value: 1}, bson.E{Key: "etag", Value: 1})
}

func (k kept) entry() assistant.Card {
	return assistant.Card{
		Resource: k.Resource, ID: k.ID, Version: k.Version, ETag: k.ETag, Changed: k.change().At, Change: k.Change,
	}
}

func (s *Store) entries(ctx context.Context, filter bson.D, o *options.FindOptions) ([]assistant.Card, error) {
	var found []kept
	filter = append(bson.D{{Key: "book", Value: s.book}}, filter...)
	if err := all(ctx, s.contacts.docs, filter, o.SetProjection(cardFields()), &found); err != nil {
		return nil, err
	}
	return mapped(found, kept.entry), nil
}

// Cards implements [assistant.CardStore].
func (s *Store) Cards(ctx context.Context, after string, limit int) ([]assistant.Card, error) {
	filter := bson.D{{Key: "resource", Value: bson.D{{Key: "$gt", Value: after}}}}
	o := options.Find().SetSort(bson.D{{Key: "resource", Value: 1}}).SetLimit(int64(limit))
	return wrap(s.entries(ctx, filter, o))("list cards")
}

// CardsNamed implements [assistant.CardStore].
func (s *Store) CardsNamed(ctx context.Context, resources ...string) ([]assistant.Card, error) {
	var list []assistant.Card
	for part := range slices.Chunk(resources, perOperation) {
		filter := bson.D{{Key: "resource", Value: bson.D{{Key: "$in", Value: part}}}}
		if len(part) == 1 {
			filter = bson.D{{Key: "resource", Value: part[0]}}
		}
		found, err := s.entries(ctx, filter, options.Find())
		if err != nil {
			return nil, fmt.Errorf("read cards: %w", err)
		}
		list = append(list, found...)
	}
	return list, nil
}

// settled returns the revision, and the number of the last change up to which all changes are finished. The
// announcement of a process that was killed expires after a time longer than any write takes.
func (s *Store) settled(ctx context.Context) (revision, int64, error) {
	var r revision
	err := s.db.Collection(revisionName).FindOne(ctx, theRevision(s.book)).Decode(&r)
	if errors.Is(err, mongo.ErrNoDocuments) {
		err = s.gone()
	}
	last := r.Changes
	for id, since := range r.Pending {
		if after, ok := r.After[id]; ok && time.Since(since) <= writeTakes {
			last = min(last, after)
		}
	}
	return r, last, err
}

// cardMark is a document of the collection card_marks: the random mark of a change, made when a token for it is first
// returned.
type cardMark struct {
	Key  string `bson:"_id"`
	Book int64  `bson:"book"`
	Mark string `bson:"mark"`
	At   int64  `bson:"at"`
}

// token returns the token of a change.
func (s *Store) token(ctx context.Context, r revision, change int64) (string, error) {
	key := byID(bookKey(s.book, fmt.Sprintf("%s_%d", r.Mark, change)))
	fresh := bson.D{{Key: "$setOnInsert", Value: bson.D{
		{Key: "book", Value: s.book}, {Key: "mark", Value: rand.Text()}, {Key: "at", Value: time.Now().UnixMilli()},
	}}}
	marks := s.db.Collection("card_marks")
	var m cardMark
	err := marks.FindOne(ctx, key).Decode(&m)
	if errors.Is(err, mongo.ErrNoDocuments) {
		_, err = marks.UpdateOne(ctx, key, fresh, options.Update().SetUpsert(true))
		if err == nil || mongo.IsDuplicateKeyError(err) {
			err = marks.FindOne(ctx, key).Decode(&m)
		}
	}
	return assistant.FormatToken(r.Mark, change, m.Mark), err
}

// CardToken implements [assistant.CardStore].
func (s *Store) CardToken(ctx context.Context) (string, error) {
	r, last, err := s.settled(ctx)
	if err != nil {
		return "", fmt.Errorf("read the last change: %w", err)
	}
	return wrap(s.token(ctx, r, last))("read the last change")
}

// CardChanges implements [assistant.CardStore]. No token goes past a change that is announced and not finished.
func (s *Store) CardChanges(ctx context.Context, token string, limit int) (assistant.CardChanges, error) {
	none := assistant.CardChanges{}
	fromStart := token == ""
	if fromStart {
		now, err := s.CardToken(ctx)
		if err != nil {
			return none, err
		}
		token = now
	}
	book, since, mark, err := assistant.ParseToken(token)
	if err != nil {
		return none, err
	}
	r, last, err := s.settled(ctx)
	if err != nil {
		return none, fmt.Errorf("read changes: %w", err)
	}
	var m cardMark
	err = s.db.Collection("card_marks").FindOne(ctx, byID(bookKey(s.book, fmt.Sprintf("%s_%d", book, since)))).Decode(&m)
	if errors.Is(err, mongo.ErrNoDocuments) || err == nil && (m.Mark != mark || book != r.Mark || since > r.Changes) {
		return none, assistant.ErrToken
	}
	if fromStart {
		since = 0
	}
	var list []assistant.Card
	if err == nil {
		list, err = s.changed(ctx, since, last, limit)
	}
	if err != nil {
		return none, fmt.Errorf("read changes: %w", err)
	}
	changes := assistant.CardChanges{Cards: list, Token: token, More: limit > 0 && len(list) > limit}
	if changes.More {
		changes.Cards = list[:limit]
		last = changes.Cards[limit-1].Change
	}
	if last > since {
		changes.Token, err = s.token(ctx, r, last)
	}
	return changes, err
}

// changed returns the first changes in a range, one more than limit if there are so many.
func (s *Store) changed(ctx context.Context, since, last int64, limit int) ([]assistant.Card, error) {
	filter := bson.D{{Key: "change", Value: bson.D{{Key: "$gt", Value: since}, {Key: "$lte", Value: last}}}}
	o := options.Find().SetSort(bson.D{{Key: "change", Value: 1}})
	if limit > 0 {
		o.SetLimit(int64(limit) + 1)
	}
	list, err := s.entries(ctx, filter, o)
	if err != nil {
		return nil, err
	}
	var dropped []gone
	// All of them: since some have no effect, the first ones are not enough.
	inBook := append(bson.D{{Key: "book", Value: s.book}}, filter...)
	if err := all(ctx, s.contacts.cards, inBook, options.Find(), &dropped); err != nil {
		return nil, err
	}
	names := mapped(dropped, func(d gone) string { return d.Resource })
	living, err := s.CardsNamed(ctx, names...)
	if err != nil {
		return nil, err
	}
	inUse := make(map[string]bool, len(living))
	for _, card := range living {
		inUse[card.Resource] = true
	}
	for _, d := range dropped {
		if !inUse[d.Resource] {
			list = append(list, assistant.Card{
				Resource: d.Resource, ETag: d.ETag, Changed: time.UnixMilli(d.At).UTC(), Change: d.Change,
			})
		}
	}
	slices.SortFunc(list, func(a, b assistant.Card) int { return int(min(1, max(-1, a.Change-b.Change))) })
	if limit > 0 && len(list) > limit+1 {
		list = list[:limit+1]
	}
	return list, nil
}

// forgetChanges deletes what is older than a year: first the marks of changes, so that their tokens are refused, and
// then the names that are gone. A token does not go past a change that was in progress when the token was returned:
// such a name stays for as long as a write may take.
func (s *Store) forgetChanges(ctx context.Context, before time.Time) error {
	older := func(than time.Time) bson.D {
		return append(ofBook(s.book), bson.E{Key: "at", Value: bson.D{{Key: "$lt", Value: than.UnixMilli()}}})
	}
	_, err := s.db.Collection("card_marks").DeleteMany(ctx, older(before))
	if err == nil {
		_, err = s.contacts.cards.DeleteMany(ctx, older(before.Add(-writeTakes)))
	}
	return err
}

// membership keeps groups and tags in step; what it saves is written after the values saved.
func (s *Store) membership() assistant.Membership {
	return assistant.Membership{Store: s, Save: s.saveAlone}
}

// people matches contacts that are not groups, or all contacts.
func people(groups bool) bson.D {
	if groups {
		return nil
	}
	return bson.D{{Key: "group", Value: bson.D{{Key: "$ne", Value: true}}}}
}

// Groups implements [assistant.ContactStore]. Most books have none, which is recorded next to their revision.
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

// noteGroups records that a book has groups before the first one is saved.
func (s *Store) noteGroups(ctx context.Context, list []*assistant.Contact) error {
	if !slices.ContainsFunc(list, func(c *assistant.Contact) bool { return c.Group }) {
		return nil
	}
	_, err := s.db.Collection(revisionName).UpdateOne(ctx, theRevision(s.book), set("groups", true))
	return err
}

// findGroups turns the cards that were taken for people into groups, in every book, and gives their members the tags.
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
			// Fields besides those of the contact, such as the number of its card's change, are kept.
			settled := newContactDocument(c)
			settled.Key, settled.Stamp = d.Key, d.Stamp
			filter := bson.D{{Key: "_id", Value: d.Key}, {Key: "version", Value: d.Version}}
			if _, err := s.contacts.docs.ReplaceOne(ctx, filter, settled); err != nil {
				return err
			}
		}
	}
}
