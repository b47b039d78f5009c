package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage/mongodb"
)

// migrations returns everything that has changed the documents since the first version. Entries are only ever added.
func migrations() []mongodb.Migration {
	return []mongodb.Migration{
		{Name: "001_contacts_and_notes", Up: createCollections},
		{Name: "002_more_fields", Up: renewDocuments},
		{Name: "003_books", Up: markBooks},
		{Name: "004_cards", Up: nameCards},
		{Name: "005_groups", Up: findGroups},
	}
}

// renewDocuments rewrites every document, with the fields that lists are sorted by and with everything that is
// searched. A document that somebody changes in the meantime is read again.
func renewDocuments(ctx context.Context, db *mongo.Database) error {
	s := newStore(db)
	if err := renew(ctx, s.contacts, (*assistant.Contact).Enrich); err != nil {
		return err
	}
	return renew(ctx, s.notes, func(*assistant.Note) {})
}

func renew[T, D any](ctx context.Context, c collection[T, D], enrich func(*T)) error {
	for after := ""; ; {
		part, err := c.find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
			options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(perOperation), func(*T) bool { return false })
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

// markBooks marks what existed before there were books as being in the first one. Its keys already are those of that
// book.
func markBooks(ctx context.Context, db *mongo.Database) error {
	for _, name := range []string{"contacts", "notes", "marks", revisionName} {
		for _, old := range []any{bson.D{{Key: "$exists", Value: false}}, int64(0)} {
			_, err := db.Collection(name).UpdateMany(ctx, bson.D{{Key: "book", Value: old}}, set("book", int64(firstBook)))
			if err != nil {
				return fmt.Errorf("mark %s: %w", name, err)
			}
		}
	}
	return nil
}

// nameCards gives every contact the name of its card and the first number in the list of changes, and every book its
// mark.
func nameCards(ctx context.Context, db *mongo.Database) error {
	books := db.Collection(revisionName)
	var list []revision
	if err := all(ctx, books, bson.D{}, options.Find(), &list); err != nil {
		return err
	}
	for _, book := range list {
		c := newStore(db).inBook(assistant.Account{ID: book.Book}).contacts
		number, after := int64(0), ""
		for {
			var part []kept
			filter, o := c.behind(after, perOperation)
			if err := all(ctx, c.docs, filter, o.SetProjection(keptFields()), &part); err != nil {
				return err
			}
			if len(part) == 0 {
				break
			}
			var writes []mongo.WriteModel
			for _, k := range part {
				number++
				after = c.key(k.ID)
				writes = append(writes, mongo.NewUpdateOneModel().SetFilter(byID(after)).SetUpdate(bson.D{{
					Key: "$set",
					Value: bson.D{
						{Key: "resource", Value: k.ID + ".vcf"}, {Key: "change", Value: number}, {Key: "etag", Value: rand.Text()},
					},
				}}))
			}
			for few := range slices.Chunk(writes, changesPerOperation) {
				if _, err := c.docs.BulkWrite(ctx, few); err != nil {
					return err
				}
			}
		}
		_, err := books.UpdateOne(ctx, theRevision(book.Book), bson.D{{Key: "$set", Value: bson.D{
			{Key: "mark", Value: rand.Text()}, {Key: "changes", Value: number},
		}}})
		if err != nil {
			return err
		}
	}
	return nil
}

// schema describes what the documents of a collection must have, as a $jsonSchema.
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
			"_id": text, "id": text, "version": positive, "name": bson.M{"bsonType": "string", "minLength": 1},
			"created": moment, "updated": moment,
			"name_key": text, "name_folded": text, "nickname_folded": text, "month_day": number, "recency": number,
			"tags_folded": texts, "document": text, "trigrams": texts,
		}),
		"notes": schema(bson.M{
			"_id": text, "id": text, "version": positive, "title": text, "text": text,
			"pinned": bson.M{"bsonType": "bool"}, "created": moment, "updated": moment,
			"title_folded": text, "heading_key": text, "tag_key": text, "unpinned": number, "recency": number,
			"tags_folded": texts, "document": text, "trigrams": texts,
		}),
	}
}

// createCollections creates the collections with their schemas as validators, if the server supports validators.
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
	_, err := db.Collection(revisionName).UpdateOne(ctx, theRevision(firstBook), start, options.Update().SetUpsert(true))
	return err
}

// Error codes that a server returns.
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

// indexes returns the indexes that queries rely on.
func indexes() []mongodb.Index {
	index := func(collection, name string, fields ...string) mongodb.Index {
		keys := bson.D{}
		for _, field := range fields {
			keys = append(keys, bson.E{Key: field, Value: 1})
		}
		return mongodb.Index{Collection: collection, Name: name, Keys: keys}
	}
	unique := index("accounts", "by_name", "name_folded")
	unique.Unique = true
	names := index("contacts", "by_resource", "book", "resource")
	names.Unique = true
	books := index("books", "by_name", "owner", "name_folded", "removed")
	books.Unique = true
	return []mongodb.Index{
		unique,
		names,
		books,
		index("shares", "by_account", "account"),
		index("shares", "by_book", "book"),
		index("contacts", "by_change", "book", "change"),
		index("cards", "by_change", "book", "change"),
		index("cards", "by_time", "book", "at"),
		index("card_marks", "by_time", "book", "at"),
		index("contacts", "book_name", "book", "name_key", "id"),
		index("contacts", "book_birthday", "book", "month_day", "name_key", "id"),
		index("contacts", "book_anniversary", "book", "anniversary_day"),
		index("contacts", "book_call", "book", "call_day"),
		index("contacts", "book_group", "book", "group"),
		index("contacts", "book_recency", "book", "recency", "id"),
		index("contact_versions", "by_id", "book", "id", "changed"),
		index("note_versions", "by_id", "book", "id", "changed"),
		index("removed", "by_time", "book", "kind", "kept", "changed"),
		index("merges", "by_stayed", "book", "stayed"),
		index("sessions", "by_account", "account", "expires"),
		index("sessions", "by_expiry", "expires"),
		index("app_passwords", "by_account", "account"),
		index("records", "by_account", "account", "kind"),
		index("failures", "by_name", "name"),
		index("contacts", "book_id", "book", "id"),
		index("notes", "book_id", "book", "id"),
		index("contacts", "by_name_folded", "name_folded"),
		index("contacts", "by_nickname_folded", "nickname_folded"),
		index("contacts", "by_tag", "tags_folded"),
		index("contacts", "by_trigram", "trigrams"),
		index("notes", "book_due", "book", "due_day", "unpinned", "recency", "id"),
		index("notes", "book_date", "book", "unpinned", "recency", "id"),
		index("notes", "book_title", "book", "unpinned", "heading_key", "id"),
		index("notes", "book_tag_key", "book", "unpinned", "tag_key", "recency", "id"),
		index("notes", "by_title_folded", "title_folded"),
		index("notes", "by_tag", "tags_folded"),
		index("notes", "by_trigram", "trigrams"),
	}
}
