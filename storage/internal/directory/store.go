//go:build unix

// Package directory remembers outputs in a folder: an exact LRU cache for all processes of a computer, without a
// server. Each scope is a folder of its own:
//
//	SCOPE.lru/journal        what has happened, record by record: uses, outputs forgotten, hits and misses
//	SCOPE.lru/values/MEMBER  a sealed output (package entry)
//	SCOPE.lru/leases/MEMBER  what a process that computes an output holds locked, and writes the output into
//
// Every moment is a good one to be killed in. The kernel lets go of the locks of a process that has died. An output is
// written into the file of the lease, which is then renamed, so that it is there whole or not at all. The journal is
// the order of uses; what a crash makes it say too much or too little is mended by what comes next: a value that it
// does not know is known from its first use on, and one that is gone is a miss. Nothing is flushed to the disk, since
// all of it can be computed anew: what a power failure tears is found by its checksum.
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

// Open returns the store in the folder at path. It is made, for its owner alone, when there is something to put in.
// The packer packs long outputs.
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

// Find is the method of memo.Store.
func (s *Store) Find(ctx context.Context, q memo.Query) (memo.Found, error) {
	f, m := folderOf(s.path, q.Scope), memberOfKey(q.Key)
	var (
		seen    syscall.Stat_t // the value that was found wanting
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
			if again, err := f.changed(m, seen); err == nil && again { // by the one who had the lease before
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

// holder is the holder of a lease, as somebody sees it who waits.
type holder struct {
	file  syscall.Stat_t
	since time.Time // it has not shown that it lives
}

// silent reports whether the holder has not shown for long that it lives. That it was seen is told by the clock of the
// one who waits alone.
func (h *holder) silent(file syscall.Stat_t) bool {
	if !same(file, h.file) {
		h.file, h.since = file, time.Now()
	}
	return time.Since(h.since) > silence
}

// result reads a sealed output. It is fresh, or ok as an expired one that the query allows.
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

// Store is the method of memo.Lease.
func (c *computation) Store(_ context.Context, r memo.Result, k memo.Keep) error {
	e := entry.Entry{Fingerprint: memo.Fingerprint, Stored: time.Now().UnixMilli(), Key: c.key.Full, Payload: r.Pack()}
	if k.TTL > 0 {
		e.Expires = e.Stored + max(1, k.TTL.Milliseconds())
	}
	return c.lease.store(c.store.codec.Seal(e), int64(k.Capacity))
}

// Release is the method of memo.Lease.
func (c *computation) Release(context.Context) { _ = c.lease.release() }

// Count is the method of memo.Store.
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

// Info is the method of memo.Store.
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

// List is the method of memo.Store.
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

// Forget is the method of memo.Store.
func (s *Store) Forget(_ context.Context, scope string, k memo.Key) (bool, error) {
	return folderOf(s.path, scope).forget(memberOfKey(k))
}

// Clear is the method of memo.Store.
func (s *Store) Clear(_ context.Context, scope string) error { return folderOf(s.path, scope).clear() }
