package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/storage"
)

// alive answers as long as the server runs.
func alive() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
}

// readyTimeout is how long the store may take to answer.
const readyTimeout = 2 * time.Second

// ready answers 200 if the store answers and is writable and the server is not about to end, and 503 otherwise.
func ready(library assistant.Library) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lifeOf(r.Context()).watched() {
			say(w, http.StatusServiceUnavailable, "the server is shutting down")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		switch err := library.CheckWritable(ctx); {
		case errors.Is(err, storage.ErrReadOnly):
			say(w, http.StatusServiceUnavailable, "the store is read-only")
		case err != nil:
			say(w, http.StatusServiceUnavailable, "the store does not answer")
		default:
			say(w, http.StatusOK, "ok")
		}
	})
}

// say answers with one line of text.
func say(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n") // fails only if the client has gone
}
