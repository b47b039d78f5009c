package lru

import (
	"context"
	"sync"
	"time"
)

// lease is the right to compute one result for all processes. While it is held it is renewed; whoever does not renew it
// for its duration has lost it, and what it stores then is refused by the token.
type lease struct {
	shared *shared
	member string
	token  string
	epoch  int64

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
}

func (sh *shared) newLease(member, token string, epoch int64) *lease {
	l := &lease{shared: sh, member: member, token: token, epoch: epoch}
	l.timer = time.AfterFunc(sh.cache.options.Lease/3, l.renew)
	return l
}

// renew shows that this process lives, and does so again after a third of the lease.
func (l *lease) renew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	r := l.shared.cache.redis
	_, _ = r.run(context.Background(), r.scripts.Renew, l.shared.keysFor(l.member), l.token, l.shared.cache.options.Lease.Milliseconds())
	l.timer.Reset(l.shared.cache.options.Lease / 3) // also after an error: Redis may come back in time
}

// stop ends the renewal. When it returns none is going on.
func (l *lease) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.timer.Stop()
}

// release gives the lease back without a result.
func (l *lease) release() {
	l.stop()
	r := l.shared.cache.redis
	_, _ = r.run(context.Background(), r.scripts.Release, l.shared.keysFor(l.member), l.member, l.token)
}
