package backend_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// TestMain turns the test's program into a writer, which saves contacts and confirms each on stdout until it is killed.
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
		c := storetest.FullContact()
		if err := store.SaveContacts(context.Background(), c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(c.ID)
	}
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
			var confirmed []string
			for range consoletest.Count(1, 100) {
				confirmed = append(confirmed, killed(t, test.dsn, test.server)...)
				checkWhole(t, test.dsn, confirmed)
			}
		})
	}
}

// killed runs a writer, kills it or its server in the middle of its work, and returns what it had confirmed.
func killed(t *testing.T, dsn string, server *storagetest.Server) (confirmed []string) {
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
		confirmed = append(confirmed, lines.Text())
		if len(confirmed) != 7 {
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
	return confirmed
}

// checkWhole reads the store in a new connection: every confirmed contact is there, and all that is there is whole.
func checkWhole(t *testing.T, dsn string, confirmed []string) {
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
	want, err := json.Marshal(withoutID(storetest.FullContact()))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	book := assistant.Book{Store: store}
	for c, err := range book.AllContacts(t.Context(), assistant.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		there[c.ID] = true
		got, err := json.Marshal(withoutID(c))
		if err != nil || string(got) != string(want) {
			t.Errorf("half a contact: %s", got)
		}
	}
	for _, id := range confirmed {
		if !there[id] {
			t.Errorf("%s was confirmed and is lost", id)
		}
	}
	result, err := store.Search(t.Context(), assistant.SearchQuery{Words: "о'брайен"})
	if err != nil || len(result.Contacts) != len(there) {
		t.Errorf("%d of %d contacts are found: %v", len(result.Contacts), len(there), err)
	}
}

func withoutID(c *assistant.Contact) *assistant.Contact {
	same := *c
	same.ID, same.Version = "", 0
	return &same
}
