package migrate_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

// A program embeds its files (//go:embed migrations/*.sql); here they stand in the code.
func Example() {
	ctx := context.Background()
	db, err := storage.Open(ctx, "sqlite::memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = db.Close() }()
	migrator, err := migrate.New(db, fstest.MapFS{
		"001_words.up.sql":   {Data: []byte("CREATE TABLE words (word TEXT NOT NULL)")},
		"001_words.down.sql": {Data: []byte("DROP TABLE words")},
		"002_index.up.sql":   {Data: []byte("CREATE INDEX words_by_word ON words (word)")},
		"002_index.down.sql": {Data: []byte("DROP INDEX words_by_word")},
	}, migrate.Options{Program: "example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(migrator.Up(ctx))
	fmt.Println(migrator.Up(ctx)) // there is nothing left to do
	// Output:
	// [001_words 002_index] <nil>
	// [] <nil>
}
