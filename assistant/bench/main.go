// Command bench measures the assistant's stores with 100,000 invented contacts: searches as a person types them, and
// the same searches without the index of trigrams, by LIKE over the whole table.
//
//	bench DSN [CONTACTS]
//
// The store must be empty or hold the contacts of an earlier run.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/storetest"
)

func main() {
	count := 100_000
	if len(os.Args) > 2 {
		count, _ = strconv.Atoi(os.Args[2])
	}
	if err := run(context.Background(), os.Args[1], count); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dsn string, count int) error {
	store, err := backend.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := fill(ctx, store, count); err != nil {
		return err
	}
	queries := storetest.NewSample(2)
	err = measure("search, as typed", 1000, func() error {
		_, err := store.Search(ctx, assistant.SearchQuery{Words: queries.Query(), Limit: 50})
		return err
	})
	if err != nil {
		return err
	}
	for _, words := range []string{"шевч", "Олена", "067", "ко", "а"} {
		result, err := store.Search(ctx, assistant.SearchQuery{Words: words, Limit: 50})
		if err != nil {
			return err
		}
		err = measure(fmt.Sprintf("search %q: %d hits", words, result.TotalContacts), 20, func() error {
			_, err := store.Search(ctx, assistant.SearchQuery{Words: words, Limit: 50})
			return err
		})
		if err != nil {
			return err
		}
	}
	page, err := store.ListContacts(ctx, assistant.ContactQuery{Limit: 1000})
	if err != nil {
		return err
	}
	i := 0
	if err := measure("one contact by id", 1000, func() error {
		i++
		_, err := store.Contacts(ctx, page.Contacts[i%len(page.Contacts)].ID)
		return err
	}); err != nil {
		return err
	}
	return measure("list of 50", 200, func() error {
		_, err := store.ListContacts(ctx, assistant.ContactQuery{Limit: 50})
		return err
	})
}

// fill saves the sample's contacts unless they are there.
func fill(ctx context.Context, store assistant.Store, count int) error {
	sample := storetest.NewSample(1)
	start := time.Now()
	for done := 0; done < count; done += 1000 {
		var batch []*assistant.Contact
		for range 1000 {
			batch = append(batch, sample.Contact())
		}
		if found, err := store.Contacts(ctx, batch[0].ID); err != nil || len(found) > 0 {
			if err != nil {
				return err
			}
			continue
		}
		if err := store.SaveContacts(ctx, batch...); err != nil {
			return err
		}
	}
	fmt.Printf("%-40s %v\n", fmt.Sprintf("%d contacts are there after", count), time.Since(start).Round(time.Millisecond))
	return nil
}

// measure prints the median, the 99th percentile and the maximum of n calls.
func measure(what string, n int, call func() error) error {
	times := make([]time.Duration, n)
	for i := range times {
		start := time.Now()
		if err := call(); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	fmt.Printf("%-40s median %-10v p99 %-10v max %v\n", what, times[n/2].Round(time.Microsecond), times[n*99/100].Round(time.Microsecond), times[n-1].Round(time.Microsecond))
	return nil
}
