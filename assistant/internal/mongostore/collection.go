package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// A collection keeps values of type T as documents of type D. It has what contacts and notes have in common.
type collection[T, D any] struct {
	kind assistant.Kind
	docs *mongo.Collection
	book int64
	by   string // the account's name

	versions *mongo.Collection // former versions
	removed  *mongo.Collection // what is in the trash
	place    func(*D) (key *string, at *Stamp)
	title    func(*T) string

	card    func(*T) string   // the name of its card; nil for values without cards
	cards   *mongo.Collection // the names of removed cards
	numbers *numbers          // of the changes that a write makes; nil outside writes

	encode func(*T) *D
	decode func(*D) *T
	head   func(*T) (id string, version *int64)
	keys   func(*T) listing.Keys
	bytes  func(*T) int
}

// How many documents one operation reads, inserts or replaces. The server looks up every document that it replaces, so
// one operation replaces few of them and ends in time on a slow server.
const (
	perOperation   = 250
	perReplacement = 25
)

// save writes the values one after another, each only if its version is the stored one.
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

// bookKey returns a key in a book. In the first one, which existed before there were others, it is the key itself; no
// id contains the separator.
func bookKey(book int64, key string) string {
	if book == firstBook {
		return key
	}
	return fmt.Sprintf("@%d:%s", book, key)
}

// key returns the _id of a value.
func (c collection[T, D]) key(id string) string { return bookKey(c.book, id) }

func (c collection[T, D]) placeKeys(ids []string) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = c.key(id)
	}
	return keys
}

// document returns the document of a value that is saved now, with a version.
func (c collection[T, D]) document(ctx context.Context, v *T, version int64) *D {
	copied := *v
	id, place := c.head(&copied)
	*place = version
	d := c.encode(&copied)
	key, at := c.place(d)
	*key, *at = c.key(id), c.stamp(ctx)
	return d
}

func (c collection[T, D]) ids(values []*T) []string {
	ids := make([]string, len(values))
	for i, v := range values {
		ids[i], _ = c.head(v)
	}
	return ids
}

// insert writes new values in order, up to the first whose id is taken.
func (c collection[T, D]) insert(ctx context.Context, values []*T) error {
	ids := c.ids(values)
	last, err := c.lastVersions(ctx, ids)
	if err != nil {
		return err
	}
	documents := make([]any, len(values))
	for i, v := range values {
		documents[i] = c.document(ctx, v, last[ids[i]]+1)
	}
	_, err = c.docs.InsertMany(ctx, documents)
	written := len(values)
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) && len(bulk.WriteErrors) > 0 {
		written = bulk.WriteErrors[0].Index
	} else if err != nil {
		return c.tooLarge(err, values)
	}
	for _, v := range values[:written] {
		id, version := c.head(v)
		*version = last[id] + 1
	}
	if len(last) > 0 && written > 0 {
		if err := c.unbury(ctx, ids[:written]); err != nil {
			return err
		}
	}
	if mongo.IsDuplicateKeyError(err) {
		id, _ := c.head(values[written])
		return fmt.Errorf("%s %s: %w", c.kind, id, assistant.ErrExists)
	}
	return err
}

func (c collection[T, D]) replace(ctx context.Context, v *T) error {
	id, version := c.head(v)
	conflict := &assistant.ConflictError{Kind: c.kind, ID: id, Want: *version}
	have, err := c.keep(ctx, []string{id})
	if err != nil {
		return err
	}
	if conflict.Have = have[id]; conflict.Have != conflict.Want {
		return conflict
	}
	if err := c.leaveName(ctx, v); err != nil {
		return err
	}
	filter := bson.D{{Key: "_id", Value: c.key(id)}, {Key: "version", Value: *version}}
	result, err := c.docs.ReplaceOne(ctx, filter, c.document(ctx, v, *version+1))
	if mongo.IsDuplicateKeyError(err) {
		return fmt.Errorf("card of %s %s: %w", c.kind, id, assistant.ErrExists)
	}
	if err != nil {
		return c.tooLarge(err, []*T{v})
	}
	if result.MatchedCount == 0 {
		conflict.Have, err = c.stored(ctx, id)
		if err != nil {
			return err
		}
		return conflict
	}
	*version++
	return nil
}

// stored returns the stored version of a value, or 0 if there is none.
func (c collection[T, D]) stored(ctx context.Context, id string) (int64, error) {
	var found struct {
		Version int64 `bson:"version"`
	}
	versionOnly := options.FindOne().SetProjection(bson.D{{Key: "version", Value: 1}})
	err := c.docs.FindOne(ctx, byID(c.key(id)), versionOnly).Decode(&found)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return 0, nil
	}
	return found.Version, err
}

// insertMissing writes the values that do not exist as they are, and returns those that do.
func (c collection[T, D]) insertMissing(ctx context.Context, values []*T) (there []*T, err error) {
	documents := make([]any, len(values))
	for i, v := range values {
		_, version := c.head(v)
		documents[i] = c.document(ctx, v, *version)
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

// overwrite writes the values as they are in place of existing ones, which it keeps as former versions.
func (c collection[T, D]) overwrite(ctx context.Context, values []*T) error {
	if _, err := c.keep(ctx, c.ids(values)); err != nil {
		return err
	}
	writes := make([]mongo.WriteModel, len(values))
	for i, v := range values {
		id, version := c.head(v)
		document := c.document(ctx, v, *version)
		writes[i] = mongo.NewReplaceOneModel().SetFilter(byID(c.key(id))).SetReplacement(document).SetUpsert(true)
	}
	_, err := c.docs.BulkWrite(ctx, writes)
	return c.tooLarge(err, values)
}

// tooLarge returns err, or an error that names the value too large for a document.
func (c collection[T, D]) tooLarge(err error, values []*T) error {
	const most = 16 << 20
	if err == nil {
		return nil
	}
	for _, v := range values {
		if c.bytes(v) > most-1<<20 {
			id, _ := c.head(v)
			return &assistant.FieldError{
				Field:   fmt.Sprint(c.kind, " ", id),
				Problem: "larger than the 16 MiB limit of a MongoDB document", Hint: "use a smaller photo",
			}
		}
	}
	return err
}

// remove deletes a value if it has that version; 0 means any version. It goes to the trash first.
func (c collection[T, D]) remove(ctx context.Context, id string, version int64) error {
	for {
		kept, err := c.keep(ctx, []string{id})
		if err != nil {
			return err
		}
		have := kept[id]
		switch {
		case have == 0:
			return &assistant.NotFoundError{Kind: c.kind, Ref: id}
		case version != 0 && version != have:
			return &assistant.ConflictError{Kind: c.kind, ID: id, Want: version, Have: have}
		}
		v, err := c.version(ctx, id, have)
		if err != nil {
			return err
		}
		at := c.stamp(ctx)
		if err := c.dropName(ctx, v); err != nil {
			return err
		}
		if err := c.bury(ctx, removed{ID: id, Version: have, Name: c.title(v), Kept: true, Stamp: at}); err != nil {
			return err
		}
		result, err := c.docs.DeleteOne(ctx, bson.D{{Key: "_id", Value: c.key(id)}, {Key: "version", Value: have}})
		if err != nil {
			return err
		}
		if result.DeletedCount > 0 {
			return c.emptyTrash(ctx, at.Changed-int64(assistant.TrashDays*24*time.Hour/time.Millisecond))
		}
		// Somebody has changed it in between: try again.
	}
}
