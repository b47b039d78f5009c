// Package server remembers in a Redis what commands print, by the same protocol that package lru uses for results.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/entry/pack"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/pool"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/script"
	"github.com/pythonweb/goweb/storage/internal/secret"
)

// lease is how long a process that runs a command counts as alive without a sign of life.
const lease = 5 * time.Second

// Store is a Redis, or the lack of one: after the first failure it is not asked again.
type Store struct {
	origin redis.UniversalClient // as the address says; it knows the sentinels
	client redis.UniversalClient // where origin leads, with our limits
	codec  entry.Codec

	mu       sync.Mutex
	silence  time.Duration // how long Redis may take at present
	patience time.Duration // from its first answer on
	err      error         // the first failure
}

// Open returns the store at an address, which may take as long as first to answer for the first time; a read_timeout in
// the address takes precedence. Nothing is connected yet.
func Open(address string, first time.Duration) (*Store, error) {
	origin, err := pool.Open(address)
	if err != nil {
		return nil, err
	}
	s := &Store{
		origin: origin, silence: first, patience: protocol.Patience,
		codec: entry.Codec{Packer: new(pack.Zstd), Above: memo.PackAbove},
	}
	if parsed, err := secret.Parse(address); err == nil {
		if given, err := time.ParseDuration(parsed.Value("read_timeout")); err == nil && given > 0 {
			s.silence, s.patience = given, given
		}
	}
	s.client, _ = pool.Derive(origin, pool.Limits{Patience: s.silence, Silence: s.wait})
	return s, nil
}

// Close closes the connections.
func (s *Store) Close() error { return errors.Join(s.client.Close(), s.origin.Close()) }

// wait is how long Redis may take, or send nothing.
func (s *Store) wait() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.silence
}

// ask asks Redis a question, unless it has failed to answer before.
func (s *Store) ask(question func() error) error {
	s.mu.Lock()
	err := s.err
	s.mu.Unlock()
	if err != nil {
		return err
	}
	err = question()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil || protocol.IsAnswer(err) {
		s.silence = s.patience
	} else {
		s.err = err
	}
	return err
}

// Do implements [protocol.Redis].
func (s *Store) Do(ctx context.Context, sc script.Script, keys []string, arguments ...any) (reply any, err error) {
	err = s.ask(func() error {
		reply, err = pool.Do(ctx, s.client, sc, keys, arguments)
		return err
	})
	return reply, err
}

// Value implements [protocol.Redis].
func (s *Store) Value(ctx context.Context, key, member string) (data []byte, err error) {
	err = s.ask(func() error {
		data, err = pool.Value(ctx, s.client, key, member)
		return err
	})
	return data, err
}

// function returns the outputs of a scope in Redis.
func (s *Store) function(scope string) *protocol.Function {
	return &protocol.Function{
		Redis: s, Keys: script.KeysOf(memo.Namespace, scope, memo.Version), Fingerprint: memo.Fingerprint, Codec: &s.codec,
	}
}

// errFull says that Redis has no memory left for the lease to compute an output.
//
//lint:ignore ST1005 Redis is a name
var errFull = errors.New("Redis is out of memory (raise its maxmemory, or choose a maxmemory-policy that evicts)")

// Find implements [memo.Store].
func (s *Store) Find(ctx context.Context, q memo.Query) (memo.Found, error) {
	a, err := s.function(q.Scope).Find(ctx, protocol.Question{
		Member: q.Key.Member, Token: rand.Text(), Full: q.Key.Full, Lease: lease, Stale: q.Stale, Busy: q.Busy,
		Accept: func(e entry.Entry) bool {
			r, ok := memo.Unpack(e.Payload)
			return ok && (q.Accept == nil || q.Accept(r))
		},
	})
	switch {
	case err != nil:
		return memo.Found{}, err
	case a.Full:
		return memo.Found{}, errFull
	case a.Busy:
		return memo.Found{Busy: true}, nil
	case a.Hit:
		r, _ := memo.Unpack(a.Entry.Payload)
		return memo.Found{Result: &r, Expired: a.Expired}, nil
	}
	return memo.Found{Lease: held{a.Lease}}, nil
}

// held is a lease in Redis.
type held struct{ *protocol.Lease }

// Store implements [memo.Lease].
func (h held) Store(ctx context.Context, r memo.Result, k memo.Keep) error {
	_, err := h.Lease.Store(ctx, r.Pack(), protocol.Kept{TTL: k.TTL, Capacity: k.Capacity})
	return err
}

// Count implements [memo.Store].
func (s *Store) Count(ctx context.Context, scope string, c memo.Counts) error {
	used := protocol.Used{Hits: c.Hits, Misses: c.Misses, Lost: c.Lost, Reason: c.Reason}
	_, _, err := s.function(scope).Flush(ctx, used)
	return err
}

// Info implements [memo.Store].
func (s *Store) Info(ctx context.Context, scope string) (memo.Info, error) {
	i, err := s.function(scope).Info(ctx)
	info := memo.Info{
		Scope: scope, Hits: i.Hits, Misses: i.Misses, Size: i.Size, Capacity: memo.DefaultCapacity, Lost: i.Lost,
		Reason: i.Reason,
	}
	if i.Capacity != "" {
		info.Capacity, _ = strconv.Atoi(i.Capacity)
	}
	return info, err
}

// Forget implements [memo.Store].
func (s *Store) Forget(ctx context.Context, scope string, k memo.Key) (bool, error) {
	return s.function(scope).Forget(ctx, k.Member)
}

// Clear implements [memo.Store].
func (s *Store) Clear(ctx context.Context, scope string) error { return s.function(scope).Clear(ctx) }

// List implements [memo.Store].
func (s *Store) List(ctx context.Context, scope string) ([]memo.Item, error) {
	keys := s.function(scope).Keys
	var members []string
	err := s.ask(func() (err error) {
		members, err = s.client.ZRevRange(ctx, keys.Order, 0, -1).Result()
		return err
	})
	if err != nil {
		return nil, err
	}
	var items []memo.Item
	for chunk := range slices.Chunk(members, 16) {
		var values []any
		err := s.ask(func() (err error) {
			values, err = s.client.HMGet(ctx, keys.Values, chunk...).Result()
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			text, _ := v.(string)
			if e, err := s.codec.Inspect([]byte(text)); err == nil {
				if i, ok := memo.ItemOf(e); ok && (i.Expires.IsZero() || time.Now().Before(i.Expires)) {
					items = append(items, i)
				}
			}
		}
	}
	return items, nil
}

// ServerInfo returns what the server says about itself.
func (s *Store) ServerInfo(ctx context.Context) (text string, err error) {
	err = s.ask(func() error {
		text, err = s.client.Info(ctx).Result()
		return err
	})
	return text, err
}
