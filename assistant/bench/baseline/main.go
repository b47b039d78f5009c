// Command baseline is what the start of the assistant is measured against: it only imports the same libraries, opens
// the store of a DSN and asks it for one row.
package main

import (
	"context"
	"fmt"
	"os"

	_ "github.com/emersion/go-vcard"
	_ "github.com/google/uuid"
	_ "github.com/kballard/go-shellquote"
	_ "github.com/muesli/cancelreader"
	_ "github.com/nyaruka/phonenumbers"
	_ "github.com/redis/go-redis/v9"
	_ "github.com/urfave/cli/v2"
	_ "go.mongodb.org/mongo-driver/mongo"
	_ "golang.org/x/text/cases"
	_ "golang.org/x/text/unicode/norm"

	_ "github.com/pythonweb/goweb/console"
	_ "github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/storage"
	_ "github.com/pythonweb/goweb/storage/lru"
	_ "github.com/pythonweb/goweb/storage/mongodb"
)

func main() {
	ctx := context.Background()
	db, err := storage.Open(ctx, os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "baseline:", err)
		os.Exit(1)
	}
	var n int
	if err := db.Reader.NewRaw("SELECT 1").Scan(ctx, &n); err != nil {
		fmt.Fprintln(os.Stderr, "baseline:", err)
		os.Exit(1)
	}
	fmt.Println(n)
	_ = db.Close()
}
