package mongostore

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/assistant/search"
)

// A collection keeps values of type T as documents of type D. What holds for contacts and for notes alike is here.
type collection[T, D any] struct {
	kind   assistant.Kind
	docs   *mongo.Collection
	encode func(*T) *D
	decode func(*D) *T
	head   func(*T) (id string, version *int64)
	keys   func(*T) listing.Keys
	bytes  func(*T) int
}

// How many documents one operation reads, inserts or replaces. Every replacement is a search for the server, so that an
// operation has few of them and ends in time on a slow one.
const (
	perOperation   = 250
	perReplacement = 25
)

// save writes the values one after another, each if its version is the stored one.
func (c collection[T, D]) save(ctx context.Context, values []*T) error {
	for len(values) > 0 {
		added := 0 // how many new values come first: they are written together
		for added < min(len(values), perOperation) {
			if _, version := c.head(values[added]); *version != 0 {
				break
			}
			added++
		}
		if added == 0 {
			if err := c.replace(ctx, values[0]); err != nil {
				return err
			}
			values = values[1:]
			continue
		}
		if err := c.insert(ctx, values[:added]); err != nil {
			return err
		}
		values = values[added:]
	}
	return nil
}

// insert writes new values in order, up to the first whose id is taken.
func (c collection[T, D]) insert(ctx context.Context, values []*T) error {
	documents := make([]any, len(values))
	for i, v := range values {
		documents[i] = c.encode(c.raised(v))
	}
	_, err := c.docs.InsertMany(ctx, documents)
	written := len(values)
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) && len(bulk.WriteErrors) > 0 {
		written = bulk.WriteErrors[0].Index
	} else if err != nil {
		return c.tooLarge(err, values)
	}
	for _, v := range values[:written] {
		_, version := c.head(v)
		*version++
	}
	if mongo.IsDuplicateKeyError(err) {
		id, _ := c.head(values[written])
		return fmt.Errorf("%s %s: %w", c.kind, id, assistant.ErrExists)
	}
	return err
}

// raised returns a copy with the next version.
func (c collection[T, D]) raised(v *T) *T {
	next := *v
	_, version := c.head(&next)
	*version++
	return &next
}

func (c collection[T, D]) replace(ctx context.Context, v *T) error {
	id, version := c.head(v)
	filter := bson.D{{Key: "_id", Value: id}, {Key: "version", Value: *version}}
	result, err := c.docs.ReplaceOne(ctx, filter, c.encode(c.raised(v)))
	if err != nil {
		return c.tooLarge(err, []*T{v})
	}
	if result.MatchedCount == 0 {
		have, err := c.version(ctx, id)
		if err != nil {
			return err
		}
		return &assistant.ConflictError{Kind: c.kind, ID: id, Want: *version, Have: have}
	}
	*version++
	return nil
}

// version returns the stored version of a value, 0 when there is none.
func (c collection[T, D]) version(ctx context.Context, id string) (int64, error) {
	var found struct {
		Version int64 `bson:"version"`
	}
	err := c.docs.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne().SetProjection(bson.D{{Key: "version", Value: 1}})).Decode(&found)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return found.Version, err
}

// insertMissing writes the values that are not there as they are, and returns those that are.
func (c collection[T, D]) insertMissing(ctx context.Context, values []*T) (there []*T, err error) {
	documents := make([]any, len(values))
	for i, v := range values {
		documents[i] = c.encode(v)
	}
	_, err = c.docs.InsertMany(ctx, documents, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil, c.tooLarge(err, values)
	}
	for _, failed := range bulk.WriteErrors {
		if !mongo.IsDuplicateKeyError(failed) {
			return nil, err
		}
		there = append(there, values[failed.Index])
	}
	return there, nil
}

// overwrite writes the values as they are in the place of those that are there.
func (c collection[T, D]) overwrite(ctx context.Context, values []*T) error {
	writes := make([]mongo.WriteModel, len(values))
	for i, v := range values {
		id, _ := c.head(v)
		writes[i] = mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: id}}).SetReplacement(c.encode(v)).SetUpsert(true)
	}
	_, err := c.docs.BulkWrite(ctx, writes)
	return c.tooLarge(err, values)
}

// tooLarge returns err, or which of the values that were not written no document can hold.
func (c collection[T, D]) tooLarge(err error, values []*T) error {
	const most = 16 << 20
	if err == nil {
		return nil
	}
	for _, v := range values {
		if c.bytes(v) > most-1<<20 {
			id, _ := c.head(v)
			return &assistant.FieldError{
				Field: fmt.Sprint(c.kind, " ", id), Problem: "larger than the 16 MiB that MongoDB keeps in one document", Hint: "take a smaller photo",
			}
		}
	}
	return err
}

// remove deletes a value if it has that version; 0 is any.
func (c collection[T, D]) remove(ctx context.Context, id string, version int64) error {
	filter := bson.D{{Key: "_id", Value: id}}
	if version != 0 {
		filter = append(filter, bson.E{Key: "version", Value: version})
	}
	result, err := c.docs.DeleteOne(ctx, filter)
	if err != nil || result.DeletedCount > 0 {
		return err
	}
	have, err := c.version(ctx, id)
	switch {
	case err != nil:
		return err
	case have == 0:
		return &assistant.NotFoundError{Kind: c.kind, Ref: id}
	}
	return &assistant.ConflictError{Kind: c.kind, ID: id, Want: version, Have: have}
}

// query reads the values that match a filter.
func (c collection[T, D]) query(ctx context.Context, filter bson.D, o *options.FindOptions) ([]*T, error) {
	return c.queryUntil(ctx, filter, o, func(*T) bool { return false })
}

// queryUntil reads the values that match a filter up to the first of which enough is true.
func (c collection[T, D]) queryUntil(ctx context.Context, filter bson.D, o *options.FindOptions, enough func(*T) bool) ([]*T, error) {
	// What serves finding only is left in the database.
	o.SetProjection(bson.D{{Key: "document", Value: 0}, {Key: "trigrams", Value: 0}})
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
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: part}}}}
		if len(part) == 1 {
			filter = bson.D{{Key: "_id", Value: part[0]}}
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
}

// tagged is true for what a filter lets through.
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

// done is true for the notes of a choice.
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
	var sizes []int
	full := false // the last value read has no place on the page
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

// behind is true for what stands after a place: the first fields are equal and the next one is greater.
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

// tagCounts counts spellings in the database, and adds up those that fold to one tag.
func (c collection[T, D]) tagCounts(ctx context.Context) ([]assistant.TagCount, error) {
	cursor, err := c.docs.Aggregate(ctx, mongo.Pipeline{
		{{Key: "$unwind", Value: "$tags"}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$tags"}, {Key: "count", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
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
	filter := bson.D{{Key: "$and", Value: all}}
	if len(all) == 0 {
		filter = bson.D{} // the query says only what must not be there
	}
	cursor, err := c.docs.Find(ctx, filter, options.Find().SetProjection(bson.D{{Key: "document", Value: 1}}))
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = cursor.Close(ctx) }()
	ranking := query.Ranking(skip, limit)
	for cursor.Next(ctx) {
		var candidate struct {
			ID       string          `bson:"_id"`
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

// holds is true for documents that have the trigrams of a text or, where it is too short for one, the text itself.
func holds(text string) bson.D {
	if trigrams := search.CoveringTrigrams(text); trigrams != nil {
		return bson.D{{Key: "trigrams", Value: bson.D{{Key: "$all", Value: trigrams}}}}
	}
	return bson.D{{Key: "document", Value: bson.D{{Key: "$regex", Value: regexp.QuoteMeta(text)}}}}
}
