package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// batch is how many contacts a copy confirms together, at most: the kill has to fall between two of them.
const batch = 250

// TestCopyKilled: a copy that is killed in the middle goes on where it was, and ends with both sides alike.
func TestCopyKilled(t *testing.T) {
	t.Parallel()
	people, notes := consoletest.Count(batch+50, 4*batch), consoletest.Count(20, 100)
	postgres, mongo := storagetest.Postgres(t), storagetest.Mongo(t)
	from := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	ids := fillBook(t, from, people, notes)
	for _, test := range []struct {
		name   string
		target func(*testing.T) string
	}{
		{"SQLite to PostgreSQL", func(*testing.T) string { return postgres.Database(t) }},
		{"PostgreSQL to MongoDB", func(t *testing.T) string { return mongo.MongoDatabase(t) }},
		{"MongoDB to SQLite", func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "copy.db") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			for round := range consoletest.Count(1, 34) {
				there := round * 31 % (people - batch) // so many are there when the copy is killed, at least
				to := test.target(t)
				for !killCopy(t, from, to, ids[there]) {
					to = test.target(t) // it was done sooner than this test could kill it
				}
				got := runCopy(t, from, to)
				if want := (copied{Written: got.Written, Same: people + notes - got.Written}); got != want || got.Same <= there {
					t.Errorf("after a kill with %d there: %+v", there, got)
				}
				for _, pair := range [][2]string{{from, to}, {to, from}} {
					if diff := cmp.Diff(copied{Same: people + notes}, runCopy(t, pair[0], pair[1])); diff != "" {
						t.Errorf("copied again:\n%s", diff)
					}
				}
				if round == 0 {
					defer func() { from = to }() // the next store is copied from this one
				}
			}
		})
	}
}

// copied is what db copy --json prints.
type copied struct{ Written, Same, Newer, Others, Differences int }

func runCopy(t *testing.T, from, to string) copied {
	t.Helper()
	cmd := exec.Command("assistant", "db", "copy", "--from", from, "--to", to, "--json")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var report copied
	if err == nil {
		err = json.Unmarshal(out, &report)
	}
	if err != nil {
		t.Fatalf("db copy: %v\n%s", err, out)
	}
	return report
}

// fillBook saves invented people and notes and returns the ids of the people in the order in which they are copied.
func fillBook(t *testing.T, dsn string, people, notes int) (ids []string) {
	t.Helper()
	store := backendtest.Open(t, dsn)
	sample := storetest.NewSample(5)
	contacts := make([]*assistant.Contact, people)
	for i := range contacts {
		contacts[i] = sample.Contact()
	}
	for part := range slices.Chunk(contacts, batch) {
		if err := store.SaveContacts(t.Context(), part...); err != nil {
			t.Fatal(err)
		}
	}
	var list []*assistant.Note
	for range notes {
		list = append(list, sample.Note())
	}
	if err := store.SaveNotes(t.Context(), list...); err != nil {
		t.Fatal(err)
	}
	book := assistant.Book{Store: store}
	for c, err := range book.AllContacts(t.Context(), assistant.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	return ids
}

// killCopy copies until the contact is in the target and kills the copy. It returns false when the copy was over
// before.
func killCopy(t *testing.T, from, to, id string) bool {
	t.Helper()
	store := backendtest.Open(t, to)
	cmd := exec.Command("assistant", "db", "copy", "--from", from, "--to", to)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(5 * time.Millisecond) // the server has the copy to serve, too
	defer tick.Stop()
	for {
		found, err := store.Contacts(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 1 {
			break
		}
		select {
		case err := <-ended:
			t.Fatalf("the copy ended without the contact: %v", err)
		case <-tick.C:
		}
	}
	// When the process is gone already, its end says so.
	_ = cmd.Process.Kill()
	return <-ended != nil
}
