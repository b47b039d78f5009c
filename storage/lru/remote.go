package lru

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/pythonweb/goweb/storage/internal/script"
)

// probeEvery is how often a Redis that did not answer is asked whether it does again.
const probeEvery = 50 * time.Millisecond

// errDown says that Redis did not answer lately and is not asked now.
var errDown = errors.New("lru: Redis does not answer")

// remote is Redis, or the absence of an answer from it: after one timeout nobody else waits for it until a probe in the
// background has succeeded.
type remote struct {
	patience time.Duration // how long Redis may take to answer
	scripts  script.Set
	client   redis.UniversalClient // for calls, which fail at once while Redis is down
	prober   redis.UniversalClient // for probes and the channel
	bulk     redis.UniversalClient // for long entries
	batched  redis.Cmdable         // client, sending what several goroutines ask at the same time together

	down   atomic.Bool
	flying atomic.Int32 // questions that are being asked now

	transfers atomic.Int32 // long entries that are on their way
	offset    atomic.Int64 // the server's clock in milliseconds, less the cache's
}

// newRemote returns the Redis that client reaches, on connections of its own; nil for no client.
func newRemote(client redis.UniversalClient, patience time.Duration) *remote {
	r := &remote{patience: patience, scripts: script.All()}
	switch c := client.(type) {
	case nil:
		return nil
	case *redis.Client:
		if c == nil {
			return nil
		}
		o := *c.Options()
		impatient(&o, patience)
		prober := o
		o.Limiter = breaker{&r.down}
		own, bulk := redis.NewClient(&o), prober
		lenient(&bulk)
		r.bulk = redis.NewClient(&bulk)
		r.client, r.prober = own, redis.NewClient(&prober)
		r.batched = batching(own.AutoPipeline())
	case *redis.ClusterClient:
		if c == nil {
			return nil
		}
		o := *c.Options()
		impatientCluster(&o, patience)
		prober := o
		o.NewClient = func(node *redis.Options) *redis.Client {
			node.Limiter = breaker{&r.down}
			return redis.NewClient(node)
		}
		own, bulk := redis.NewClusterClient(&o), prober
		bulk.NewClient = func(node *redis.Options) *redis.Client {
			lenient(node)
			return redis.NewClient(node)
		}
		r.bulk = redis.NewClusterClient(&bulk)
		r.client, r.prober = own, redis.NewClusterClient(&prober)
		r.batched = batching(own.AutoPipeline())
	default:
		panic(fmt.Sprintf("lru: a client of type %T (want *redis.Client or *redis.ClusterClient)", client))
	}
	return r
}

// batching returns the batching face of a client, whose default options are valid.
func batching(b *redis.AutoPipeliner, err error) redis.Cmdable {
	if err != nil {
		panic("lru: " + err.Error())
	}
	return b
}

func impatient(o *redis.Options, patience time.Duration) {
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = patience, patience, patience, patience
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries = -1, 1
	o.Limiter = nil
	o.ClientSideCacheConfig, o.ClientSideCache = nil, nil
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

func impatientCluster(o *redis.ClusterOptions, patience time.Duration) {
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = patience, patience, patience, patience
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries = -1, 1
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

func (r *remote) close() error {
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

// value reads a member of a hash; nil when it is not there.
func (r *remote) value(ctx context.Context, key, member string) ([]byte, error) {
	var data []byte
	err := r.ask(ctx, func(ctx context.Context, c redis.Cmdable) error {
		var err error
		data, err = c.HGet(ctx, key, member).Bytes()
		if errors.Is(err, redis.Nil) {
			data, err = nil, nil
		}
		return err
	})
	if err != nil && isServer(err) { // of another type, or worse: the script will tell, and mend it
		return nil, nil
	}
	return data, err
}

// run runs a script and returns its reply. Redis is given the script's text when it does not know it, and loses keys that
// hold something of another type.
func (r *remote) run(ctx context.Context, s script.Script, keys []string, arguments ...any) ([]any, error) {
	var reply []any
	err := r.ask(ctx, func(ctx context.Context, c redis.Cmdable) error {
		var err error
		reply, err = r.healing(ctx, c, s, keys, arguments)
		return err
	})
	return reply, err
}

// healing runs a script, once more when it has met keys of another type and these are gone.
func (r *remote) healing(
	ctx context.Context, c redis.Cmdable, s script.Script, keys []string, arguments []any,
) ([]any, error) {
	reply, err := evaluate(ctx, c, s, keys, arguments)
	if err != nil && strings.Contains(err.Error(), "WRONGTYPE") {
		if _, err = evaluate(ctx, c, r.scripts.Heal, keys, nil); err == nil {
			reply, err = evaluate(ctx, c, s, keys, arguments)
		}
	}
	return reply, err
}

func evaluate(ctx context.Context, c redis.Cmdable, s script.Script, keys []string, arguments []any) ([]any, error) {
	reply, err := c.EvalSha(ctx, s.Digest, keys, arguments...).Result()
	if err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") {
		reply, err = c.Eval(ctx, s.Source, keys, arguments...).Result()
	}
	list, isList := reply.([]any)
	if err == nil && !isList {
		list = []any{reply}
	}
	return list, err
}

// ask asks Redis something, unless it is down, and finds out whether it is.
func (r *remote) ask(ctx context.Context, question func(context.Context, redis.Cmdable) error) error {
	if r.down.Load() {
		return errDown
	}
	c, patience, busy := redis.Cmdable(r.client), r.patience, r.transfers.Load() > 0
	switch {
	case busy: // behind a long entry, on connections that wait
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
	case err == nil || isServer(err):
	case ctx.Err() != nil: // the caller's time is up, which says nothing about Redis
	case busy || r.transfers.Load() > 0: // nor does what a long entry has kept waiting
	default:
		r.down.Store(true)
	}
	return err
}

// isServer reports whether err is an answer of Redis.
func isServer(err error) bool {
	var answer redis.Error
	return errors.As(err, &answer)
}

// probe asks Redis whether it answers again.
func (r *remote) probe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	if r.prober.Ping(ctx).Err() == nil {
		r.down.Store(false)
	}
}

// serverTime learns the server's clock from a reply to a question that was sent at a time of the cache's clock.
func (r *remote) serverTime(sent int64, reply any) {
	if server, ok := reply.(int64); ok {
		r.offset.Store(server - sent/int64(time.Millisecond))
	}
}

// now returns the server's time in milliseconds at a time of the cache's clock.
func (r *remote) now(at int64) int64 { return at/int64(time.Millisecond) + r.offset.Load() }
