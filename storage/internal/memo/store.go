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

// store is a connection to Redis, or the lack of one: after the first failure Redis is not asked again.
type store struct {
	scripts script.Set
	codec   entry.Codec

	mu   sync.Mutex // guards conn, which the renewal of a lease uses too
	conn *resp.Conn
	err  error
}

// openStore connects to the Redis at address.
func openStore(address string) *store {
	s := &store{scripts: script.All()}
	a, err := resp.Parse(address)
	if err == nil {
		s.conn, err = resp.Dial(a, patience)
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
	if err != nil && !errors.As(err, &answer) {
		_ = s.conn.Close()
		s.conn, s.err = nil, err
	}
	return reply, err
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
