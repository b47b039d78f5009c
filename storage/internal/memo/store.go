package memo

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/resp"
	"github.com/pythonweb/goweb/storage/internal/script"
)

const (
	// firstAnswer is how long Redis may take until it has answered once, before a command is run without it. Where many such
	// programs start at the same moment, the last ones are served after some time slices of the others.
	firstAnswer = 200 * time.Millisecond
	// patience is how long it may take when it has shown that it lives, or when there is nothing to do without it.
	patience = 2 * time.Second
)

// store is a connection to Redis, or the lack of one: after the first failure Redis is not asked again.
type store struct {
	scripts script.Set
	codec   entry.Codec

	mu       sync.Mutex // guards conn, which the renewal of a lease uses too
	conn     *resp.Conn
	err      error
	answered bool          // Redis has shown that it lives
	patience time.Duration // how long it may take from then on
}

// openStore connects to the Redis of o, which may take as long as timeout to answer first.
func openStore(o Options, timeout time.Duration) *store {
	s := &store{scripts: script.All(), patience: patience}
	if o.Down {
		s.err = errClosed
		return s
	}
	a, err := resp.Parse(o.Redis)
	if a.Timeout > 0 {
		timeout, s.patience = a.Timeout, a.Timeout
	}
	if err == nil {
		s.conn, err = resp.Dial(a, timeout)
	}
	s.err = err
	return s
}

func (s *store) down() bool { return s.err != nil }

func (s *store) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		_ = s.conn.Close()
		s.conn = nil
	}
}

// patient lets Redis take its time.
func (s *store) patient(timeout time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		_ = s.conn.SetTimeout(timeout)
	}
}

var errClosed = errors.New("no connection to Redis")

// run runs a script, and mends keys that hold something of another type.
func (s *store) run(sc script.Script, keys []string, arguments ...string) ([]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return nil, errClosed
	}
	reply, err := evaluate(s.conn, sc, keys, arguments...)
	if err != nil && strings.Contains(err.Error(), "WRONGTYPE") {
		if _, err = evaluate(s.conn, s.scripts.Heal, keys); err == nil {
			reply, err = evaluate(s.conn, sc, keys, arguments...)
		}
	}
	var answer resp.Error
	switch {
	case err != nil && !errors.As(err, &answer):
		_ = s.conn.Close()
		s.conn, s.err = nil, err
	case !s.answered:
		s.answered = true
		_ = s.conn.SetTimeout(s.patience)
	}
	return reply, err
}

// long reads an entry that is too long to come along with a script; "" if it cannot be read.
func (s *store) long(key, member string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return ""
	}
	return long(s.conn, key, member, s.patience)
}

// count adds to the statistics of a scope.
func (s *store) count(scope string, hits, misses int) {
	_, _ = s.run(s.scripts.Flush, scriptKeys(scope, ""), strconv.Itoa(hits), strconv.Itoa(misses))
}

// renew keeps a lease until the returned function is called.
func (s *store) renew(keys []string, token string) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(lease / 3)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				_, _ = s.run(s.scripts.Renew, keys, token, strconv.FormatInt(lease.Milliseconds(), 10))
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
