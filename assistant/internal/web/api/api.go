// Package api is the JSON API of the assistant, /api/v1. Its operations use the types of package assistant, so that its
// answers are what the commands print with --json, and its OpenAPI document is generated from the code.
package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/console"
)

// Prefix is the path of the API below that of the program.
const Prefix = "/api/v1"

// The sizes of requests: a contact may have a photo, an import is a file.
const (
	contactBytes = 8 << 20
	noteBytes    = 4 << 20
	importBytes  = 64 << 20
)

// New returns the handler for everything below /api. Base is the path under which the program is served; the library
// has what accounts keep besides their books, and their further books.
func New(base string, library assistant.Library) http.Handler {
	mux := http.NewServeMux()
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Assistant", Version: console.Version(),
				Description: "Contacts and notes. " +
					"Requests carry HTTP Basic with the name of an account and one of its app passwords.",
			},
			Servers: []*huma.Server{{URL: base + Prefix}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"basic": {Type: "http", Scheme: "basic", Description: "an app password"},
				},
			},
			Security: []map[string][]string{{"basic": {}}},
		},
		OpenAPIPath:   "/openapi",
		Formats:       huma.DefaultFormats,
		Transformers:  []huma.Transformer{coded},
		DefaultFormat: "application/json",
	}
	a := humago.New(mux, config)
	contacts(a)
	notes(a)
	find(a)
	intervals(a)
	transfers(a)
	past(a)
	duplicates(a)
	books(a, library)
	webhooks(a, library)
	detail := config.Components.Schemas.SchemaFromRef("#/components/schemas/ErrorDetail")
	detail.Properties["code"], detail.Required = codeSchema(), append(detail.Required, "code")
	mux.Handle("GET /docs", document(a, base))
	within, nothing := inBook(library, http.StripPrefix(Prefix, problems(mux))), problems(http.NewServeMux())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, Prefix+"/") {
			within.ServeHTTP(w, r)
			return
		}
		nothing.ServeHTTP(w, r)
	})
}

// problems answers requests for which there is no operation.
func problems(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		// The mux knows which methods the path has, and puts them into a header of its own answer.
		var said headerOnly
		handler.ServeHTTP(&said, r)
		if allow := said.Header().Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
			Write(w, problem.New(problem.MethodNotAllow,
				"the resource does not support the method "+r.Method, "use one of "+allow))
			return
		}
		Write(w, problem.New(problem.NotFound, "there is nothing at this address", "see "+Prefix+"/docs"))
	})
}

// headerOnly is a response of which only the header is used.
type headerOnly struct{ header http.Header }

func (h *headerOnly) Header() http.Header {
	if h.header == nil {
		h.header = make(http.Header)
	}
	return h.header
}

func (h *headerOnly) Write(b []byte) (int, error) { return len(b), nil }
func (h *headerOnly) WriteHeader(int)             {}
