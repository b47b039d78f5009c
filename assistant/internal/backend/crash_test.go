package backend_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// TestMain turns the test's program into a writer, which adds contacts, changes each once, and confirms every write on
// stdout until it is killed.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("WRITE_TO"); dsn != "" {
		write(dsn)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func write(dsn string) {
	store, err := backend.Open(context.Background(), dsn)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		id := uuid.NewString()
		for version := range int64(2) {
			c := written(id, version+1)
			c.Version = version
			if err := store.SaveContacts(context.Background(), c); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			fmt.Println(id, c.Version)
		}
	}
}

// written is the contact as the writer leaves it in its first or second version. They have no word and no tag in
// common.
func written(id string, version int64) *assistant.Contact {
	c := storetest.FullContact()
	if version == 2 {
		c = &assistant.Contact{Name: "Змінена", Tags: []string{"другі"}, Created: c.Created, Updated: c.Updated}
	}
	c.ID, c.Version = id, version
	return c
}

// What a writer has confirmed is there whole, whether the writer or the server is killed with SIGKILL.
func TestKilledWriterOrServer(t *testing.T) {
	mongo, postgres := storagetest.Mongo(t), storagetest.Postgres(t)
	for _, test := range []struct {
		name   string
		dsn    string
		server *storagetest.Server
	}{
		{"MongoDB, writer killed", mongo.MongoDatabase(t), nil},
		{"PostgreSQL, writer killed", postgres.Database(t), nil},
		{"SQLite, writer killed", "sqlite:" + t.TempDir() + "/book.db", nil},
		{"PostgreSQL, server killed", postgres.Database(t), postgres},
		{"MongoDB, server killed", mongo.MongoDatabase(t), mongo},
	} {
		t.Run(test.name, func(t *testing.T) {
			confirmed := map[string]int64{}
			for round := range consoletest.Count(2, 100) {
				killed(t, test.dsn, test.server, 6+round%7, confirmed)
				checkWhole(t, test.dsn, confirmed)
			}
		})
	}
}

// killed runs a writer, kills it or its server after so many writes, and notes which versions it has confirmed.
func killed(t *testing.T, dsn string, server *storagetest.Server, writes int, confirmed map[string]int64) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	writer := exec.Command(program)
	writer.Env = append(os.Environ(), "WRITE_TO="+dsn)
	out, err := writer.StdoutPipe()
	if err == nil {
		err = writer.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var id string
		var version int64
		if _, err := fmt.Sscan(lines.Text(), &id, &version); err != nil {
			t.Fatal(err)
		}
		confirmed[id] = version
		if writes--; writes != 0 {
			continue
		}
		if server != nil {
			server.Kill(t)
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	var exit *exec.ExitError
	if err := writer.Wait(); !errors.As(err, &exit) {
		t.Fatalf("the writer ended with %v", err)
	}
	if server != nil {
		server.Restart(t)
	}
}

// checkWhole reads the store in a new connection: every confirmed version is there, and all that is there is whole, in
// what is found and in the tags, too. A server may still be at the last write of the writer that was killed; so what is
// read counts when nothing has changed meanwhile.
func checkWhole(t *testing.T, dsn string, confirmed map[string]int64) {
	t.Helper()
	store, err := backend.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	there := versions(t, store)
	for {
		found, tags := counts(t, store)
		last := there
		if there = versions(t, store); !maps.Equal(last, there) {
			continue
		}
		count := map[int64]int{}
		for _, version := range there {
			count[version]++
		}
		if diff := cmp.Diff(count, found); diff != "" {
			t.Errorf("contacts of each version there and found:\n%s", diff)
		}
		want := map[string]int{}
		for version, n := range count {
			for _, tag := range written("", version).Tags {
				want[tag] = n
			}
		}
		if diff := cmp.Diff(want, tags); diff != "" {
			t.Errorf("contacts with each tag:\n%s", diff)
		}
		break
	}
	for id, version := range confirmed {
		if there[id] < version {
			t.Errorf("version %d of %s was confirmed, and version %d is there", version, id, there[id])
		}
	}
}

// versions returns the version of every contact. Each must be whole.
func versions(t *testing.T, store assistant.Store) map[string]int64 {
	t.Helper()
	there := map[string]int64{}
	book := assistant.Book{Store: store}
	for c, err := range book.AllContacts(t.Context(), assistant.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		there[c.ID] = c.Version
		if diff := cmp.Diff(written(c.ID, c.Version), c); diff != "" {
			t.Errorf("half a contact:\n%s", diff)
		}
	}
	return there
}

// counts returns how many contacts of each version are found by a word that only they have, and how many have each tag.
func counts(t *testing.T, store assistant.Store) (found map[int64]int, tags map[string]int) {
	t.Helper()
	found, tags = map[int64]int{}, map[string]int{}
	for version, word := range map[int64]string{1: "о'брайен", 2: "змінена"} {
		result, err := store.Search(t.Context(), assistant.SearchQuery{Words: word})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(result.Contacts); n > 0 {
			found[version] = n
		}
	}
	list, err := store.ContactTags(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range list {
		tags[tag.Tag] = tag.Count
	}
	return found, tags
}
