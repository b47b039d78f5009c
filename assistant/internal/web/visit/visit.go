// Package visit is what the server knows about the request that it answers: whose book is used, in which language, and
// under which path the program is served. The server puts it into the request's context; pages and API take it from
// there, so that neither can reach another book.
package visit

import (
	"context"
	"net/url"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
)

// A Visit is a request with the account that makes it.
type Visit struct {
	Book      *assistant.Book // of the account; nil without one
	Account   string          // the account's name; "" without one
	AccountID int64
	Lang      catalog.Language
	Secure    bool   // the browser uses TLS: cookies are sent over nothing else
	Base      string // the path under which the program is served: "" or "/NAME"

	Shelf    string // the path of the pages of Book below Base: "" for the first one of the account
	BookName string // NAME or NAME@OWNER; "" for the first one
	ReadOnly bool   // the book is shared read-only
}

// Open returns a visit to another address book that the account sees; "" means its first one. Error:
// [assistant.NotFoundError].
func (v *Visit) Open(ctx context.Context, books assistant.BookStore, name string) (*Visit, error) {
	list, err := books.Books(ctx, v.AccountID)
	if err != nil {
		return nil, err
	}
	b, err := assistant.BookNamed(list, name)
	if err != nil {
		return nil, err
	}
	in, book := *v, *v.Book
	book.Store = books.OpenBook(b, v.Account)
	in.Book, in.BookName, in.Shelf, in.ReadOnly = &book, b.Ref(), "/books/"+url.PathEscape(b.Ref()), b.ReadOnly
	return &in, nil
}

type key struct{}

// With returns ctx with a visit.
func With(ctx context.Context, v *Visit) context.Context { return context.WithValue(ctx, key{}, v) }

// From returns the visit of a request. A request without one is a bug in the routes, so From panics.
func From(ctx context.Context) *Visit { return ctx.Value(key{}).(*Visit) }
