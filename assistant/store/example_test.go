package store_test

import (
	"context"
	"fmt"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/store"
)

func Example() {
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite::memory:", store.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	book := assistant.Book{Store: s}
	name, birthday := "Леся Українка", "25.02.1871"
	if _, err := book.AddContact(ctx, assistant.ContactInput{Name: &name, Birthday: &birthday}); err != nil {
		fmt.Println(err)
		return
	}
	c, err := book.Contact(ctx, "леся")
	fmt.Println(c.Name, c.Birthday, err)
	// Output: Леся Українка 1871-02-25 <nil>
}
