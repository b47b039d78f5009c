package sqldb_test

import (
	"context"
	"fmt"
	"log"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// A program that keeps its data in a file, and never speaks to a server, opens it here.
func Example() {
	ctx := context.Background()
	db, err := sqldb.OpenMemory(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	var sum int
	if err := db.Reader.NewRaw("SELECT ? + ?", 2, 3).Scan(ctx, &sum); err != nil {
		log.Fatal(err)
	}
	fmt.Println(sum)
	// Output: 5
}
