package mongodb_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"github.com/pythonweb/goweb/storage/mongodb"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func open(t *testing.T) *mongo.Database {
	t.Helper()
	db, err := mongodb.Open(t.Context(), storagetest.Mongo(t).MongoDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := mongodb.Close(context.Background(), db); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestOpenErrors(t *testing.T) {
	for _, test := range []struct{ address, want string }{
		{"", "mongodb://"},
		{"postgres://u:HUNTER2@h/db", "mongodb://"},
		{"u:HUNTER2@h/db", "mongodb://"},
		{"mongodb:u:HUNTER2@h/db", "not a valid URL"},
		{"mongodb://u:HUNTER2@127.0.0.1:1", "names no database"},
		{"mongodb://u:HUNTER2@127.0.0.1:1/?x=y", "names no database"},
		{"mongodb://u:HUN/HUNTER2@127.0.0.1:1/db", "not a valid URL"},
		{"mongodb://u:HUN@HUNTER2@127.0.0.1:1/db", "not a valid URL"},
		{"mongodb://u:%48UNTER2@127.0.0.1:1/db?serverSelectionTimeoutMS=50", "127.0.0.1:1"},
		{"mongodb://u:HUNTER2@127.0.0.1:1,127.0.0.1:2/db?serverSelectionTimeoutMS=50", "127.0.0.1:1,127.0.0.1:2"},
		{"mongodb://127.0.0.1:1/db?tls=true&tlsCertificateKeyFilePassword=HUNTER2&tlsCertificateKeyFile=/none", "/none"},
		{"mongodb://u:HUNTER2@127.0.0.1:1/db?authMechanism=HUNTER2", "127.0.0.1:1"},
	} {
		db, err := mongodb.Open(t.Context(), test.address)
		if err == nil {
			t.Errorf("%q: no error", test.address)
			_ = mongodb.Close(t.Context(), db)
		} else if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "UNTER2") {
			t.Errorf("%q: %v; want %q and no password", test.address, err, test.want)
		}
	}
}

// The reason is the server's, without the driver's picture of the cluster.
func TestServerThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		err = listener.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = mongodb.Open(t.Context(), "mongodb://"+listener.Addr().String()+"/x?serverSelectionTimeoutMS=300")
	if err == nil || strings.Contains(err.Error(), "{") || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("%v", err)
	}
}

func TestIndexes(t *testing.T) {
	ctx := t.Context()
	db := open(t)
	indexes := []mongodb.Index{
		{Collection: "people", Name: "name", Keys: bson.D{{Key: "family", Value: 1}, {Key: "given", Value: -1}}},
		{Collection: "people", Name: "email", Keys: bson.D{{Key: "email", Value: 1}}, Unique: true},
	}
	for range 2 { // the second time they are there
		if err := mongodb.EnsureIndexes(ctx, db, indexes); err != nil {
			t.Fatal(err)
		}
	}
	twice := []any{bson.M{"email": "a@example.org"}, bson.M{"email": "a@example.org"}}
	if _, err := db.Collection("people").InsertMany(ctx, twice); !mongo.IsDuplicateKeyError(err) {
		t.Errorf("two people with one address: %v", err)
	}
	for _, change := range []func(*mongodb.Index){
		func(i *mongodb.Index) { i.Unique = true },
		func(i *mongodb.Index) { i.Keys = i.Keys[:1] },
		func(i *mongodb.Index) { i.Keys = bson.D{i.Keys[1], i.Keys[0]} },
		func(i *mongodb.Index) { i.Keys = bson.D{{Key: "family", Value: -1}, i.Keys[1]} },
	} {
		changed := indexes[0]
		change(&changed)
		if err := mongodb.EnsureIndexes(ctx, db, []mongodb.Index{changed}); !errors.Is(err, mongodb.ErrIndex) ||
			!strings.Contains(err.Error(), "name") {
			t.Errorf("%+v: %v; want %v", changed, err, mongodb.ErrIndex)
		}
	}
}

func TestMigrate(t *testing.T) {
	ctx := t.Context()
	db := open(t)
	notes := db.Collection("notes")
	if _, err := notes.InsertOne(ctx, bson.M{"_id": 1, "version": 1, "body": "x"}); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("cut off")
	var fail error = broken
	list := []mongodb.Migration{
		{Name: "001_text", Up: func(ctx context.Context, db *mongo.Database) error {
			_, err := db.Collection("notes").UpdateMany(ctx, bson.M{"version": 1},
				bson.M{"$rename": bson.M{"body": "text"}, "$set": bson.M{"version": 2}})
			return err
		}},
		{Name: "002_later", Up: func(context.Context, *mongo.Database) error { return fail }},
	}
	done, err := mongodb.Migrate(ctx, db, "test", list)
	if diff := cmp.Diff([]string{"001_text"}, done); diff != "" || !errors.Is(err, broken) ||
		!strings.Contains(err.Error(), "002_later") {
		t.Errorf("%v %s", err, diff)
	}
	fail = nil
	for _, want := range [][]string{{"002_later"}, nil} {
		done, err := mongodb.Migrate(ctx, db, "test", list)
		if diff := cmp.Diff(want, done); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
	}
	var note bson.M
	if err := notes.FindOne(ctx, bson.M{}).Decode(&note); err != nil || note["text"] != "x" || note["body"] != nil {
		t.Errorf("%v %v", note, err)
	}
	if _, err := mongodb.Migrate(ctx, db, "test", list[:1]); !errors.Is(err, mongodb.ErrNewer) ||
		!strings.Contains(err.Error(), "002_later") {
		t.Errorf("an older program: %v", err)
	}
}

// Marks of an older version are found and moved; a collection of the same name by another tool is worked beside.
func TestOldMarks(t *testing.T) {
	ctx := t.Context()
	list := []mongodb.Migration{
		{Name: "001_text", Up: func(context.Context, *mongo.Database) error { return errors.New("has run already") }},
		{Name: "002_later", Up: func(context.Context, *mongo.Database) error { return nil }},
	}
	for name, old := range map[string]any{
		"ours":           bson.M{"_id": "001_text", "applied_at": time.Now()},
		"golang-migrate": bson.M{"version": 3, "dirty": false},
		"another's":      bson.M{"_id": "001_other", "applied_at": time.Now()},
	} {
		db := open(t)
		if _, err := db.Collection("schema_migrations").InsertOne(ctx, old); err != nil {
			t.Fatal(err)
		}
		want, list := []string{"002_later"}, list
		if name != "ours" {
			list = list[1:]
		}
		done, err := mongodb.Migrate(ctx, db, "test", list)
		if diff := cmp.Diff(want, done); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		marks, err := mongodb.Marks(ctx, db, "test", list)
		if err != nil || len(marks) != len(list) {
			t.Errorf("%s: %v (%v), want %d", name, marks, err, len(list))
		}
	}
}
