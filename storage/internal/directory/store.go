//go:build unix

// Package directory remembers outputs in a folder: an exact LRU cache for all processes of a computer, without a
// server. Each scope is a folder of its own:
//
//	SCOPE.lru/journal        what has happened, record by record: uses, outputs forgotten, hits and misses
//	SCOPE.lru/values/MEMBER  a sealed output (package entry)
//	SCOPE.lru/leases/MEMBER  a file that the process computing the output keeps locked, and writes to
//
// A process may be killed at any moment. The kernel releases the locks of a process that has died. An output is written
// to the file of the lease, which is then renamed, so that it exists whole or not at all. The journal is the order of
// uses; if a crash makes it say too much or too little, later uses repair that: a value that it does not know is known
// from its first use on, and one that is missing is a miss. Nothing is flushed to the disk, since all of it can be
// computed anew: what a power failure tears is found by its checksum.
package directory

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// Store is a folder in which outputs are remembered.
type Store struct {
	path  string
	codec entry.Codec
}

var _ memo.Store = (*Store)(nil)

// Open returns the store in the folder at path. The folder is created, for its owner alone, when there is something to
// store. The packer compresses long outputs.
func Open(path string, packer entry.Packer) (*Store, error) {
	if path == "" {
		return nil, errors.New("the folder has no name")
	}
	var err error
	if !strings.HasPrefix(path, "/") {
		var here string
		here, err = os.Getwd()
		path = here + "/" + path
	}
	return &Store{path: path, codec: entry.Codec{Packer: packer, Above: memo.PackAbove}}, err
}

// Close does nothing.
func (*Store) Close() error { return nil }

func memberOfKey(k memo.Key) (m member) {
	copy(m[:], k.Member)
	return m
}

// Find implements [memo.Store].
func (s *Store) Find(ctx context.Context, q memo.Query) (memo.Found, error) {
	f, m := folderOf(s.path, q.Scope), memberOfKey(q.Key)
	var (
		seen    syscall.Stat_t // the value that was rejected
		expired *memo.Result
		watch   holder
	)
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		v, err := f.load(m, seen)
		if err != nil {
			return memo.Found{}, err
		}
		if v != nil {
			seen = v.info
			r, fresh, ok := s.result(v.sealed, q)
			if fresh {
				return memo.Found{Result: &r}, nil
			}
			if ok && q.Stale > 0 {
				expired = &r
			}
		}
		if expired != nil {
			return memo.Found{Result: expired, Expired: true}, nil
		}
		l, held, err := f.acquire(m)
		if err != nil {
			return memo.Found{}, err
		}
		if l != nil {
			if again, err := f.changed(m, seen); err == nil && again { // by the previous holder of the lease
				_ = l.release()
				continue
			}
			return memo.Found{Lease: &computation{l, s, q.Key}}, nil
		}
		if q.Busy {
			return memo.Found{Busy: true}, nil
		}
		if watch.silent(held) {
			if err := f.giveUp(m, held); err != nil {
				return memo.Found{}, err
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return memo.Found{}, ctx.Err()
		}
	}
}

// holder is the holder of a lease as a waiting process sees it.
type holder struct {
	file  syscall.Stat_t
	since time.Time // it has shown no sign of life
}

// silent reports whether the holder has shown no sign of life for too long, by the clock of the waiting process alone.
func (h *holder) silent(file syscall.Stat_t) bool {
	if !same(file, h.file) {
		h.file, h.since = file, time.Now()
	}
	return time.Since(h.since) > silence
}

// result reads a sealed output. ok is true if it is fresh, or expired but still allowed by the query.
func (s *Store) result(sealed []byte, q memo.Query) (r memo.Result, fresh, ok bool) {
	e, err := s.codec.Open(sealed, memo.Fingerprint, q.Key.Full)
	if err != nil {
		return r, false, false
	}
	if r, ok = memo.Unpack(e.Payload); !ok || q.Accept != nil && !q.Accept(r) {
		return r, false, false
	}
	now := time.Now().UnixMilli()
	return r, e.Fresh(now), e.Serveable(now, q.Stale.Milliseconds())
}

// computation is the lease of a key.
type computation struct {
	lease *lease
	store *Store
	key   memo.Key
}

// Store implements [memo.Lease].
func (c *computation) Store(_ context.Context, r memo.Result, k memo.Keep) error {
	e := entry.Entry{Fingerprint: memo.Fingerprint, Stored: time.Now().UnixMilli(), Key: c.key.Full, Payload: r.Pack()}
	if k.TTL > 0 {
		e.Expires = e.Stored + max(1, k.TTL.Milliseconds())
	}
	return c.lease.store(c.store.codec.Seal(e), int64(k.Capacity))
}

// Release implements [memo.Lease].
func (c *computation) Release(context.Context) { _ = c.lease.release() }

// Count implements [memo.Store].
func (s *Store) Count(_ context.Context, scope string, c memo.Counts) error {
	f := folderOf(s.path, scope)
	var err error
	if c.Hits != 0 || c.Misses != 0 {
		err = f.count(c.Hits, c.Misses)
	}
	if c.Lost != 0 {
		err = errors.Join(err, f.lose(c.Lost, c.Reason))
	}
	return err
}

// Info implements [memo.Store].
func (s *Store) Info(_ context.Context, scope string) (memo.Info, error) {
	i := memo.Info{Scope: scope, Capacity: memo.DefaultCapacity}
	now, err := folderOf(s.path, scope).read()
	if err != nil {
		return i, err
	}
	i.Lost, i.Reason = folderOf(s.path, scope).lost()
	i.Hits, i.Misses, i.Size = now.hits, now.misses, int64(len(now.uses))
	if now.capacitySet {
		i.Capacity = int(now.capacity)
	}
	return i, nil
}

// List implements [memo.Store].
func (s *Store) List(ctx context.Context, scope string) ([]memo.Item, error) {
	f := folderOf(s.path, scope)
	now, err := f.read()
	if err != nil {
		return nil, err
	}
	var items []memo.Item
	order := now.order()
	for n := len(order) - 1; n >= 0 && ctx.Err() == nil; n-- {
		sealed, err := f.peek(order[n])
		if err != nil {
			return nil, err
		}
		e, err := s.codec.Inspect(sealed)
		if err != nil || e.Fingerprint != memo.Fingerprint || !e.Fresh(time.Now().UnixMilli()) {
			continue
		}
		if i, ok := memo.ItemOf(e); ok {
			items = append(items, i)
		}
	}
	return items, ctx.Err()
}

// Forget implements [memo.Store].
func (s *Store) Forget(_ context.Context, scope string, k memo.Key) (bool, error) {
	return folderOf(s.path, scope).forget(memberOfKey(k))
}

// Clear implements [memo.Store].
func (s *Store) Clear(_ context.Context, scope string) error { return folderOf(s.path, scope).clear() }
