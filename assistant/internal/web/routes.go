package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/dav"
	"github.com/pythonweb/goweb/assistant/internal/web/api"
	"github.com/pythonweb/goweb/assistant/internal/web/login"
	"github.com/pythonweb/goweb/assistant/internal/web/page"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/console"
)

// Options say what is served, and how.
type Options struct {
	Library assistant.Library
	Book    *assistant.Book // what all address books have in common
	Base    *url.URL        // how browsers reach the server; nil if that is not known
	TLS     bool            // the server itself uses TLS

	Header  string         // in which a trusted proxy names the account; "" for none
	Trusted []netip.Prefix // the proxies that are trusted

	Commands []console.Entry // of the console, for the page that lists commands
}

// secure reports whether browsers use TLS, here or with the proxy in front.
func (o Options) secure() bool { return o.TLS || o.Base != nil && o.Base.Scheme == "https" }

// path returns the path under which the program is served, without a trailing slash.
func (o Options) path() string {
	if o.Base == nil {
		return ""
	}
	return strings.TrimRight(o.Base.EscapedPath(), "/")
}

// origin returns the scheme and the host that browsers use, or "" if they are not known.
func (o Options) origin() string {
	if o.Base == nil {
		return ""
	}
	return o.Base.Scheme + "://" + o.Base.Host
}

// New returns the handler for everything, and the gate that lets people in. All routes are here and in [page.Register].
func New(o Options) (http.Handler, *login.Gate) {
	base := o.path()
	gate := login.New(login.Options{
		Library: o.Library, Book: o.Book, Base: base, Secure: o.secure(), Origin: o.origin(),
		Header: o.Header, Trusted: o.Trusted,
	})
	pages := http.NewServeMux()
	page.Register(pages, page.Options{Base: base, Commands: o.Commands, Gate: gate, Books: o.Library})
	programs := gate.Programs(api.New(base, o.Library), api.Write)
	cards := gate.Programs(dav.New(o.Library), dav.Deny)
	discovery := http.RedirectHandler(base+dav.Prefix+"/", http.StatusMovedPermanently)

	program := http.NewServeMux()
	program.Handle("GET /healthz", alive())
	program.Handle("GET /readyz", ready(o.Library))
	program.Handle("/api/", programs)
	program.Handle("/api", programs)
	program.Handle(dav.Prefix+"/", cards)
	program.Handle(dav.Prefix, cards)
	program.Handle("/.well-known/carddav", discovery)
	program.Handle("GET /calendar/{name}", calendar(o))
	program.Handle("/books/{book}/", gate.People(page.InBook(o.Library, pages)))
	program.Handle("/", gate.People(pages))

	root := http.NewServeMux()
	root.Handle(base+"/", below(base, program))
	if base != "" {
		// Health checks do not come through the proxy that knows the path.
		root.Handle("GET /healthz", alive())
		root.Handle("GET /readyz", ready(o.Library))
		root.Handle("/.well-known/carddav", discovery)
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		api.Write(w, problem.New(problem.Forbidden, "another site has made this request", ""))
	}))
	return secured(visited(o, wellFormed(cross.Handler(root)))), gate
}

// below passes requests below a base path to a handler. Paths may contain escaped characters: a client may escape
// others than we do, so segments are compared and not bytes.
func below(base string, next http.Handler) http.Handler {
	if base == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		for range strings.Count(base, "/") {
			_, path, _ = strings.Cut(path[1:], "/")
			path = "/" + path
		}
		within := *r
		within.URL = new(url.URL)
		*within.URL = *r.URL
		var err error
		if within.URL.Path, err = url.PathUnescape(path); err != nil {
			http.NotFound(w, r)
			return
		}
		within.URL.RawPath = path
		next.ServeHTTP(w, &within)
	})
}

// wellFormed refuses addresses that contain what no database accepts as text.
func wellFormed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.QueryUnescape(r.URL.RawQuery)
		if err != nil || !problem.IsText(r.URL.Path) || !problem.IsText(query) {
			api.Write(w, problem.New(problem.BadRequest, "the address is not valid text", ""))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// visited adds a visit with the language of the answer to a request; the gate adds whose book it is about.
func visited(o Options, next http.Handler) http.Handler {
	base := o.path()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit.Visit{Lang: page.Language(r), Base: base, Secure: o.secure()}
		next.ServeHTTP(w, r.WithContext(visit.With(r.Context(), v)))
	})
}
