package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listener is a program that is told.
type listener struct {
	*testing.T
	*httptest.Server

	mu     sync.Mutex
	status int
	events []Event
	secret string
}

// ServeHTTP takes what is signed.
func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		l.Error(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	want, err := sign(l.secret, r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp"), body)
	if err != nil || r.Header.Get("Webhook-Signature") != want {
		l.Errorf("signature %q, not %q: %v", r.Header.Get("Webhook-Signature"), want, err)
	}
	if l.status != http.StatusOK {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(l.status)
		return
	}
	var e Event
	if err := json.Unmarshal(body, &e); err != nil || e.ID != r.Header.Get("Webhook-Id") {
		l.Error(err, string(body))
	}
	l.events = append(l.events, e)
}

// answer has the program answer with a status from now on.
func (l *listener) answer(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

// told returns what was told since the last call, in short.
func (l *listener) told() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []string
	for _, e := range l.events {
		list = append(list, fmt.Sprintf("%s %s %d", e.Type, e.Data.Name, e.Data.Version))
	}
	l.events = nil
	return list
}

// house is a store with an account, a webhook, and a clock.
type house struct {
	*listener
	library assistant.Library
	account assistant.Account
	book    *assistant.Book
	now     time.Time
	options Options
	hook    *Hook
}

func newHouse(t *testing.T) *house {
	t.Helper()
	l := &listener{T: t, status: http.StatusOK}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close) // which waits for the requests
	store := backendtest.Open(t, "sqlite::memory:")
	h := &house{listener: l, library: store, account: assistant.Account{Name: "olena"}, now: time.Now()}
	if err := store.AddAccount(t.Context(), &h.account); err != nil {
		t.Fatal(err)
	}
	h.book = &assistant.Book{Store: store.Book(h.account), Location: time.UTC}
	h.options = Options{
		Library: store, Book: &assistant.Book{Location: time.UTC}, Allow: []netip.Prefix{
			netip.MustParsePrefix("127.0.0.0/8"),
		},
		Now: func() time.Time { return h.now },
	}
	var err error
	if h.hook, err = Add(t.Context(), store, h.account.ID, l.URL, h.now); err != nil {
		t.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.secret = h.hook.Secret
	return h
}

func (h *house) add(name string) *assistant.Contact {
	h.Helper()
	c, err := h.book.CreateContact(h.Context(), &assistant.Contact{Name: name})
	if err != nil {
		h.Fatal(err)
	}
	return c
}

func (h *house) look(r *runner) {
	h.Helper()
	if err := r.look(h.Context()); err != nil {
		h.Fatal(err)
	}
}

func (h *house) want(want ...string) {
	h.Helper()
	if diff := cmp.Diff(want, h.told()); diff != "" {
		h.Error(diff)
	}
}

// Every version is told once, whichever program makes it, and in order.
func TestChangesAreTold(t *testing.T) {
	h := newHouse(t)
	r := newRunner(h.options)
	c := h.add("Леся")
	h.look(r)
	h.want("contact.changed Леся 1")
	for _, note := range []string{"одна", "дві"} {
		changed := *c
		changed.Note = note
		var err error
		if c, err = h.book.ReplaceContact(t.Context(), c, &changed); err != nil {
			t.Fatal(err)
		}
	}
	n, err := h.book.CreateNote(t.Context(), &assistant.Note{Title: "Покупки"})
	if err != nil {
		t.Fatal(err)
	}
	h.look(newRunner(h.options)) // another program, that has seen nothing yet
	h.want("contact.changed Леся 2", "contact.changed Леся 3", "note.changed Покупки 1")
	if err := h.book.RemoveContact(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := h.book.RemoveNote(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	h.look(r)
	h.want("contact.removed Леся 3", "note.removed Покупки 1")
	if _, err := h.book.RestoreContact(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	h.look(r)
	h.want("contact.changed Леся 4")
	const id = "00000000-0000-4000-8000-000000000001"
	group := &assistant.Contact{ID: id, Name: "Хор", Group: true, Updated: time.Now()}
	if err := h.book.Store.SaveContacts(t.Context(), group); err != nil { // which is no contact
		t.Fatal(err)
	}
	h.look(r)
	if err := h.book.RemoveContact(t.Context(), group); err != nil {
		t.Fatal(err)
	}
	h.look(r)
	h.look(newRunner(h.options))
	h.want()
}

// What was there before the webhook is not told.
func TestThePastIsNotTold(t *testing.T) {
	h := newHouse(t)
	h.add("Леся")
	_, err := Add(t.Context(), h.library, h.account.ID, h.URL, time.Now().Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if err := Remove(t.Context(), h.library, h.account.ID, h.hook.ID); err != nil {
		t.Fatal(err)
	}
	h.look(newRunner(h.options))
	h.want()
}

// An address that fails is tried again, later and later, and gets all in order; a restart forgets nothing.
func TestRetries(t *testing.T) {
	h := newHouse(t)
	h.answer(http.StatusInternalServerError)
	h.add("Перша")
	r := newRunner(h.options)
	h.look(r)
	state := func() State {
		states, err := States(t.Context(), h.library, h.account.ID)
		if err != nil {
			t.Fatal(err)
		}
		return states[h.hook.ID]
	}
	if s := state(); s.Failures != 1 || s.Status != 500 || !s.Next.Equal(h.now.UTC().Add(firstWait).Truncate(0)) {
		t.Errorf("%+v", s)
	}
	h.answer(http.StatusOK)
	h.add("Друга")
	h.look(r)
	h.want() // it is not time yet
	h.now = h.now.Add(firstWait)
	h.look(newRunner(h.options)) // another program goes on
	h.want("contact.changed Перша 1", "contact.changed Друга 1")
	if s := state(); s != (State{}) {
		t.Errorf("%+v", s)
	}
	for i, want := range []time.Duration{firstWait, 15 * time.Second, 45 * time.Second} {
		if got := wait(i + 1); got != want {
			t.Errorf("%d: %v", i, got)
		}
	}
	if wait(40) != lastWait {
		t.Error(wait(40))
	}
}

// An event that is never taken is given up, and does not keep the others for ever.
func TestGivenUp(t *testing.T) {
	h := newHouse(t)
	h.answer(http.StatusBadRequest)
	h.add("Перша")
	r := newRunner(h.options)
	for range maxAttempts {
		h.look(r)
		h.now = h.now.Add(lastWait)
	}
	if left, err := h.library.Records(t.Context(), h.account.ID, eventRecord); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
}

// Two servers of one store tell once.
func TestTwoServers(t *testing.T) {
	h := newHouse(t)
	for i := range 5 {
		h.add(fmt.Sprintf("Людина %d", i))
	}
	var servers sync.WaitGroup
	for range 2 {
		r := newRunner(h.options)
		servers.Go(func() {
			for range 3 {
				if err := r.look(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	servers.Wait()
	seen := make(map[string]bool)
	for _, told := range h.told() {
		if seen[told] {
			t.Errorf("%s was told twice", told)
		}
		seen[told] = true
	}
	if len(seen) != 5 {
		t.Error(seen)
	}
}

func TestReminders(t *testing.T) {
	h := newHouse(t)
	today := h.book.Today()
	born := today
	born.Year -= 30
	if _, err := h.book.CreateContact(t.Context(), &assistant.Contact{Name: "Леся", Birthday: born}); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(time.Minute) // the reminder comes after the change
	r := newRunner(h.options)
	h.look(r)
	h.want("contact.changed Леся 1", "reminder.birthday Леся 0")
	h.look(newRunner(h.options))
	h.want()
}

// A private address is reached only where it was allowed, however it is written.
func TestPrivateAddresses(t *testing.T) {
	h := newHouse(t)
	h.options.Allow = nil
	h.add("Леся")
	h.look(newRunner(h.options))
	h.want()
	states, err := States(t.Context(), h.library, h.account.ID)
	if err != nil || states[h.hook.ID].Wrong != errPrivate.Error() {
		t.Error(states, err)
	}
	for _, text := range []string{
		"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
		"100.64.0.1", "::1", "::", "fe80::1", "fc00::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
		"224.0.0.1", "255.255.255.255", "198.18.0.1",
	} {
		if public(netip.MustParseAddr(text)) {
			t.Error(text)
		}
	}
	for _, text := range []string{"93.184.215.14", "2606:4700::1111"} {
		if !public(netip.MustParseAddr(text)) {
			t.Error(text)
		}
	}
}

// A redirection would lead past the check of who may be told.
func TestRedirectionsAreNotFollowed(t *testing.T) {
	h := newHouse(t)
	h.answer(http.StatusTemporaryRedirect)
	h.add("Леся")
	h.look(newRunner(h.options))
	h.want()
}

func TestAddresses(t *testing.T) {
	h := newHouse(t)
	for _, text := range []string{
		"", "example.com", "ftp://example.com", "https://", "https://user:secret@example.com/", "file:///etc/passwd",
		"https://example.com/" + strings.Repeat("x", maxURL),
	} {
		var wrong *assistant.FieldError
		if _, err := Add(t.Context(), h.library, h.account.ID, text, h.now); !errors.As(err, &wrong) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	for range maxHooks - 1 {
		if _, err := Add(t.Context(), h.library, h.account.ID, "https://example.com/", h.now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Add(t.Context(), h.library, h.account.ID, "https://example.com/", h.now); err == nil {
		t.Error("an eleventh webhook")
	}
	if err := Remove(t.Context(), h.library, h.account.ID, "none"); !errors.Is(err, assistant.ErrNotFound) {
		t.Error(err)
	}
}

// The signature is that of the example in the specification of Standard Webhooks.
func TestSignature(t *testing.T) {
	got, err := sign(
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
		[]byte(`{"test": 2432232314}`),
	)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("%s, not %s: %v", got, want, err)
	}
}
