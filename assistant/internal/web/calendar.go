package web

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/ics"
	"github.com/pythonweb/goweb/assistant/internal/secret"
	"github.com/pythonweb/goweb/assistant/internal/web/page"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// calendar returns the calendar of an account's address book to whoever knows its address.
func calendar(o Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account, name, err := secret.CalendarAccount(r.Context(), o.Library, r.PathValue("name"))
		v := &visit.Visit{Account: account.Name, AccountID: account.ID}
		if err == nil {
			book := *o.Book
			book.Store = o.Library.Book(account)
			v.Book = &book
			if name != "" { // the book may have been removed, or is no longer shared
				v, err = v.Open(r.Context(), o.Library, name)
			}
		}
		if errors.Is(err, assistant.ErrNotFound) {
			http.NotFound(w, r)
			return
		}
		var text bytes.Buffer
		if err == nil {
			var days ics.Days
			if days, err = ics.Read(r.Context(), v.Book); err == nil {
				err = ics.Write(&text, days, page.Language(r))
			}
		}
		if err != nil {
			slog.Error("calendar", "error", err)
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		_, _ = w.Write(text.Bytes()) // fails only if the client has gone
	})
}
