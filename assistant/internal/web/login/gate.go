// Package login determines who makes a request: people by a session, programs by an app password, and those whom a
// proxy has authenticated by a header. A request that it lets through has a visit with the account's own address book,
// and no way to reach another.
package login

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// Options say whom the gate lets in.
type Options struct {
	Library assistant.Library
	Book    *assistant.Book // what all books have in common; its Store is not used
	Base    string          // the path under which the program is served
	Secure  bool            // browsers use TLS, here or with a proxy
	Origin  string          // the scheme and host that browsers use, for passkeys; "" for what they send

	Header  string         // in which a proxy names the account; "" for none
	Trusted []netip.Prefix // the proxies that are trusted
}

// A Gate lets people and programs in. [New] makes one.
type Gate struct {
	Options
	sessions *scs.SessionManager
	hashing  chan struct{} // argon2id takes much memory: limits concurrent hashes

	mu       sync.Mutex
	setup    string // the one-time token for the owner's first login; "" if there is none
	verified map[[32]byte]verified
	accounts []assistant.Account // as recently read
	read     time.Time           // when they were read
}

// A verified app password need not be hashed again for a while. That it still exists is checked each time.
type verified struct {
	hash  string
	until time.Time
}

const (
	verifiedTime = 5 * time.Minute
	maxVerified  = 1000
)

// New returns a gate.
func New(o Options) *Gate {
	g := &Gate{
		Options:  o,
		sessions: newSessions(o.Library, o.Base),
		hashing:  make(chan struct{}, 2),
		verified: make(map[[32]byte]verified),
	}
	g.sessions.Cookie.Secure = o.Secure
	return g
}

// SetupToken creates the token of the link with which the owner sets a password, once.
func (g *Gate) SetupToken() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.setup = rand.Text()
	return g.setup
}

// People admits those who have a session, or whom a trusted proxy names. All others are sent to the login page.
func (g *Gate) People(next http.Handler) http.Handler {
	loaded := g.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account, err := g.person(r)
		v := *visit.From(r.Context())
		if err == nil {
			v.Account, v.AccountID, v.Book = account.Name, account.ID, g.book(account)
		}
		ctx := assistant.WithVia(visit.With(r.Context(), &v), assistant.ViaWeb)
		r = r.WithContext(ctx)
		switch {
		case err == nil || isOpen(r.URL.Path):
			next.ServeHTTP(w, r)
		case !errors.Is(err, assistant.ErrNotFound):
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		case r.Method == http.MethodGet:
			http.Redirect(w, r, g.Base+"/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			http.Redirect(w, r, g.Base+"/login", http.StatusSeeOther)
		}
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			r = r.WithContext(assistant.WithGlance(r.Context()))
		}
		loaded.ServeHTTP(w, r)
	})
}

// isOpen reports whether a path needs no login. Path is relative to the program's own.
func isOpen(path string) bool {
	open := []string{"/login", "/login/challenge", "/login/passkey", "/setup", "/manifest.webmanifest"}
	return slices.Contains(open, path) || strings.HasPrefix(path, "/static/")
}

// person returns the account of a session or of a proxy's header. If there is none, the error is
// [assistant.NotFoundError].
func (g *Gate) person(r *http.Request) (assistant.Account, error) {
	if name := r.Header.Get(g.Header); g.Header != "" && name != "" && g.isTrusted(r) {
		return g.Library.AccountNamed(r.Context(), name)
	}
	id, ok := g.sessions.Get(r.Context(), accountKey).(int64)
	if !ok {
		return assistant.Account{}, assistant.ErrNotFound
	}
	return g.account(r.Context(), id)
}

// accountsTime is how long accounts are cached. An account that is removed loses its sessions at once.
const accountsTime = time.Second

// account returns the account with an id. Error: [assistant.ErrNotFound].
func (g *Gate) account(ctx context.Context, id int64) (assistant.Account, error) {
	has := func(a assistant.Account) bool { return a.ID == id }
	g.mu.Lock()
	accounts, read := g.accounts, g.read
	g.mu.Unlock()
	if at := slices.IndexFunc(accounts, has); at >= 0 && time.Since(read) < accountsTime {
		return accounts[at], nil
	}
	now := time.Now()
	accounts, err := g.Library.Accounts(ctx)
	if err != nil {
		return assistant.Account{}, err
	}
	g.mu.Lock()
	g.accounts, g.read = accounts, now
	g.mu.Unlock()
	if at := slices.IndexFunc(accounts, has); at >= 0 {
		return accounts[at], nil
	}
	return assistant.Account{}, assistant.ErrNotFound
}

// book returns the account's address book.
func (g *Gate) book(account assistant.Account) *assistant.Book {
	book := *g.Book
	book.Store = g.Library.Book(account)
	return &book
}

// isTrusted reports whether a request comes from a trusted proxy.
func (g *Gate) isTrusted(r *http.Request) bool {
	addr := peer(r)
	return slices.ContainsFunc(g.Trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// peer returns the address that the connection comes from.
func peer(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, _ := netip.ParseAddr(host) // the zero address is never trusted
	return addr.Unmap()
}

// client returns the address of the client: the last one in X-Forwarded-For that is not a trusted proxy's.
func (g *Gate) client(r *http.Request) string {
	addr := peer(r)
	if !g.isTrusted(r) {
		return addr.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if addr = next.Unmap(); !slices.ContainsFunc(g.Trusted, func(p netip.Prefix) bool { return p.Contains(addr) }) {
			break
		}
	}
	return addr.String()
}

// How many wrong passwords are allowed in a window: for a name, wherever the guesses come from, and for an address,
// whatever names it tries. The counts are in the store, so that all its servers share them.
const (
	window        = 5 * time.Minute
	guessesOfName = 10
	guessesOfAddr = 30
)

// guessed refuses whoever has guessed too often. After the window the owner can log in again.
func (g *Gate) guessed(r *http.Request, name string) error {
	if err := g.guessedAt(r.Context(), nameKey(name), guessesOfName); err != nil {
		return err
	}
	return g.guessedFrom(r)
}

// guessedFrom refuses an address that has guessed too often.
func (g *Gate) guessedFrom(r *http.Request) error {
	return g.guessedAt(r.Context(), "addr:"+g.client(r), guessesOfAddr)
}

func (g *Gate) guessedAt(ctx context.Context, key string, limit int) error {
	n, err := g.Library.Failures(ctx, key, window)
	if err == nil && n >= limit {
		return problem.New(problem.TooMany, "too many wrong passwords", "wait a while and try again")
	}
	return err
}

// try checks a guess and returns the hash that matches the password, or "" if none does, which is counted. The count is
// checked after waiting for a slot: concurrent guesses allow only one more attempt per slot than sequential ones.
func (g *Gate) try(r *http.Request, name, password string, hashes ...string) (string, error) {
	ctx := r.Context()
	select {
	case g.hashing <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer g.hashed()
	if err := g.guessed(r, name); err != nil {
		return "", err
	}
	for _, hash := range hashes {
		if secret.Matches(hash, password) {
			return hash, nil
		}
	}
	_, err := g.Library.CountFailure(ctx, nameKey(name), window)
	if err == nil {
		_, err = g.Library.CountFailure(ctx, "addr:"+g.client(r), window)
	}
	return "", err
}

// hashed releases a slot. The last one returns the memory that argon2id has used to the system, 19 MiB per password:
// otherwise the server would keep it until the next one.
func (g *Gate) hashed() {
	<-g.hashing
	if len(g.hashing) == 0 {
		debug.FreeOSMemory()
	}
}

func nameKey(name string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(name)))
	return "name:" + hex.EncodeToString(sum[:8])
}

// Login begins a session for whoever knows the account's password. Errors: [problem.Problem].
func (g *Gate) Login(r *http.Request, name, password string) error {
	ctx := r.Context()
	wrong := problem.New(problem.Unauthorized, "the name or the password is wrong", "")
	if !problem.IsText(name) {
		return wrong
	}
	account, err := g.Library.AccountNamed(ctx, name)
	if err != nil && !errors.Is(err, assistant.ErrNotFound) {
		return err
	}
	hash := account.Password
	if err != nil || hash == "" {
		hash = nobody() // an unknown name takes as long
	}
	switch matched, err := g.try(r, name, password, hash); {
	case err != nil:
		return err
	case matched == "":
		return wrong
	}
	return errors.Join(g.begin(ctx, account), g.Library.ClearFailures(ctx, nameKey(name)))
}

// nobody returns a hash that no password matches.
var nobody = sync.OnceValue(func() string { return secret.Hash(rand.Text()) })

// begin begins a session with a new token, which nobody can know yet.
func (g *Gate) begin(ctx context.Context, account assistant.Account) error {
	if err := g.sessions.RenewToken(ctx); err != nil {
		return err
	}
	g.sessions.Put(ctx, accountKey, account.ID)
	return nil
}

// Logout ends the session.
func (g *Gate) Logout(ctx context.Context) error { return g.sessions.Destroy(ctx) }

// CanSetUp reports whether a token is that of the one-time link.
func (g *Gate) CanSetUp(token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.setup != "" && token == g.setup
}

// SetUp creates the first account and logs it in. That uses up the link.
func (g *Gate) SetUp(ctx context.Context, token, name, password string) error {
	if err := secret.Check(password); err != nil {
		return &assistant.FieldError{Field: "password", Problem: err.Error()}
	}
	if err := assistant.CheckAccountName(name); err != nil {
		return err
	}
	if !g.takeSetUp(token) {
		return problem.New(problem.Forbidden, "This link has been used, or is not valid.", "")
	}
	account, err := AddOwner(ctx, g.Library, name, password)
	if err != nil {
		g.mu.Lock()
		g.setup = token // for another attempt
		g.mu.Unlock()
		return err
	}
	return g.begin(ctx, account)
}

// takeSetUp uses up the one-time link, and reports whether the token was the link's.
func (g *Gate) takeSetUp(token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	ok := g.setup != "" && token == g.setup
	if ok {
		g.setup = ""
	}
	return ok
}

// AddOwner creates the first account of a store.
func AddOwner(ctx context.Context, library assistant.Library, name, password string) (assistant.Account, error) {
	account := assistant.Account{
		Name:     name,
		Password: secret.Hash(password),
		Created:  time.Now().UTC().Truncate(time.Millisecond),
	}
	accounts, err := library.Accounts(ctx)
	if err == nil && len(accounts) > 0 {
		err = problem.New(problem.Conflict, "there is already an account", "log in")
	}
	if err == nil {
		err = library.AddAccount(ctx, &account)
	}
	return account, err
}
