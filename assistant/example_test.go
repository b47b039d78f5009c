package assistant_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/store"
)

func ExampleBook() {
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite::memory:", store.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	book := assistant.Book{Store: s, Region: "UA"}
	cards := "BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Олена Коваль\nTEL:067 123 45 67\nEND:VCARD\n"
	tell := func(err error) { fmt.Println(err) }
	for range 2 { // importing again adds nothing
		summary, err := book.ImportVCards(ctx, strings.NewReader(cards), "phone.vcf", tell)
		fmt.Println(summary.Added, summary.Unchanged, err)
	}
	result, err := book.Search(ctx, "ковлаь", false) // two letters are swapped
	fmt.Println(len(result.Contacts), result.Similar, err)
	result, err = book.Search(ctx, "067123", false)
	fmt.Println(result.Contacts[0].Name, result.Contacts[0].Phones[0].E164, err)
	// Output:
	// 1 0 <nil>
	// 0 1 <nil>
	// 1 true <nil>
	// Олена Коваль +380671234567 <nil>
}
