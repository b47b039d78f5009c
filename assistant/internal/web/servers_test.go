package web_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// The main ways work on the other stores as on SQLite.
func TestOnEveryStore(t *testing.T) {
	for name, dsn := range map[string]string{
		"PostgreSQL": storagetest.Postgres(t).Database(t), "MongoDB": storagetest.Mongo(t).MongoDatabase(t),
	} {
		t.Run(name, func(t *testing.T) {
			s := siteOn(t, backendtest.Open(t, dsn), "olena")
			path := s.want(
				303, s.send("/contacts", url.Values{"name": {"Леся"}, "phones": {"067 123 45 67"}, "tags": {"поети"}}),
			).Header.Get("Location")
			tag := s.want(200, s.ask("GET", path, "")).Header.Get("ETag")
			s.want(304, s.ask("GET", path, "", "If-None-Match", tag))
			s.want(303, s.send(path, url.Values{"version": {"1"}, "name": {"Лариса"}}))
			s.want(409, s.send(path, url.Values{"version": {"1"}, "name": {"Ліна"}}))
			s.want(303, s.send(path+"/undo", url.Values{"to": {"1"}}))
			if r := s.want(200, s.ask("GET", "/contacts?q=лес&tag=поети", "")); !strings.Contains(r.text, "<mark>Лес</mark>") {
				t.Error(r.text)
			}
			s.want(303, s.send(path+"/delete", nil))
			s.want(404, s.ask("GET", path, ""))
			s.want(303, s.send(path+"/restore", nil))
			created := s.want(201, s.ask("POST", "/api/v1/notes", `{"text":"нотатка"}`))
			s.want(412, s.ask("PUT", created.Header.Get("Location"), `{"text":"інше"}`, "If-Match", `"9-x"`))
			s.as = s.account("taras")
			s.want(404, s.ask("GET", path, ""))
			s.want(404, s.ask("GET", "/api/v1"+path, ""))
		})
	}
}

// What one server confirms the other shows at once, while Redis remembers answers, while it is frozen, and while it is
// gone; and never does an account get the answer of another.
func TestTwoServers(t *testing.T) {
	redis := storagetest.Redis(t)
	dsn := storagetest.Postgres(t).Database(t)
	open := func() backend.Store {
		behind, err := backend.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		store, err := backend.WithCache(behind, redis.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() }) // Redis has gone
		return store
	}
	first := siteOn(t, open(), "olena")
	second := siteOn(t, open(), "")
	second.as = first.as
	owner, other := first.as, first.account("taras")
	id := first.object(first.want(201, first.ask("POST", "/api/v1/contacts", `{"name":"Леся 0"}`)))["id"].(string)
	path := "/api/v1/contacts/" + id

	rounds := consoletest.Count(40, 1000)
	var took []time.Duration
	check := func(state string, n int) {
		t.Helper()
		for i := range n {
			name := fmt.Sprintf("Леся %s %d", state, i)
			writer, reader := first, second
			if i%2 == 1 {
				writer, reader = second, first
			}
			writer.want(200, writer.ask("PUT", path, fmt.Sprintf(`{"name":%q}`, name)))
			began := time.Now()
			for _, page := range []string{path, "/api/v1/contacts", "/contacts", "/contacts/" + id} {
				if r := reader.want(200, reader.ask("GET", page, "")); !strings.Contains(r.text, name) {
					t.Fatalf("%s, round %d: %s is from before", state, i, page)
				}
			}
			took = append(took, time.Since(began)/4)
			reader.as = other
			reader.want(404, reader.ask("GET", path, ""))
			if r := reader.want(200, reader.ask("GET", "/api/v1/contacts", "")); strings.Contains(r.text, "Леся") {
				t.Fatalf("%s: another account's answer", state)
			}
			reader.as = owner
		}
	}
	check("remembered", rounds)
	slices.Sort(took)
	t.Logf("a read after the change: median %v, p99 %v", took[len(took)/2], took[len(took)*99/100])
	redis.Freeze(t)
	check("frozen", 2)
	redis.Kill(t)
	check("gone", 2)

	// Who logs in at one is logged in at the other, and out at both; guesses are counted together.
	second.want(200, second.ask("GET", "/", ""))
	first.want(303, first.send("/logout", nil))
	second.want(303, second.ask("GET", "/", ""))
}
