package mongodb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// Migration brings documents from one shape to the next. There is no transaction around it, so Up must be written to be
// run again after it was cut off, and by two processes at once: by changing only documents that still have the old shape.
type Migration struct {
	Name string // never changed once it has run; the list's order is the order of running
	Up   func(ctx context.Context, db *mongo.Database) error
}

// ErrNewer says that the database was migrated by a newer program than this one.
var ErrNewer = errors.New("has run in the database but is not known here (update the program)")

// marksName is the collection that records which migrations have run.
const marksName = "schema_migrations"

// Migrate runs the migrations that have not run yet, in order, records each when it is done, and returns the names of
// those that it ran. A migration that fails stops the list and is run again by the next call.
func Migrate(ctx context.Context, db *mongo.Database, migrations []Migration) ([]string, error) {
	marks := db.Collection(marksName)
	applied, err := appliedNames(ctx, marks)
	if err != nil {
		return nil, fmt.Errorf("read which migrations have run: %w", err)
	}
	known := make(map[string]bool, len(migrations))
	for _, m := range migrations {
		known[m.Name] = true
	}
	for _, name := range applied {
		if !known[name] {
			return nil, fmt.Errorf("migration %s %w", name, ErrNewer)
		}
		known[name] = false // has run
	}
	var done []string
	for _, m := range migrations {
		if !known[m.Name] {
			continue
		}
		if err := m.Up(ctx, db); err != nil {
			return done, fmt.Errorf("migration %s: %w", m.Name, err)
		}
		mark := bson.D{{Key: "_id", Value: m.Name}, {Key: "applied_at", Value: time.Now().UTC()}}
		if _, err := marks.InsertOne(ctx, mark); err != nil && !mongo.IsDuplicateKeyError(err) { // another process was as fast
			return done, fmt.Errorf("record migration %s: %w", m.Name, err)
		}
		done = append(done, m.Name)
	}
	return done, nil
}

// appliedNames returns the names of the migrations that have run.
func appliedNames(ctx context.Context, marks *mongo.Collection) ([]string, error) {
	cursor, err := marks.Find(ctx, bson.D{}, options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var found []struct {
		Name string `bson:"_id"`
	}
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.Name
	}
	return names, nil
}
