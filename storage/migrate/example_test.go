package migrate_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

// A program embeds its files; here they are in memory.
func ExampleMigrator_Up() {
	ctx := context.Background()
	db, err := storage.Open(ctx, "sqlite::memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	files := fstest.MapFS{
		"001_notes.up.sql":   {Data: []byte("CREATE TABLE notes (text text NOT NULL);")},
		"001_notes.down.sql": {Data: []byte("DROP TABLE notes;")},
	}
	m, err := migrate.New(db, files, migrate.Options{Program: "notebook"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Up(ctx))
	fmt.Println(m.Up(ctx))
	// Output:
	// [001_notes] <nil>
	// [] <nil>
}
