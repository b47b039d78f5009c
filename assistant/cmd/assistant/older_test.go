package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// buildOlder compiles the assistant as it was before the newest migration.
func buildOlder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "older")
	script := `cd "$1"
newest=$(ls assistant/internal/sqlstore/postgres/*.up.sql | tail -1)
came=$(git log --diff-filter=A --format=%H -- "$newest" | tail -1)
git archive "$came^" | tar -x -C "$2"
cd "$2"
go build -o "$3" ./assistant/cmd/assistant`
	build := exec.Command("sh", "-euc", script, "sh", filepath.Join("..", "..", ".."), dir, program)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the assistant of before the newest migration: %v\n%s", err, out)
	}
	return program
}

// TestOlderBesideNewer: one of two servers is replaced by a newer one, which migrates the store under the older one's
// feet. Both answer all requests, know each other's sessions and changes, and no token of CardDAV passes a change of
// the older one. It compiles a second program, so that only make soak has it.
func TestOlderBesideNewer(t *testing.T) {
	for range consoletest.Count(0, 1) {
		olderBesideNewer(t, buildOlder(t))
	}
}

func olderBesideNewer(t *testing.T, program string) {
	database := storagetest.Postgres(t).Database(t)
	path := os.Getenv("PATH")
	link := t.TempDir()
	if err := os.Symlink(program, filepath.Join(link, "assistant")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", link+string(os.PathListSeparator)+path)
	olena := addOwner(t, database)
	old := serveStore(t, database, nil)
	browser := olena.logIn(t, old.url)
	balancer := newBalancer(old)
	defer balancer.end()
	l := olena.start(4, balancer.pick)
	some := func(n int) {
		t.Helper()
		consoletest.Eventually(t, "contacts are stored", func() bool { return l.count() > n })
	}
	some(50)

	t.Setenv("PATH", path)
	young := serveStore(t, database, nil) // migrates
	balancer.add(young)
	book := &cardServer{T: t, password: olena.app, book: young.url + "/dav/books/olena/contacts/"}
	_, token := book.changes("")
	some(l.count() + 200)
	for _, s := range []*server{old, young} {
		answer, err := browser.Get(s.url + "/contacts")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != "/contacts" {
			t.Errorf("whoever had logged in comes to %s with %d", answer.Request.URL, answer.StatusCode)
		}
	}
	session := olena.logIn(t, young.url)
	if answer, err := session.Get(old.url + "/contacts"); err != nil || answer.Request.URL.Path != "/contacts" {
		t.Errorf("a session of the newer one is none of the older one: %v, %v", answer, err)
	} else {
		_ = answer.Body.Close()
	}
	changed := "Changed by the older one"
	code, header, data := olena.ask(http.MethodPost, old.url+"/api/v1/contacts", fmt.Sprintf(`{"name":%q}`, changed))
	if code != http.StatusCreated {
		t.Fatal("the older one answers", code, string(data))
	}
	id := header.Get("Location")[strings.LastIndex(header.Get("Location"), "/")+1:]
	names, token := book.changes(token)
	if !names[id+".vcf"] {
		t.Error("the token passes a contact that the older one has made")
	}
	if code, _, data = olena.ask(http.MethodDelete, old.url+"/api/v1/contacts/"+id, ""); code != http.StatusNoContent {
		t.Fatal("the older one answers", code, string(data))
	}
	if names, _ = book.changes(token); len(names) == 0 || !names[id+".vcf"] {
		t.Error("the token passes a contact that the older one has deleted")
	}

	if code := old.end(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	balancer.forgetOldest()
	l.end(t, young.url)
	if len(l.codes) != 1 {
		t.Errorf("requests failed: %v", l.codes)
	}
}
