package mongostore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/mongostore"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage/mongodb"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func open(t *testing.T, dsn string) *mongostore.Store {
	t.Helper()
	s, err := mongostore.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for range 2 { // the second time there is nothing to do
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// What MongoDB cannot keep is named.
func TestTooLargeForADocument(t *testing.T) {
	s := open(t, storagetest.Mongo(t).MongoDatabase(t))
	large := storetest.FullContact()
	large.Photo = &assistant.Photo{MediaType: "image/jpeg", Data: make([]byte, 17<<20)}
	for what, write := range map[string]func(context.Context, ...*assistant.Contact) error{
		"save": s.SaveContacts, "restore": s.RestoreContacts,
	} {
		var field *assistant.FieldError
		if err := write(t.Context(), large); !errors.As(err, &field) || field.Field != "contact "+large.ID {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Names that are gone are forgotten after a year, and so are the tokens that would need them.
func TestOldChangesAreForgotten(t *testing.T) {
	dsn := storagetest.Mongo(t).MongoDatabase(t)
	s := open(t, dsn)
	raw, err := mongodb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mongodb.Close(context.WithoutCancel(t.Context()), raw) }()
	people := []*assistant.Contact{storetest.FullContact(), storetest.FullContact(), storetest.FullContact()}
	if err := s.SaveContacts(t.Context(), people...); err != nil {
		t.Fatal(err)
	}
	token := func() string {
		t.Helper()
		text, err := s.CardToken(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	remove := func(c *assistant.Contact) {
		t.Helper()
		if err := s.DeleteContact(t.Context(), c.ID, c.Version); err != nil {
			t.Fatal(err)
		}
	}
	first := token()
	remove(people[0])
	second := token()
	past := time.Now().AddDate(0, 0, -assistant.ChangeDays-1).UnixMilli()
	for _, name := range []string{"cards", "card_marks"} {
		old := bson.D{{Key: "$set", Value: bson.D{{Key: "at", Value: past}}}}
		if _, err := raw.Collection(name).UpdateMany(t.Context(), bson.D{}, old); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.CardChanges(t.Context(), first, 0); err != nil {
		t.Errorf("a token that is old, and whose changes are there yet: %v", err)
	}
	remove(people[1])
	for _, old := range []string{first, second} {
		if _, err := s.CardChanges(t.Context(), old, 0); !errors.Is(err, assistant.ErrToken) {
			t.Errorf("a token of more than a year ago: %v", err)
		}
	}
	n, err := raw.Collection("cards").CountDocuments(t.Context(), bson.D{})
	if err != nil || n != 1 {
		t.Errorf("%d names that are gone, %v", n, err)
	}
	third := token()
	remove(people[2])
	changes, err := s.CardChanges(t.Context(), third, 0)
	if err != nil || len(changes.Cards) != 1 || changes.Cards[0].Resource != people[2].ID+".vcf" {
		t.Errorf("since a token of now: %+v, %v", changes, err)
	}
}

func TestMongoDB(t *testing.T) {
	server := storagetest.Mongo(t)
	storetest.Run(t, func(t *testing.T) assistant.Store {
		if storetest.ManyWrite(t) {
			server.NeedConditionalWrites(t)
		}
		return open(t, server.MongoDatabase(t))
	})
}

// Groups that older versions took for people are groups after the migration.
func TestOlderGroups(t *testing.T) {
	dsn := storagetest.Mongo(t).MongoDatabase(t)
	raw, err := mongodb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mongodb.Close(context.WithoutCancel(t.Context()), raw) }()
	storetest.OlderGroups(t, open(t, dsn), func(t *testing.T, store assistant.Store) {
		mark := bson.D{{Key: "_id", Value: "005_groups"}}
		_, err := raw.Collection("assistant_migrations").DeleteOne(t.Context(), mark)
		if err != nil {
			t.Fatal(err)
		}
		if names, err := store.(*mongostore.Store).Migrate(t.Context()); err != nil || len(names) != 1 {
			t.Fatal(names, err)
		}
	})
}
