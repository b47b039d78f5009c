package mongostore

import (
	"context"
	"regexp"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// query reads the values of the book that match a filter.
func (c collection[T, D]) query(ctx context.Context, filter bson.D, o *options.FindOptions) ([]*T, error) {
	return c.queryUntil(ctx, filter, o, func(*T) bool { return false })
}

// queryUntil reads the values of the book that match a filter, up to the first one for which enough returns true.
func (c collection[T, D]) queryUntil(
	ctx context.Context,
	filter bson.D,
	o *options.FindOptions,
	enough func(*T) bool,
) ([]*T, error) {
	return c.find(ctx, append(bson.D{{Key: "book", Value: c.book}}, filter...), o, enough)
}

// find is like queryUntil, for all books.
func (c collection[T, D]) find(
	ctx context.Context,
	filter bson.D,
	o *options.FindOptions,
	enough func(*T) bool,
) ([]*T, error) {
	// Fields that only serve searching are not read.
	if o.Projection == nil {
		o.SetProjection(without("document", "trigrams"))
	}
	cursor, err := c.docs.Find(ctx, filter, o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = cursor.Close(ctx) }()
	var values []*T
	for cursor.Next(ctx) {
		d := new(D)
		if err := cursor.Decode(d); err != nil {
			return nil, err
		}
		v := c.decode(d)
		values = append(values, v)
		if enough(v) {
			break
		}
	}
	return values, cursor.Err()
}

// byID returns the values that exist, in the order of the ids.
func (c collection[T, D]) byID(ctx context.Context, ids []string) ([]*T, error) {
	found := make(map[string]*T, len(ids))
	for part := range slices.Chunk(ids, perOperation) {
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: c.placeKeys(part)}}}}
		if len(part) == 1 {
			filter = byID(c.key(part[0]))
		}
		values, err := c.query(ctx, filter, options.Find())
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			id, _ := c.head(v)
			found[id] = v
		}
	}
	list := make([]*T, 0, len(found))
	for _, id := range ids {
		if v := found[id]; v != nil {
			list = append(list, v)
		}
	}
	return list, nil
}

// A selection says which part of a list is read.
type selection struct {
	order        listing.Order
	filter       bson.D
	after        string
	limit, bytes int
	brief        bool // without the fields that bytes counts
}

// tagged matches what a filter lets through.
func tagged(f assistant.Filter) bson.D {
	all := bson.A{}
	for _, tag := range f.Tags {
		all = append(all, bson.D{{Key: "tags_folded", Value: search.LookupKey(tag)}})
	}
	for _, tag := range f.NotTags {
		all = append(all, bson.D{{Key: "tags_folded", Value: bson.D{{Key: "$ne", Value: search.LookupKey(tag)}}}})
	}
	if len(all) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "$and", Value: all}}
}

// done matches the notes of a choice.
func done(d assistant.Doneness) bson.D {
	switch d {
	case assistant.NotDone:
		return bson.D{{Key: "open", Value: int64(1)}}
	case assistant.OnlyDone:
		return bson.D{{Key: "open", Value: int64(0)}}
	}
	return nil
}

// list reads a page.
func (c collection[T, D]) list(ctx context.Context, sel selection) ([]*T, string, error) {
	o, filter, limit, bytes := sel.order, sel.filter, sel.limit, sel.bytes
	if sel.after != "" {
		place, err := o.Place(sel.after)
		if err != nil {
			return nil, "", err
		}
		filter = append(filter, bson.E{Key: "$or", Value: behind(o, place)})
	}
	find := options.Find().SetSort(sorting(o))
	if limit > 0 {
		find.SetLimit(int64(limit) + 1)
	}
	if sel.brief {
		find.SetProjection(without("note", "source", "photo.data", "document", "trigrams"))
	}
	var sizes []int
	full := false // the last value read is not on the page
	found, err := c.queryUntil(ctx, filter, find, func(v *T) bool {
		sizes = append(sizes, c.bytes(v))
		full = bytes > 0 && listing.Fitting(sizes, bytes) < len(sizes)
		return full
	})
	if err != nil {
		return nil, "", err
	}
	if full {
		limit = len(found) - 1
	}
	page, next := listing.Cut(o, found, limit, c.keys)
	return page, next, nil
}

// behind matches what comes after a place: the first fields are equal and the next one is greater.
func behind(o listing.Order, place []any) bson.A {
	var any bson.A
	for i := range o {
		all := bson.D{}
		for j := range i {
			all = append(all, bson.E{Key: o[j], Value: place[j]})
		}
		any = append(any, append(all, bson.E{Key: o[i], Value: bson.D{{Key: "$gt", Value: place[i]}}}))
	}
	return any
}

func sorting(o listing.Order) bson.D {
	fields := make(bson.D, len(o))
	for i, name := range o {
		fields[i] = bson.E{Key: name, Value: 1}
	}
	return fields
}

// tagCounts counts spellings in the database, and adds up those that fold to the same tag.
func (c collection[T, D]) tagCounts(ctx context.Context) ([]assistant.TagCount, error) {
	cursor, err := c.docs.Aggregate(ctx, mongo.Pipeline{
		{{Key: "$match", Value: bson.D{{Key: "book", Value: c.book}}}},
		{{Key: "$unwind", Value: "$tags"}},
		{
			{Key: "$group", Value: bson.D{{Key: "_id", Value: "$tags"}, {Key: "count", Value: bson.D{{Key: "$sum", Value: 1}}}}},
		},
	})
	if err != nil {
		return nil, err
	}
	var spelt []struct {
		Tag   string `bson:"_id"`
		Count int    `bson:"count"`
	}
	if err := cursor.All(ctx, &spelt); err != nil {
		return nil, err
	}
	byKey := make(map[string]*assistant.TagCount)
	for _, s := range spelt {
		key := search.LookupKey(s.Tag)
		if byKey[key] == nil {
			byKey[key] = &assistant.TagCount{Tag: s.Tag}
		}
		byKey[key].Tag = min(byKey[key].Tag, s.Tag)
		byKey[key].Count += s.Count
	}
	var counts []assistant.TagCount
	for _, count := range byKey {
		counts = append(counts, *count)
	}
	listing.SortTags(counts)
	return counts, nil
}

// search asks the database for candidates, verifies and ranks them, and reads those of the page.
func (c collection[T, D]) search(ctx context.Context, query search.Query, skip, limit int) ([]*T, int, error) {
	var all bson.A
	for _, word := range query.Words() {
		var any bson.A
		for _, text := range word {
			any = append(any, holds(text))
		}
		all = append(all, bson.D{{Key: "$or", Value: any}})
	}
	filter := bson.D{{Key: "book", Value: c.book}}
	if len(all) > 0 { // otherwise the query only excludes words
		filter = append(filter, bson.E{Key: "$and", Value: all})
	}
	cursor, err := c.docs.Find(
		ctx,
		filter,
		options.Find().SetProjection(bson.D{{Key: "id", Value: 1}, {Key: "document", Value: 1}}),
	)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = cursor.Close(ctx) }()
	ranking := query.Ranking(skip, limit)
	for cursor.Next(ctx) {
		var candidate struct {
			ID       string          `bson:"id"`
			Document search.Document `bson:"document"`
		}
		if err := cursor.Decode(&candidate); err != nil {
			return nil, 0, err
		}
		ranking.Add(candidate.ID, candidate.Document)
	}
	if err := cursor.Err(); err != nil {
		return nil, 0, err
	}
	ids, total := ranking.Best()
	values, err := c.byID(ctx, ids)
	return values, total, err
}

// holds matches documents that contain the trigrams of a text or, if it is too short for one, the text itself.
func holds(text string) bson.D {
	if trigrams := search.CoveringTrigrams(text); trigrams != nil {
		return bson.D{{Key: "trigrams", Value: bson.D{{Key: "$all", Value: trigrams}}}}
	}
	return bson.D{{Key: "document", Value: bson.D{{Key: "$regex", Value: regexp.QuoteMeta(text)}}}}
}

// without returns a projection that leaves fields out.
func without(fields ...string) bson.D {
	var projection bson.D
	for _, field := range fields {
		projection = append(projection, bson.E{Key: field, Value: 0})
	}
	return projection
}
