package web

import (
	"context"
	"net/http"
	"sync/atomic"
)

// A life is what /readyz knows about the server that answers it. It is safe for concurrent use.
type life struct {
	ending <-chan struct{} // closed when the server has been told to stop
	asked  atomic.Bool     // something polls /readyz, and stops sending requests when that says no
}

type lifeKey struct{}

// with returns a context from which [lifeOf] gets the life.
func (l *life) with(ctx context.Context) context.Context { return context.WithValue(ctx, lifeKey{}, l) }

// lifeOf returns the life of the server that received a request, or for a request that no server received, one without
// an end.
func lifeOf(ctx context.Context) *life {
	if l, ok := ctx.Value(lifeKey{}).(*life); ok {
		return l
	}
	return new(life)
}

// watched records that somebody asks, and reports whether the server is about to stop.
func (l *life) watched() bool {
	l.asked.Store(true)
	return l.ends()
}

func (l *life) ends() bool {
	select {
	case <-l.ending:
		return true
	default:
		return false
	}
}

// closing closes connections once the server is about to stop, each after an answer: no client sends a request on a
// connection that is being closed.
func (l *life) closing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.ends() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
