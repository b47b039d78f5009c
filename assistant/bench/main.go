// Command bench measures the assistant with 100,000 invented contacts.
//
//	bench search DSN                searches as a person types them, against the same ones by LIKE over the whole table
//	bench cache DSN REDIS_URL       reads with a cache on Redis against reads without, and what a broken Redis costs
//	bench start ASSISTANT BASELINE  the start of the program against that of one that only opens the store
//	bench import ASSISTANT          the import of 100,000 cards, and their list to a pipe
//	bench carddav ASSISTANT RADICALE  assistant serve against Debian's radicale, a book of 10,000 cards
//
// The store must be empty or hold the contacts of an earlier run.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/storetest"
)

func main() {
	measurements := map[string]struct {
		arguments int
		run       func(context.Context, []string) error
	}{
		"search": {1, measureSearch},
		"cache":  {2, measureCache},
		"start":  {2, measureStart},
		"import": {1, measureImport},

		"carddav": {2, measureCardDAV},
	}
	args := append(os.Args[1:], "")
	measurement := measurements[args[0]]
	if measurement.run == nil || len(args)-2 != measurement.arguments {
		fmt.Fprintln(os.Stderr, "usage: bench search DSN | cache DSN REDIS_URL | start ASSISTANT BASELINE | "+
			"import ASSISTANT | carddav ASSISTANT RADICALE")
		os.Exit(2)
	}
	if err := measurement.run(context.Background(), args[1:len(args)-1]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

const people = 100_000

// openFilled opens a store and saves the invented contacts unless they are already there.
func openFilled(ctx context.Context, dsn string) (backend.Store, error) {
	store, err := backend.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
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
			return nil, err
		}
	}
	return store, nil
}
