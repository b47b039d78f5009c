package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"github.com/pythonweb/goweb/storage/mongodb"
)

// A program opens its database, keeps the indexes that it needs, and brings old documents into their new shape.
func Example() {
	ctx := context.Background()
	db, err := mongodb.Open(ctx, "mongodb://127.0.0.1/notes")
	if err != nil {
		log.Fatal(err)
	}
	defer mongodb.Close(ctx, db)
	err = mongodb.EnsureIndexes(ctx, db, []mongodb.Index{
		{Collection: "notes", Name: "title", Keys: bson.D{{Key: "title", Value: 1}}, Unique: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	renamed := func(ctx context.Context, db *mongo.Database) error {
		_, err := db.Collection("notes").UpdateMany(ctx, bson.M{}, bson.M{"$rename": bson.M{"body": "text"}})
		return err
	}
	if _, err := mongodb.Migrate(ctx, db, "notes", []mongodb.Migration{{Name: "001_text", Up: renamed}}); err != nil {
		log.Fatal(err)
	}
}

// No error holds the password of an address.
func ExampleOpen() {
	_, err := mongodb.Open(context.Background(), "mongodb://anna:secret@db.example.org")
	fmt.Println(errors.Is(err, mongodb.ErrNoDatabase))
	fmt.Println(err)
	// Output:
	// true
	// open MongoDB at db.example.org: the address names no database (want mongodb://HOST/DATABASE)
}
