package courier

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// Rounds processes the outbox until ctx is done: every queue with waiting messages is tried when it is due, several
// peers at once. It looks at the outbox every second, because other processes put messages there, and immediately on
// wake.
func (c *Courier) Rounds(ctx context.Context, wake <-chan struct{}, log func(queue mailbox.Queue, err error)) {
	const (
		atOnce = 16
		every  = time.Second
	)
	r := &rounds{peers: map[mailbox.Queue]*patience{}}
	free := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	defer running.Wait()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		waiting, err := c.Mailbox.Waiting(ctx)
		if err != nil && ctx.Err() == nil {
			log(mailbox.Queue{}, err)
		}
		for _, queue := range r.due(waiting, time.Now()) {
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return
			}
			running.Go(func() {
				defer func() { <-free }()
				err := c.DeliverAll(ctx, queue)
				r.tried(queue, err, time.Now())
				if err != nil && ctx.Err() == nil {
					log(queue, err)
				}
			})
		}
		select {
		case <-tick.C:
		case <-wake:
			r.hurry()
		case <-ctx.Done():
			return
		}
	}
}

// DeliverAll delivers everything in a queue, until an attempt fails.
func (c *Courier) DeliverAll(ctx context.Context, queue mailbox.Queue) error {
	for {
		o, err := c.Mailbox.Next(ctx, queue, math.MaxInt64, c.Claim.Name, c.Directory.Alive)
		if errors.Is(err, mailbox.ErrTaken) {
			return nil
		}
		if o == nil || err != nil {
			return err
		}
		if err := c.attempt(ctx, o); err != nil && Temporary(err) {
			return err
		} else if errors.Is(err, ErrUnknown) || Final(err) {
			continue
		} else if err != nil {
			return err
		}
	}
}

// rounds records how often each peer was tried in vain.
type rounds struct {
	mu    sync.Mutex
	peers map[mailbox.Queue]*patience
}

// patience is the state of one peer with waiting messages.
type patience struct {
	busy     bool
	failures int
	next     time.Time
}

// due returns the queues among waiting that are due, and marks them as busy until tried is called. Queues that are not
// waiting are forgotten.
func (r *rounds) due(waiting []mailbox.Queue, now time.Time) []mailbox.Queue {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := make(map[mailbox.Queue]*patience, len(waiting))
	var due []mailbox.Queue
	for _, peer := range waiting {
		p := r.peers[peer]
		if p == nil {
			p = &patience{}
		}
		kept[peer] = p
		if !p.busy && !now.Before(p.next) {
			p.busy = true
			due = append(due, peer)
		}
	}
	for peer, p := range r.peers {
		if p.busy {
			kept[peer] = p
		}
	}
	r.peers = kept
	return due
}

// tried records the result of an attempt.
func (r *rounds) tried(peer mailbox.Queue, err error, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.peers[peer]
	p.busy = false
	if err == nil {
		p.failures = 0
		return
	}
	p.next = now.Add(backoff(p.failures))
	p.failures++
}

// hurry makes every peer due: something has changed.
func (r *rounds) hurry() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.peers {
		p.next = time.Time{}
	}
}
