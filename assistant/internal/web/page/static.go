package page

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"

	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/console"
)

//go:embed static
var staticFiles embed.FS

// static serves the style sheet, the script and the pictures. They only change with the program.
func static() http.Handler {
	sub, err := fs.Sub(staticFiles, "static")
	if err != nil {
		panic(err) // the folder is embedded in the program
	}
	server := http.FileServerFS(sub)
	tag := `"` + console.Version() + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "" || r.URL.Path[len(r.URL.Path)-1] == '/' {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		if console.Version() != "devel" {
			w.Header().Set("ETag", tag)
		}
		server.ServeHTTP(w, r)
	})
}

// manifest lets a phone install the pages as an app.
func manifest(base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := visit.From(r.Context()).Lang.Text("Assistant")
		w.Header().Set("Content-Type", "application/manifest+json")
		_ = json.NewEncoder(w).Encode(map[string]any{ // fails only if the client has gone
			"name": name, "short_name": name, "start_url": base + "/", "scope": base + "/", "display": "standalone",
			"background_color": "#ffffff", "theme_color": "#1d5a4a",
			"icons": []map[string]string{{"src": base + "/static/icon.png", "sizes": "192x192", "type": "image/png"}},
		})
	})
}
