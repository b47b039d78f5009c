// Package webtest has what the tests of pages, API and CardDAV share: a server on a store, accounts that can log in,
// and a client that reads whole answers.
package webtest

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/web"
)

// A Server is a server that runs until its test ends.
type Server struct {
	testing.TB
	URL    string
	Client *http.Client // follows no redirects
}

// Serve starts a server on a store. Change may set additional options.
func Serve(t testing.TB, library assistant.Library, change ...func(*web.Options)) *Server {
	t.Helper()
	store, ok := library.(assistant.Store)
	if !ok {
		t.Fatalf("%T is not a store", library)
	}
	options := web.Options{Library: library, Book: &assistant.Book{Store: store, Location: time.UTC}}
	for _, each := range change {
		each(&options)
	}
	handler, _ := web.New(options)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Server{t, server.URL, client}
}

// A Reply is an answer that has been read completely.
type Reply struct {
	*http.Response
	Text string
}

// Ask sends a request; header has alternating names and values, and authorize may add credentials.
func (s *Server) Ask(method, path, body string, authorize func(*http.Request), header ...string) Reply {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if authorize != nil {
		authorize(request)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := s.Client.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return Reply{response, string(text)}
}

// Want fails the test if the status is another one.
func (s *Server) Want(status int, r Reply) Reply {
	s.Helper()
	if r.StatusCode != status {
		s.Fatalf("%s %s: status %d, not %d: %s", r.Request.Method, r.Request.URL, r.StatusCode, status, r.Text)
	}
	return r
}

// An Account is an account of a store, with the credentials of its owner and its programs.
type Account struct {
	assistant.Account
	Password, App string
	Book          *assistant.Book
}

// AddAccount adds an account with an app password that has this label.
func AddAccount(t testing.TB, library assistant.Library, name, label string) *Account {
	t.Helper()
	a := &Account{Password: "password of " + name, App: secret.NewAppPassword()}
	now := time.Now().UTC()
	a.Account = assistant.Account{Name: name, Password: Hash(a.Password), Created: now}
	if err := library.AddAccount(t.Context(), &a.Account); err != nil {
		t.Fatal(err)
	}
	app := assistant.AppPassword{Account: a.ID, Label: label, Hash: Hash(a.App), Created: now}
	if err := library.AddAppPassword(t.Context(), app); err != nil {
		t.Fatal(err)
	}
	a.Book = &assistant.Book{Store: library.Book(a.Account), Location: time.UTC}
	return a
}

// Hash returns a hash in the form of package secret, with parameters that take no time and protect nothing.
func Hash(password string) string {
	const salt, memory, passes, threads = "salt of the tests", 8, 1, 1
	key := argon2.IDKey([]byte(password), []byte(salt), passes, memory, threads, 32)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads,
		encode([]byte(salt)), encode(key))
}
