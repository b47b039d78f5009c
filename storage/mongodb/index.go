package mongodb

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// Index is an index that a program relies on.
type Index struct {
	Collection string
	Name       string // of the index, unique in its collection
	Keys       bson.D // fields in order, each 1 or -1
	Unique     bool
}

// ErrIndex says that an index of the database is not the one that was declared.
var ErrIndex = errors.New(
	"the index in the database differs in keys or uniqueness from what the program expects " +
		"(drop it, and it will be created again)",
)

// EnsureIndexes creates the indexes that are missing and checks those that are there. An index that differs is left
// alone and reported with ErrIndex: replacing one can take hours, so that a person has to decide.
func EnsureIndexes(ctx context.Context, db *mongo.Database, indexes []Index) error {
	existing := map[string][]*mongo.IndexSpecification{} // by collection
	for _, index := range indexes {
		found, read := existing[index.Collection]
		if !read {
			var err error
			found, err = db.Collection(index.Collection).Indexes().ListSpecifications(ctx)
			if err != nil && !isMissing(err) {
				return fmt.Errorf("list indexes of %s: %w", index.Collection, err)
			}
			existing[index.Collection] = found
		}
		if err := ensureIndex(ctx, db, index, found); err != nil {
			return fmt.Errorf("index %s of %s: %w", index.Name, index.Collection, err)
		}
	}
	return nil
}

func ensureIndex(ctx context.Context, db *mongo.Database, index Index, found []*mongo.IndexSpecification) error {
	for _, f := range found {
		if f.Name != index.Name {
			continue
		}
		same, err := sameKeys(index.Keys, f.KeysDocument)
		if err != nil {
			return err
		}
		if unique := f.Unique != nil && *f.Unique; !same || unique != index.Unique {
			return ErrIndex
		}
		return nil
	}
	model := mongo.IndexModel{Keys: index.Keys, Options: options.Index().SetName(index.Name)}
	if index.Unique {
		model.Options.SetUnique(true)
	}
	_, err := db.Collection(index.Collection).Indexes().CreateOne(ctx, model)
	return err
}

// sameKeys compares keys by field, order and direction; servers differ in the number type that they return.
func sameKeys(want bson.D, got bson.Raw) (bool, error) {
	elements, err := got.Elements()
	if err != nil || len(elements) != len(want) {
		return false, err
	}
	raw, err := bson.Marshal(want)
	if err != nil {
		return false, err
	}
	declared, err := bson.Raw(raw).Elements()
	if err != nil {
		return false, err
	}
	for i, e := range elements {
		a, b := declared[i].Value(), e.Value()
		if declared[i].Key() != e.Key() {
			return false, nil
		}
		m, numeric := a.AsInt64OK()
		n, alsoNumeric := b.AsInt64OK()
		if numeric != alsoNumeric || m != n || !numeric && !bytes.Equal(a.Value, b.Value) {
			return false, nil
		}
	}
	return true, nil
}

// isMissing reports whether err says that a collection does not exist yet.
func isMissing(err error) bool {
	const namespaceNotFound = 26
	var command mongo.CommandError
	return errors.As(err, &command) && command.Code == namespaceNotFound
}
