package lru

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/internal/pool"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/script"
)

const (
	// probeEvery is how often a Redis that did not answer is asked again.
	probeEvery = 50 * time.Millisecond
	// silence is how long Redis may neither send nor receive anything while a long entry is in transit.
	silence = 2 * time.Second
)

// errDown says that Redis did not answer lately and is not asked now.
var errDown = errors.New("lru: Redis does not answer")

// remote is Redis, or the absence of an answer from it: after one timeout nobody else waits for it until a probe in the
// background has succeeded.
//
// Entries of more than [script.Inline] bytes travel on connections of their own. How long they take says nothing about
// Redis, and while one is in transit the others wait a little longer, because Redis does one thing at a time.
type remote struct {
	patience time.Duration         // how long Redis may take to answer
	client   redis.UniversalClient // for calls, which fail at once while Redis is down
	prober   redis.UniversalClient // for probes and the channel
	bulk     redis.UniversalClient // for long entries
	batched  redis.Cmdable         // client, which batches what several goroutines ask at the same time
	own      bool                  // the clients belong to the cache, which closes them
	channel  bool                  // the channel tells of every invalidation

	down   atomic.Bool
	flying atomic.Int32 // questions in progress

	transfers atomic.Int32 // long entries in transit
	offset    atomic.Int64 // the server's clock minus the cache's, in milliseconds
}

// newRemote returns the Redis that client reaches; nil for no client. For go-redis's own clients it opens connections
// of its own, with its own timeouts. Any other is used as it is.
func newRemote(client redis.UniversalClient, patience time.Duration) (*remote, error) {
	if isNil(client) {
		return nil, nil
	}
	r := &remote{patience: patience, channel: true}
	limits := pool.Limits{Patience: patience}
	if r.prober, r.own = pool.Derive(client, limits); !r.own {
		r.client, r.prober, r.bulk, r.batched = client, client, client, client
		return r, nil
	}
	limits.Limiter = breaker{&r.down}
	r.client, _ = pool.Derive(client, limits)
	r.bulk, _ = pool.Derive(client, pool.Limits{Patience: patience, Silence: func() time.Duration { return silence }})
	r.batched = r.client
	if _, isRing := client.(*redis.Ring); isRing {
		r.channel = false // it has a channel on each of its servers, and does not batch
		return r, nil
	}
	batched, err := r.client.AutoPipeline()
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	r.batched = batched
	return r, nil
}

// isNil reports whether client is nil, or an interface that holds a nil pointer.
func isNil(client redis.UniversalClient) bool {
	switch c := client.(type) {
	case nil:
		return true
	case *redis.Client:
		return c == nil
	case *redis.ClusterClient:
		return c == nil
	case *redis.Ring:
		return c == nil
	}
	return false
}

func (r *remote) close() error {
	if !r.own {
		return nil
	}
	return errors.Join(r.client.Close(), r.prober.Close(), r.bulk.Close())
}

// breaker lets nothing through to a Redis that is down.
type breaker struct{ down *atomic.Bool }

func (b breaker) Allow() error {
	if b.down.Load() {
		return errDown
	}
	return nil
}

func (b breaker) ReportResult(error) {}

// value reads a member of a hash that is not long; nil if it does not exist.
func (r *remote) value(ctx context.Context, key, member string) ([]byte, error) {
	var data []byte
	err := r.ask(ctx, func(ctx context.Context, c redis.Cmdable) (err error) {
		data, err = pool.Value(ctx, c, key, member)
		return err
	})
	if err != nil && protocol.IsAnswer(err) { // of another type, or worse: the script will notice, and repair it
		return nil, nil
	}
	return data, err
}

// Do runs a script; one with a long argument on a connection where nobody waits behind it.
func (r *remote) Do(ctx context.Context, s script.Script, keys []string, arguments ...any) (reply any, err error) {
	if slices.ContainsFunc(arguments, isLong) {
		err = r.transfer(func() error {
			reply, err = pool.Do(ctx, r.bulk, s, keys, arguments)
			return err
		})
		return reply, err
	}
	err = r.ask(ctx, func(ctx context.Context, c redis.Cmdable) error {
		reply, err = pool.Do(ctx, c, s, keys, arguments)
		return err
	})
	return reply, err
}

func isLong(argument any) bool {
	data, _ := argument.([]byte)
	return len(data) > script.Inline
}

// Value reads a member of a hash that may be long; nil if it does not exist.
func (r *remote) Value(ctx context.Context, key, member string) (data []byte, err error) {
	err = r.transfer(func() error {
		data, err = pool.Value(ctx, r.bulk, key, member)
		return err
	})
	return data, err
}

// transfer sends or receives a long entry, unless Redis is down.
func (r *remote) transfer(travel func() error) error {
	if r.down.Load() {
		return errDown
	}
	r.transfers.Add(1)
	defer r.transfers.Add(-1)
	return travel()
}

// ask asks Redis a question, unless it is down, and learns from the answer whether it is.
func (r *remote) ask(ctx context.Context, question func(context.Context, redis.Cmdable) error) error {
	if r.down.Load() {
		return errDown
	}
	c, patience, busy := redis.Cmdable(r.client), r.patience, r.transfers.Load() > 0
	switch {
	case busy: // behind a long entry, on connections with more patience
		c, patience = r.bulk, max(patience, silence)
	case r.flying.Add(1) > 1:
		c = r.batched
		fallthrough
	default:
		defer r.flying.Add(-1)
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := question(limited, c)
	switch {
	case err == nil || protocol.IsAnswer(err):
	case ctx.Err() != nil: // the caller's time is up, which says nothing about Redis
	case busy || r.transfers.Load() > 0: // nor does a call that a long entry has delayed
	default:
		r.down.Store(true)
	}
	return err
}

// probe asks Redis whether it answers again.
func (r *remote) probe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	if r.prober.Ping(ctx).Err() == nil {
		r.down.Store(false)
	}
}

// serverTime learns the server's clock from a reply; sent is when the question was sent, by the cache's clock.
func (r *remote) serverTime(sent, server int64) {
	r.offset.Store(server - sent/int64(time.Millisecond))
}

// now returns the server's time in milliseconds at a time of the cache's clock.
func (r *remote) now(at int64) int64 { return at/int64(time.Millisecond) + r.offset.Load() }
