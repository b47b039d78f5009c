package mongostore

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage/mongodb"
)

// migrations is the list of what has changed the documents since the first version. Entries are only ever added.
func migrations() []mongodb.Migration {
	return []mongodb.Migration{
		{Name: "001_contacts_and_notes", Up: createCollections},
		{Name: "002_more_fields", Up: renewDocuments},
	}
}

// renewDocuments writes every document anew, with the fields that lists are sorted by and with all that is searched. A
// document that somebody changes meanwhile is read again.
func renewDocuments(ctx context.Context, db *mongo.Database) error {
	s := newStore(db)
	if err := renew(ctx, s.contacts, (*assistant.Contact).Enrich); err != nil {
		return err
	}
	return renew(ctx, s.notes, func(*assistant.Note) {})
}

func renew[T, D any](ctx context.Context, c collection[T, D], enrich func(*T)) error {
	for after := ""; ; {
		part, err := c.query(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
			options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(perOperation))
		if err != nil || len(part) == 0 {
			return err
		}
		for _, v := range part {
			id, version := c.head(v)
			enrich(v)
			filter := bson.D{{Key: "_id", Value: id}, {Key: "version", Value: *version}}
			if _, err := c.docs.ReplaceOne(ctx, filter, c.encode(v)); err != nil {
				return err
			}
			after = id
		}
	}
}

// schema says what the documents of a collection must have, in the words of $jsonSchema.
func schema(fields bson.M) bson.M {
	required := bson.A{}
	for name := range fields {
		required = append(required, name)
	}
	return bson.M{"bsonType": "object", "required": required, "properties": fields}
}

func schemas() map[string]bson.M {
	text, number, moment := bson.M{"bsonType": "string"}, bson.M{"bsonType": "long"}, bson.M{"bsonType": "date"}
	positive := bson.M{"bsonType": "long", "minimum": 1}
	texts := bson.M{"bsonType": bson.A{"array", "null"}, "items": text}
	return map[string]bson.M{
		"contacts": schema(bson.M{
			"_id": text, "id": text, "version": positive, "name": bson.M{"bsonType": "string", "minLength": 1}, "created": moment, "updated": moment,
			"name_key": text, "name_folded": text, "nickname_folded": text, "month_day": number, "recency": number,
			"tags_folded": texts, "document": text, "trigrams": texts,
		}),
		"notes": schema(bson.M{
			"_id": text, "id": text, "version": positive, "title": text, "text": text, "pinned": bson.M{"bsonType": "bool"}, "created": moment, "updated": moment,
			"title_folded": text, "heading_key": text, "tag_key": text, "unpinned": number, "recency": number,
			"tags_folded": texts, "document": text, "trigrams": texts,
		}),
	}
}

// createCollections makes the collections with their schemas as validators, where the server knows validators.
func createCollections(ctx context.Context, db *mongo.Database) error {
	for name, schema := range schemas() {
		err := db.CreateCollection(ctx, name, options.CreateCollection().SetValidator(bson.M{"$jsonSchema": schema}))
		if hasCode(err, notImplemented, commandNotFound) {
			err = db.CreateCollection(ctx, name)
		}
		if err != nil && !hasCode(err, namespaceExists) {
			return fmt.Errorf("create collection %s: %w", name, err)
		}
	}
	start := bson.D{{Key: "$setOnInsert", Value: bson.D{{Key: "token", Value: uuid.NewString()}}}}
	_, err := db.Collection(revisionName).UpdateOne(ctx, theRevision(), start, options.Update().SetUpsert(true))
	return err
}

// Codes of errors that a server returns.
const (
	namespaceExists = 48
	commandNotFound = 59
	notImplemented  = 238
)

func hasCode(err error, codes ...int) bool {
	var server mongo.ServerError
	if !errors.As(err, &server) {
		return false
	}
	for _, code := range codes {
		if server.HasErrorCode(code) {
			return true
		}
	}
	return false
}

// indexes is what every query relies on.
func indexes() []mongodb.Index {
	index := func(collection, name string, fields ...string) mongodb.Index {
		keys := bson.D{}
		for _, field := range fields {
			keys = append(keys, bson.E{Key: field, Value: 1})
		}
		return mongodb.Index{Collection: collection, Name: name, Keys: keys}
	}
	return []mongodb.Index{
		index("contacts", "by_name", "name_key", "id"),
		index("contacts", "by_birthday", "month_day", "name_key", "id"),
		index("contacts", "by_anniversary", "anniversary_day"),
		index("contacts", "by_call", "call_day"),
		index("notes", "by_due", "due_day", "unpinned", "recency", "id"),
		index("contacts", "by_recency", "recency", "id"),
		index("contacts", "by_name_folded", "name_folded"),
		index("contacts", "by_nickname_folded", "nickname_folded"),
		index("contacts", "by_tag", "tags_folded"),
		index("contacts", "by_trigram", "trigrams"),
		index("notes", "by_date", "unpinned", "recency", "id"),
		index("notes", "by_title", "unpinned", "heading_key", "id"),
		index("notes", "by_tag_key", "unpinned", "tag_key", "recency", "id"),
		index("notes", "by_title_folded", "title_folded"),
		index("notes", "by_tag", "tags_folded"),
		index("notes", "by_trigram", "trigrams"),
	}
}
