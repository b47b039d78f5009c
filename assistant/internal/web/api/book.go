package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// books registers the operation that lists the address books of the account.
func books(a huma.API, library assistant.BookStore) {
	list := operation("list-books", http.MethodGet, "/books", "List the address books that the account sees")
	list.Parameters = nil
	huma.Register(a, list, shelf{library}.list)
}

type shelf struct{ assistant.BookStore }

func (s shelf) list(ctx context.Context, _ *struct{}) (*struct {
	Body []assistant.ListedBook `nullable:"false"`
}, error,
) {
	account := visit.From(ctx).AccountID
	list, err := s.Books(ctx, account)
	if err != nil {
		return nil, failed(err)
	}
	shares, err := s.Shares(ctx, account)
	if err != nil {
		return nil, failed(err)
	}
	return &struct {
		Body []assistant.ListedBook `nullable:"false"`
	}{assistant.ListBooks(list, shares)}, nil
}

// bookParam is the parameter that selects the address book of an operation.
func bookParam() *huma.Param {
	return &huma.Param{
		Name: "book", In: "query", Schema: &huma.Schema{Type: huma.TypeString},
		Description: "The address book, NAME or NAME@OWNER; without it the first one of the account",
	}
}

// within returns the address of something in the address book of a visit.
func within(v *visit.Visit, path string) string {
	address := v.Base + Prefix + path
	if v.BookName != "" {
		address += "?book=" + url.QueryEscape(v.BookName)
	}
	return address
}

// inBook opens the address book that the query of a request names.
func inBook(books assistant.BookStore, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		v := visit.From(r.Context())
		if !query.Has("book") || v.Book == nil {
			next.ServeHTTP(w, r)
			return
		}
		in, err := v.Open(r.Context(), books, query.Get("book"))
		if err != nil {
			Write(w, problem.Of(err))
			return
		}
		next.ServeHTTP(w, r.WithContext(visit.With(r.Context(), in)))
	})
}
