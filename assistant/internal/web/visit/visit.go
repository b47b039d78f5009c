// Package visit is what the server knows of the request that it answers: whose book is asked, in which language, and
// under which path the program stands. The server puts it into the request's context; pages and API take it from
// there, so that neither can come to another book.
package visit

import (
	"context"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
)

// A Visit is a request with its owner.
type Visit struct {
	Book      *assistant.Book // of the account; nil for nobody
	Account   string          // the account's name; "" for nobody
	AccountID int64
	Lang      catalog.Language
	Secure    bool   // the browser speaks TLS: cookies go nowhere else
	Base      string // the path under which the program stands: "" or "/NAME"
}

type key struct{}

// With returns ctx with a visit.
func With(ctx context.Context, v *Visit) context.Context { return context.WithValue(ctx, key{}, v) }

// From returns the visit of a request. A request without one is a mistake in the routes, and panics.
func From(ctx context.Context) *Visit { return ctx.Value(key{}).(*Visit) }
