package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// CallContacts implements [assistant.ContactStore].
func (s *Store) CallContacts(
	ctx context.Context, day assistant.Date, tags assistant.Intervals,
) ([]*assistant.Contact, error) {
	filter := until("call_day", day)
	if len(tags) > 0 {
		any := bson.A{filter}
		for _, i := range tags {
			any = append(any, bson.D{
				{Key: "tags_folded", Value: search.LookupKey(i.Tag)},
				{Key: "call_day", Value: listing.Day(assistant.Date{})},
				{Key: "$or", Value: bson.A{
					bson.D{{Key: "called", Value: bson.D{{Key: "$exists", Value: false}}}},
					bson.D{{Key: "called", Value: bson.D{{Key: "$lte", Value: day.AddDays(-i.CallEvery).String()}}}},
				}},
			})
		}
		filter = bson.D{{Key: "$or", Value: any}}
	}
	found, err := s.contacts.query(ctx, filter, options.Find())
	if err != nil {
		return nil, fmt.Errorf("read who is to be called: %w", err)
	}
	return listing.Due(found, day, tags), nil
}

// TagIntervals implements [assistant.ContactStore].
func (s *Store) TagIntervals(ctx context.Context) (assistant.Intervals, error) {
	// The upper bound has a semicolon, which follows the colon: between the two are the marks of the kind.
	filter := bson.D{{Key: "_id", Value: bson.D{
		{Key: "$gte", Value: bookKey(s.book, listing.IntervalMark+":")},
		{Key: "$lt", Value: bookKey(s.book, listing.IntervalMark+";")},
	}}}
	var marks []mark
	if err := all(ctx, s.db.Collection("marks"), filter, options.Find(), &marks); err != nil {
		return nil, fmt.Errorf("read intervals: %w", err)
	}
	texts := make([]string, len(marks))
	for i, m := range marks {
		texts[i] = m.Value
	}
	return listing.DecodeIntervals(texts)
}

// SetTagInterval implements [assistant.ContactStore].
func (s *Store) SetTagInterval(ctx context.Context, interval assistant.TagInterval) error {
	name, text, err := listing.EncodeInterval(interval)
	if err != nil {
		return err
	}
	return s.write(ctx, "save an interval", func(ctx context.Context) error {
		if interval.CallEvery == 0 {
			_, err := s.db.Collection("marks").DeleteOne(ctx, byID(bookKey(s.book, listing.IntervalMark+":"+name)))
			return err
		}
		return s.SetMarks(ctx, listing.IntervalMark, map[string]string{name: text})
	})
}
