package protocol

import (
	"context"
	"sync"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
)

// Lease is the right to compute one result for all processes. While it is held it is renewed; a process that does not
// renew it for its duration has lost it, and what that one stores then is refused because of its token.
type Lease struct {
	function *Function
	question Question
	token    string
	epoch    int64
	clock    clock

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
}

// clock is a time of the server's clock and the same moment on ours.
type clock struct {
	server int64 // milliseconds
	here   time.Time
}

func (c clock) now() int64 { return c.server + time.Since(c.here).Milliseconds() }

func (f *Function) newLease(q Question, token string, epoch int64, c clock) *Lease {
	l := &Lease{function: f, question: q, token: token, epoch: epoch, clock: c}
	l.mu.Lock() // the timer's function may run before the assignment
	defer l.mu.Unlock()
	l.timer = time.AfterFunc(q.Lease/3, l.renew)
	return l
}

// renew shows that this process is alive, and does so again after a third of the lease.
func (l *Lease) renew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	_, _ = l.function.run(
		context.Background(),
		scripts().Renew,
		l.question.Member,
		l.token,
		l.question.Lease.Milliseconds(),
	)
	l.timer.Reset(l.question.Lease / 3) // even after an error: Redis may come back in time
}

// stop ends the renewal. When it returns, none is in progress.
func (l *Lease) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.timer.Stop()
}

// Release gives the lease back without a result.
func (l *Lease) Release(ctx context.Context) {
	l.stop()
	_, _ = l.function.run(ctx, scripts().Release, l.question.Member, l.question.Member, l.token)
}

// Kept says how a result is kept.
type Kept struct {
	TTL      time.Duration // how long it is valid; 0 means forever
	Capacity int           // of the function; -1 means no bound
	Bytes    int64         // of all its entries together; 0 means no bound
	Negative bool          // the result is an error
	Used     []string      // members that were used before it without Redis knowing, oldest first
}

// Store stores a result and ends the lease. It reports whether the lease was still valid. The lease is renewed until
// then: a long result may be in transit for longer than a lease.
func (l *Lease) Store(ctx context.Context, payload []byte, k Kept) (bool, error) {
	defer l.stop()
	f := l.function
	e := entry.Entry{Fingerprint: f.Fingerprint, Stored: l.clock.now(), Key: l.question.Full, Payload: payload}
	if k.Negative {
		e.Fingerprint = f.Negative
	}
	if k.TTL > 0 {
		e.Expires = e.Stored + max(1, k.TTL.Milliseconds())
	}
	arguments := make([]any, 0, 6+len(k.Used))
	arguments = append(arguments, l.question.Member, l.token, l.epoch, f.Codec.Seal(e), k.Capacity, k.Bytes)
	for _, member := range k.Used {
		arguments = append(arguments, member)
	}
	reply, err := f.run(ctx, scripts().Store, l.question.Member, arguments...)
	return err == nil && len(reply) > 0 && reply[0] == int64(1), err
}
