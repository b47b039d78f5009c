// Command baseline is what the start of the assistant is measured against: it only imports the same libraries, opens
// the store of a DSN and reads one row from it.
package main

import (
	"context"
	"fmt"
	"os"

	_ "github.com/alexedwards/scs/v2"
	_ "github.com/danielgtaylor/huma/v2/adapters/humago"
	_ "github.com/emersion/go-vcard"
	_ "github.com/emersion/go-webdav/carddav"
	_ "github.com/google/uuid"
	_ "github.com/microcosm-cc/bluemonday"
	_ "github.com/muesli/cancelreader"
	_ "github.com/redis/go-redis/v9"
	_ "github.com/rivo/uniseg"
	_ "github.com/urfave/cli/v2"
	_ "github.com/yuin/goldmark/extension"
	_ "go.mongodb.org/mongo-driver/mongo"
	_ "go.yaml.in/yaml/v3"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/image/webp"
	_ "golang.org/x/text/cases"
	_ "golang.org/x/text/encoding/htmlindex"
	_ "golang.org/x/text/unicode/norm"
	_ "rsc.io/qr"

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
