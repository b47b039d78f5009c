package api

import (
	"html/template"
	"net/http"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	_ "embed"
)

//go:embed document.html
var documentHTML string

// described is an operation as the page shows it.
type described struct {
	*huma.Operation
	Parameters []*huma.Param
	Status     int
}

// document returns the page that people read instead of openapi.json.
func document(a huma.API, base string) http.Handler {
	page := sync.OnceValue(
		func() *template.Template { return template.Must(template.New("document").Parse(documentHTML)) },
	)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var list []described
		for _, item := range a.OpenAPI().Paths {
			for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
				if op != nil {
					list = append(list, described{op, op.Parameters, op.DefaultStatus})
				}
			}
		}
		slices.SortFunc(list, func(a, b described) int {
			return slices.Compare([]string{a.Path, a.Method}, []string{b.Path, b.Method})
		})
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// This fails only if the client has gone.
		_ = page().Execute(
			w,
			map[string]any{"Base": base, "Prefix": base + Prefix, "Operations": list, "Info": a.OpenAPI().Info},
		)
	})
}
