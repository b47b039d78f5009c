package junksort_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pythonweb/goweb/junksort"
)

func Example() {
	dir, err := os.MkdirTemp("", "junk")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"photo.jpg", "book.pdf"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}
	show := junksort.Observer{Result: func(r junksort.Result) { fmt.Println(r.Action, r.From, r.To) }}
	if _, err := junksort.Sort(context.Background(), dir, junksort.Options{}, show); err != nil {
		fmt.Println(err)
	}
	if _, err := junksort.Undo(context.Background(), dir, 0, show); err != nil {
		fmt.Println(err)
	}
	// Output:
	// moved book.pdf documents/book.pdf
	// moved photo.jpg images/photo.jpg
	// returned images/photo.jpg photo.jpg
	// returned documents/book.pdf book.pdf
}
