package mongodb_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/pythonweb/goweb/storage/mongodb"
)

// No error holds the password of an address.
func ExampleOpen() {
	_, err := mongodb.Open(context.Background(), "mongodb://anna:secret@db.example.org")
	fmt.Println(errors.Is(err, mongodb.ErrNoDatabase))
	fmt.Println(err)
	// Output:
	// true
	// open MongoDB at db.example.org: the address names no database (want mongodb://HOST/DATABASE)
}
