package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// patience is how long a test waits for what should take seconds, on a machine that has other things to do.
const patience = time.Minute

// owner is the account of these tests, and what it comes in by.
type owner struct{ password, app string }

// addOwner makes the first account of a store.
func addOwner(t *testing.T, store string) owner {
	t.Helper()
	o := owner{password: "correct horse"}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(o.password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"user", "add", "olena", "--password-file", file}, {"user", "app-password", "olena", "--name", "test"},
	} {
		out, err := exec.Command("assistant", append([]string{"--store", store}, args...)...).Output()
		if err != nil {
			t.Fatal(args, err)
		}
		o.app = strings.TrimSpace(string(out))
	}
	return o
}

// ask sends a request to the API. The status is 0 when no answer came.
func (o owner) ask(method, url, body string) (int, http.Header, []byte) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, nil
	}
	r.SetBasicAuth("olena", o.app)
	r.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		return 0, nil, nil
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, nil, nil
	}
	return answer.StatusCode, answer.Header, data
}

// add adds a contact by the API.
func (o owner) add(base, name string) int {
	code, _, _ := o.ask(http.MethodPost, base+"/api/v1/contacts", fmt.Sprintf(`{"name":%q}`, name))
	return code
}

// names are those of all contacts.
func (o owner) names(t *testing.T, base string) []string {
	t.Helper()
	code, _, data := o.ask(http.MethodGet, base+"/api/v1/export", "")
	if code != http.StatusOK {
		t.Fatal("export:", code, string(data))
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "FN:"); ok {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}

// A load is what goes on while servers fail: contacts are added to one after another of the addresses.
type load struct {
	owner  owner
	stop   chan struct{}
	ended  sync.WaitGroup
	mu     sync.Mutex
	stored []string    // answered 201
	codes  map[int]int // of all answers
}

// start begins to add contacts by a number of clients. Pick says which server is asked next.
func (o owner) start(clients int, pick func() string) *load {
	l := &load{owner: o, stop: make(chan struct{}), codes: map[int]int{}}
	for client := range clients {
		l.ended.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-l.stop:
					return
				default:
				}
				name := fmt.Sprintf("Contact %d of client %d", i, client)
				code := o.add(pick(), name)
				l.mu.Lock()
				l.codes[code]++
				if code == http.StatusCreated {
					l.stored = append(l.stored, name)
				}
				l.mu.Unlock()
			}
		})
	}
	return l
}

// count returns how many contacts were answered 201.
func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.stored)
}

// end ends the load and looks whether all that was answered 201 is there, once.
func (l *load) end(t *testing.T, base string) {
	t.Helper()
	close(l.stop)
	l.ended.Wait()
	t.Logf("%d stored; answers: %v", len(l.stored), l.codes)
	there := map[string]int{}
	for _, name := range l.owner.names(t, base) {
		there[name]++
	}
	for _, name := range l.stored {
		if there[name] != 1 {
			t.Errorf("%s was answered 201 and is there %d times", name, there[name])
		}
	}
	if len(l.stored) == 0 {
		t.Error("nothing was stored")
	}
}

// readiness is what /readyz says.
func readiness(base string) (int, string) {
	answer, err := http.Get(base + "/readyz")
	if err != nil {
		return 0, ""
	}
	defer func() { _ = answer.Body.Close() }()
	data, _ := io.ReadAll(answer.Body) // an answer cut off says nothing
	return answer.StatusCode, strings.TrimSpace(string(data))
}

// TestFailOver: the primary of two PostgreSQL servers is killed under two assistants at work, and the standby promoted.
// Both go on without a restart, who has logged in stays so, and with synchronous replication nothing that was answered
// is lost. Meanwhile requests are refused with 503, and with nothing else.
func TestFailOver(t *testing.T) {
	t.Parallel()
	primary, standby, store := synchronousPair(t)
	olena := addOwner(t, store)
	servers := []*server{serveStore(t, store, nil), serveStore(t, store, nil)}
	session := olena.logIn(t, servers[0].url)
	var turn sync.Mutex
	next := 0
	l := olena.start(4, func() string {
		turn.Lock()
		defer turn.Unlock()
		next++
		return servers[next%len(servers)].url
	})
	consoletest.Eventually(t, "some contacts are stored", func() bool { return l.count() > 20 })

	primary.Kill(t)
	consoletest.Eventually(t, "a server tells that its store is gone", func() bool {
		code, text := readiness(servers[0].url)
		return code == http.StatusServiceUnavailable && text == "the store does not answer"
	})
	standby.Admin(t, "SELECT pg_promote()")
	for i, s := range servers {
		took := consoletest.Eventually(t, "the server goes on", func() bool {
			return olena.add(s.url, fmt.Sprintf("After the failure of server %d", i)) == http.StatusCreated
		})
		t.Logf("server %d goes on after %v", i, took)
		consoletest.Eventually(t, "the server is ready", func() bool {
			code, _ := readiness(s.url)
			return code == http.StatusOK
		})
	}
	answer, err := session.Get(servers[1].url + "/contacts")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != "/contacts" {
		t.Errorf("whoever had logged in comes to %s with %d", answer.Request.URL, answer.StatusCode)
	}
	l.end(t, servers[0].url)
	for code := range l.codes {
		if !slices.Contains([]int{http.StatusCreated, http.StatusServiceUnavailable}, code) {
			t.Errorf("%d answers %d", l.codes[code], code)
		}
	}
}

// logIn returns a browser that has logged in.
func (o owner) logIn(t *testing.T, base string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: patience}
	answer, err := browser.PostForm(base+"/login", url.Values{"name": {"olena"}, "password": {o.password}})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Request.URL.Path == "/login" {
		t.Fatal("log in:", answer.Status, answer.Request.URL)
	}
	return browser
}

// TestReadOnlyServer: an assistant on a standby alone refuses changes for now, and says to whoever watches it that it
// is of no use.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	primary := storagetest.Postgres(t)
	database := primary.Database(t)
	olena := addOwner(t, database)
	standby := storagetest.Standby(t, primary)
	store := standby.Through(t, database)
	s := serveStore(t, store, nil)
	if code, text := readiness(s.url); code != http.StatusServiceUnavailable || text != "the store is read-only" {
		t.Errorf("/readyz says %d %s", code, text)
	}
	code, header, body := olena.ask(http.MethodPost, s.url+"/api/v1/contacts", `{"name":"Оксана Шевчук"}`)
	if code != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
		t.Errorf("a change is answered %d %v %s", code, header, body)
	}
	standby.Admin(t, "SELECT pg_promote()")
	consoletest.Eventually(t, "the promoted server takes the change", func() bool {
		return olena.add(s.url, "Оксана Шевчук") == http.StatusCreated
	})
	if code, text := readiness(s.url); code != http.StatusOK {
		t.Errorf("/readyz says %d %s", code, text)
	}
}

// TestTenStartAtOnce: ten servers start on a database without tables; one makes them, all serve.
func TestTenStartAtOnce(t *testing.T) {
	t.Parallel()
	database := storagetest.Postgres(t).Database(t)
	var servers [10]*server
	var started sync.WaitGroup
	for i := range servers {
		started.Go(func() { servers[i] = serveStore(t, database, nil) })
	}
	started.Wait()
	olena := addOwner(t, database)
	for i, s := range servers {
		if s == nil {
			continue // serveStore has said why
		}
		if code := olena.add(s.url, fmt.Sprint("Contact ", i)); code != http.StatusCreated {
			t.Errorf("server %d answers %d", i, code)
		}
		if names := olena.names(t, s.url); len(names) != i+1 {
			t.Errorf("server %d knows %q", i, names)
		}
	}
}

// TestRollingUpdate: two servers are replaced one after the other under load that goes where /readyz says yes. No
// request fails.
func TestRollingUpdate(t *testing.T) {
	database := storagetest.Postgres(t).Database(t)
	olena := addOwner(t, database)
	balancer := newBalancer(serveStore(t, database, nil), serveStore(t, database, nil))
	defer balancer.end()
	l := olena.start(4, balancer.pick)
	for range 2 {
		consoletest.Eventually(t, "work is done", func() bool { return l.count()%50 > 25 })
		balancer.add(serveStore(t, database, nil))
		if code := balancer.oldest().end(t, syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d", code)
		}
		balancer.forgetOldest()
	}
	l.end(t, balancer.pick())
	if len(l.codes) != 1 {
		t.Errorf("requests failed: %v", l.codes)
	}
}

// A balancer sends requests in turn to the servers that were ready when it looked last.
type balancer struct {
	mu      sync.Mutex
	servers []*server
	ready   []string
	next    int
	stop    chan struct{}
	ended   sync.WaitGroup
}

func newBalancer(servers ...*server) *balancer {
	b := &balancer{servers: servers, stop: make(chan struct{})}
	b.look()
	b.ended.Go(func() {
		for {
			select {
			case <-b.stop:
				return
			case <-time.After(200 * time.Millisecond):
				b.look()
			}
		}
	})
	return b
}

func (b *balancer) look() {
	b.mu.Lock()
	servers := slices.Clone(b.servers)
	b.mu.Unlock()
	var ready []string
	for _, s := range servers {
		if code, _ := readiness(s.url); code == http.StatusOK {
			ready = append(ready, s.url)
		}
	}
	b.mu.Lock()
	b.ready = ready
	b.mu.Unlock()
}

func (b *balancer) pick() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	return b.ready[b.next%len(b.ready)]
}

func (b *balancer) add(s *server) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.servers = append(b.servers, s)
}

func (b *balancer) oldest() *server {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.servers[0]
}

func (b *balancer) forgetOldest() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.servers = b.servers[1:]
}

func (b *balancer) end() {
	close(b.stop)
	b.ended.Wait()
}
