package storage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

// A database is opened by a DSN, its tables are made by migrations, and then it is used as a bun.DB.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "storage")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, err := storage.Open(ctx, "sqlite:"+filepath.Join(dir, "example.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = db.Close() }()
	files := fstest.MapFS{
		"001_words.up.sql":   {Data: []byte("CREATE TABLE words (word TEXT NOT NULL)")},
		"001_words.down.sql": {Data: []byte("DROP TABLE words")},
	}
	migrator, err := migrate.New(db, files, migrate.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	applied, err := migrator.Up(ctx)
	fmt.Println(applied, err)
	// Output: [001_words] <nil>
}
