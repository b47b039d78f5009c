// Command bench measures the assistant's stores with 100,000 invented contacts: searches as a person types them against
// the same searches by LIKE over the whole table, and reads with a cache on Redis against reads without.
//
//	bench DSN [REDIS_URL]
//
// The store must be empty or hold the contacts of an earlier run.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage"
)

const people = 100_000

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: bench DSN [REDIS_URL]")
		os.Exit(2)
	}
	cache := ""
	if len(os.Args) > 2 {
		cache = os.Args[2]
	}
	if err := run(context.Background(), os.Args[1], cache); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dsn, cache string) error {
	store, err := backend.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := fill(ctx, store); err != nil {
		return err
	}
	if err := compareScan(ctx, store, dsn); err != nil {
		return err
	}
	for _, words := range []string{"шевч", "Олена", "067", "ко", "а"} {
		if err := measureSearch(ctx, store, words); err != nil {
			return err
		}
	}
	return compareCache(ctx, store, cache)
}

// fill saves the sample's contacts unless they are there.
func fill(ctx context.Context, store assistant.Store) error {
	sample := storetest.NewSample(1)
	for done := 0; done < people; done += 1000 {
		var batch []*assistant.Contact
		for range 1000 {
			batch = append(batch, sample.Contact())
		}
		found, err := store.Contacts(ctx, batch[0].ID)
		if err == nil && len(found) == 0 {
			err = store.SaveContacts(ctx, batch...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compareScan interleaves typed searches with the same ones by LIKE over all rows.
func compareScan(ctx context.Context, store assistant.Store, dsn string) error {
	db, err := storage.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	queries := storetest.NewSample(2)
	var indexed, scanned []time.Duration
	for i := range 1000 {
		words := queries.Query()
		took, err := timed(func() error {
			_, err := store.Search(ctx, assistant.SearchQuery{Words: words, Limit: 50})
			return err
		})
		if err != nil {
			return err
		}
		indexed = append(indexed, took)
		if i%20 != 0 {
			continue
		}
		took, err = timed(func() error { return scan(ctx, db, words) })
		if err != nil {
			return err
		}
		scanned = append(scanned, took)
	}
	show("search as typed", indexed)
	show("the same by LIKE over the table", scanned)
	fmt.Printf("%-36s %.1f\n", "ratio of the medians", float64(median(scanned))/float64(median(indexed)))
	return nil
}

// scan reads what a program without an index of trigrams would.
func scan(ctx context.Context, db *storage.DB, words string) error {
	// Adding nothing to the column keeps PostgreSQL from using the index.
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

func measureSearch(ctx context.Context, store assistant.Store, words string) error {
	result, err := store.Search(ctx, assistant.SearchQuery{Words: words, Limit: 50})
	if err != nil {
		return err
	}
	var times []time.Duration
	for range 10 {
		took, err := timed(func() error {
			_, err := store.Search(ctx, assistant.SearchQuery{Words: words, Limit: 50})
			return err
		})
		if err != nil {
			return err
		}
		times = append(times, took)
	}
	show(fmt.Sprintf("search %q, %d hits", words, result.TotalContacts), times)
	return nil
}

// compareCache measures reads without the cache and, if there is one, with answers that it has.
func compareCache(ctx context.Context, store backend.Store, url string) error {
	page, err := store.ListContacts(ctx, assistant.ContactQuery{Limit: 50})
	if err != nil {
		return err
	}
	stores := map[string]assistant.Store{"": store}
	if url != "" {
		cached, err := backend.WithCache(store, url)
		if err != nil {
			return err
		}
		stores[", from the cache"] = cached
	}
	for _, kind := range slices.Sorted(keys(stores)) {
		for name, read := range map[string]func() error{
			"one contact": func() error { _, err := stores[kind].Contacts(ctx, page.Contacts[0].ID); return err },
			"list of 50":  func() error { _, err := stores[kind].ListContacts(ctx, assistant.ContactQuery{Limit: 50}); return err },
			"search": func() error {
				_, err := stores[kind].Search(ctx, assistant.SearchQuery{Words: "Олена", Limit: 50})
				return err
			},
		} {
			var times []time.Duration
			for range 200 {
				took, err := timed(read)
				if err != nil {
					return err
				}
				times = append(times, took)
			}
			show(name+kind, times)
		}
	}
	return nil
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func timed(do func() error) (time.Duration, error) {
	start := time.Now()
	err := do()
	return time.Since(start), err
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func show(what string, times []time.Duration) {
	fmt.Printf("%-36s median %-10v p99 %v\n", what, median(times).Round(time.Microsecond), times[len(times)*99/100].Round(time.Microsecond))
}
