// Package web is the assistant as a server: pages for people and a JSON API, on one store. [New] returns the handler
// for everything, [Server] runs it until its context ends.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Timeouts limit how long a client may take: one that sends or reads a byte a minute cannot hold a connection.
type Timeouts struct{ Header, Read, Write, Idle time.Duration }

// usual returns timeouts that allow an import and an export over a slow line.
func usual() Timeouts {
	return Timeouts{Header: 10 * time.Second, Read: 2 * time.Minute, Write: 5 * time.Minute, Idle: 2 * time.Minute}
}

// headerBytes is the maximum size of a request's header.
const headerBytes = 64 << 10

// How long the server takes to stop. If anything has ever polled /readyz, it is first told to send its requests
// elsewhere; then requests in progress may finish.
const (
	leaveTime = 1500 * time.Millisecond
	drainTime = 3 * time.Second
)

// A Server answers requests.
type Server struct {
	Handler  http.Handler
	TLS      *tls.Config // nil for a server without TLS
	Timeouts Timeouts    // the zero value means defaults that suit people and programs

	// Beside runs as long as the server does, and returns when its context ends; nil for none.
	Beside func(ctx context.Context)
}

// Serve answers on a listener until ctx ends. From then on /readyz says 503; if anybody has asked for it before,
// requests are accepted for 1.5 s more, and each connection is closed after its answer. Then Serve accepts no more
// connections, lets the requests in progress finish within three seconds, and returns nil. The listener is closed when
// it returns.
func (s Server) Serve(ctx context.Context, listener net.Listener) error {
	t := s.Timeouts
	if t == (Timeouts{}) {
		t = usual()
	}
	life := &life{ending: ctx.Done()}
	server := &http.Server{
		Handler: life.closing(s.Handler), TLSConfig: s.TLS,
		ReadHeaderTimeout: t.Header, ReadTimeout: t.Read, WriteTimeout: t.Write, IdleTimeout: t.Idle,
		MaxHeaderBytes: headerBytes,
		ErrorLog:       slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
		// The work of a request in the store outlives the signal, until the drain is over.
		BaseContext: func(net.Listener) context.Context { return life.with(context.WithoutCancel(ctx)) },
	}
	beside, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	if s.Beside != nil {
		running.Go(func() { s.Beside(beside) })
	}
	ended := make(chan error, 1)
	go func() {
		if s.TLS != nil {
			ended <- server.ServeTLS(listener, "", "")
			return
		}
		ended <- server.Serve(listener)
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if life.asked.Load() {
		time.Sleep(leaveTime)
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // requests still in progress are cut off here
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return err
}
