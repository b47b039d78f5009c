package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage"
)

// The limits of a search and of reading one contact.
const (
	searchLimit = 20 * time.Millisecond
	showLimit   = time.Millisecond
)

func measureSearch(ctx context.Context, args []string) (err error) {
	store, err := openFilled(ctx, args[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := compareScan(ctx, store, args[0]); err != nil {
		return err
	}
	var common times
	for _, words := range []string{"user123456", "шевч", "Олена", "067", "ко", "а"} {
		hits, took := 0, times{}
		for range 11 {
			err := took.add(func() error {
				result, err := store.Search(ctx, assistant.SearchQuery{Words: words, Limit: 50})
				hits = result.TotalContacts
				return err
			})
			if err != nil {
				return err
			}
		}
		took.show(fmt.Sprintf("search %q, %d hits", words, hits))
		if common == nil {
			common = took
			continue
		}
		showRatio("of the first", took.over(common))
	}
	return measureShow(ctx, store)
}

// compareScan interleaves typed searches with the same searches by LIKE over all rows.
func compareScan(ctx context.Context, store assistant.Store, dsn string) (err error) {
	db, err := storage.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	queries := storetest.NewSample(2)
	var indexed, whole, scanned times
	for i := range 1000 {
		words := queries.Query()
		search := func(limit int) func() error {
			return func() error {
				_, err := store.Search(ctx, assistant.SearchQuery{Words: words, Limit: limit})
				return err
			}
		}
		err := errors.Join(indexed.add(search(50)), whole.add(search(0)))
		if err == nil && i%20 == 0 {
			err = scanned.add(func() error { return scan(ctx, db, words) })
		}
		if err != nil {
			return err
		}
	}
	indexed.showLimit("search as typed, 50 hits a page", searchLimit)
	whole.showLimit("search as typed, every hit", searchLimit)
	scanned.show("the same by LIKE over the table")
	showRatio("ratio of the medians", scanned.over(indexed))
	return nil
}

// scan reads what a program without a trigram index would.
func scan(ctx context.Context, db *storage.DB, words string) error {
	// Concatenating an empty string keeps PostgreSQL from using the index.
	q := db.Reader.NewSelect().TableExpr("contact_documents").ColumnExpr("id, document")
	for _, word := range strings.Fields(search.Fold(words)) {
		q = q.Where("(document || '') LIKE ?", "%"+word+"%")
	}
	var rows []struct {
		bun.BaseModel `bun:"table:contact_documents"`
		ID            string
		Document      string
	}
	return q.Scan(ctx, &rows)
}

// measureShow reads single contacts from all parts of the store.
func measureShow(ctx context.Context, store assistant.Store) error {
	sample := storetest.NewSample(1)
	var took times
	for i := range people {
		id := sample.Contact().ID
		if i%100 != 0 {
			continue
		}
		if err := took.add(func() error { _, err := store.Contacts(ctx, id); return err }); err != nil {
			return err
		}
	}
	took.showLimit("one contact", showLimit)
	return nil
}
