package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend/backendtest"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/assistant/internal/web/login"
	"github.com/pythonweb/goweb/assistant/internal/web/markdown"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/assistant/storetest"
)

// BenchmarkPages measures, with 10,000 contacts on SQLite, the processor time of a page of a contact against that of a
// handler that only executes the same template, of an unchanged page against that of a bare 304, and the time of a
// search.
func BenchmarkPages(b *testing.B) {
	library := backendtest.Open(b, "sqlite:"+b.TempDir()+"/book.db")
	account := assistant.Account{Name: "olena", Password: secret.Hash("correct horse"), Created: time.Now()}
	if err := library.AddAccount(b.Context(), &account); err != nil {
		b.Fatal(err)
	}
	store, sample := library.Book(account), storetest.NewSample(1)
	var c *assistant.Contact
	for range 10 {
		batch := make([]*assistant.Contact, 1000)
		for i := range batch {
			batch[i] = sample.Contact()
		}
		if err := store.SaveContacts(b.Context(), batch...); err != nil {
			b.Fatal(err)
		}
		c = batch[0]
	}
	book := &assistant.Book{Store: store, Location: time.UTC}
	gate := login.New(login.Options{Library: library, Book: book})
	p := &pages{Options{Gate: gate}, markdown.New(), build(), &links{books: make(map[string]bookLinks)}}
	mux := http.NewServeMux()
	Register(mux, p.Options)
	whole := gate.People(mux)
	cookie := ""
	request := func(path string, header ...string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Cookie", cookie)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return r.WithContext(visit.With(r.Context(), &visit.Visit{Book: book, Account: "olena", AccountID: account.ID}))
	}
	form := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader("name=olena&password=correct+horse"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	in := httptest.NewRecorder()
	whole.ServeHTTP(in, form.WithContext(visit.With(form.Context(), &visit.Visit{})))
	cookie, _, _ = strings.Cut(in.Header().Get("Set-Cookie"), ";")
	ask := func(h http.Handler, status int, path string, header ...string) func() {
		return func() {
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, request(path, header...)); w.Code != status {
				b.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	}
	ready := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := p.show(
			w, r, frame{Title: c.Name}, func(v view.HTML) error { return v.Contact(c) },
			own("contact-foot", contactPage{Contact: c}),
		)
		if err != nil {
			b.Error(err)
		}
	})
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	path := "/contacts/" + c.ID
	w := httptest.NewRecorder()
	whole.ServeHTTP(w, request(path))
	tag := w.Header().Get("ETag")

	b.Run("contact", func(b *testing.B) { ratio(b, ask(whole, 200, path), ask(ready, 200, path)) })
	b.Run("unchanged", func(b *testing.B) {
		ratio(b, ask(whole, 304, path, "If-None-Match", tag), ask(bare, 304, path, "If-None-Match", tag))
	})
	b.Run("search", func(b *testing.B) {
		words := strings.Fields(c.Name)
		var took []time.Duration
		for i := range max(b.N, 200) {
			began := time.Now()
			ask(whole, 200, fmt.Sprintf("/search?q=%s", url.QueryEscape(string([]rune(words[i%len(words)])[:2]))))()
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	})
}

// ratio reports how much more processor time one function takes than another, by turns.
func ratio(b *testing.B, one, other func()) {
	const calls = 500
	var ratios []float64
	for range max(b.N/calls, 15) {
		a, c := cpu(func() {
			for range calls {
				one()
			}
		}), cpu(func() {
			for range calls {
				other()
			}
		})
		ratios = append(ratios, float64(a)/float64(max(c, 1)))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "times")
}

// cpu is the processor time of the process while a function runs.
func cpu(do func()) time.Duration {
	used := func() time.Duration {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail with these arguments
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	do()
	return used() - before
}
