package mongodb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
)

// Migration brings documents from one shape to the next. There is no transaction around it, so it must be possible to
// run Up again after it was interrupted, and in two processes at once: it must change only documents that still have
// the old shape.
type Migration struct {
	Name string // never changed once it has run; the list's order is the order of running
	Up   func(ctx context.Context, db *mongo.Database) error
}

// ErrNewer says that the database was migrated by a newer program than this one.
var ErrNewer = errors.New("has run in the database but is not known here (update the program)")

// oldMarks is the collection in which every program recorded its migrations before each had one of its own name.
const oldMarks = "schema_migrations"

// A Mark says that a migration has run.
type Mark struct {
	Name string    `bson:"_id"`
	At   time.Time `bson:"applied_at"`
}

// Marks returns which migrations of a program have run, by name. A program's marks are in the collection
// PROGRAM_migrations; those that an older version left in schema_migrations count as long as they name one of these
// migrations. Other tools use that name, too: what they keep there is ignored.
func Marks(ctx context.Context, db *mongo.Database, program string, migrations []Migration) ([]Mark, error) {
	marks, err := readMarks(ctx, db.Collection(program+"_migrations"))
	if err != nil || len(marks) > 0 {
		return marks, err
	}
	if marks, err = readMarks(ctx, db.Collection(oldMarks)); err != nil {
		return nil, err
	}
	known := func(k Mark) bool {
		return slices.ContainsFunc(migrations, func(m Migration) bool { return m.Name == k.Name })
	}
	if !slices.ContainsFunc(marks, known) {
		return nil, nil
	}
	return marks, nil
}

// Migrate runs the migrations of a program that have not run yet, in order, records each when it is done, and
// returns the names of those that it ran. A migration that fails stops the list and is run again by the next call.
func Migrate(ctx context.Context, db *mongo.Database, program string, migrations []Migration) ([]string, error) {
	applied, err := Marks(ctx, db, program, migrations)
	if err != nil {
		return nil, fmt.Errorf("read which migrations have run: %w", err)
	}
	known := make(map[string]bool, len(migrations))
	for _, m := range migrations {
		known[m.Name] = true
	}
	for _, mark := range applied {
		if !known[mark.Name] {
			return nil, fmt.Errorf("migration %s %w", mark.Name, ErrNewer)
		}
		known[mark.Name] = false // has run
	}
	var done []string
	if len(applied) == len(migrations) {
		return nil, nil // so that nothing is written to a read-only server
	}
	marks := db.Collection(program + "_migrations")
	for _, mark := range applied { // of the old collection, or there already
		if err := record(ctx, marks, mark); err != nil {
			return nil, err
		}
	}
	for _, m := range migrations {
		if !known[m.Name] {
			continue
		}
		if err := m.Up(ctx, db); err != nil {
			return done, fmt.Errorf("migration %s: %w", m.Name, err)
		}
		if err := record(ctx, marks, Mark{m.Name, time.Now().UTC()}); err != nil {
			return done, err
		}
		done = append(done, m.Name)
	}
	return done, nil
}

// record inserts a mark, unless another process was as fast.
func record(ctx context.Context, marks *mongo.Collection, mark Mark) error {
	if _, err := marks.InsertOne(ctx, mark); err != nil && !mongo.IsDuplicateKeyError(err) {
		return fmt.Errorf("record migration %s: %w", mark.Name, err)
	}
	return nil
}

// readMarks returns the marks of a collection; documents of another form are other programs'.
func readMarks(ctx context.Context, marks *mongo.Collection) ([]Mark, error) {
	cursor, err := marks.Find(ctx, bson.D{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = cursor.Close(ctx) }()
	var found []Mark
	for cursor.Next(ctx) {
		if _, ok := cursor.Current.Lookup("_id").StringValueOK(); !ok {
			continue
		}
		if _, ok := cursor.Current.Lookup("applied_at").TimeOK(); !ok {
			continue
		}
		var mark Mark
		if err := cursor.Decode(&mark); err != nil {
			return nil, err
		}
		found = append(found, mark)
	}
	return found, cursor.Err()
}
