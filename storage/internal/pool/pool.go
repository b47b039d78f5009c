// Package pool makes connections of our own to the Redis that a client of go-redis reaches: to one server, to the one
// that sentinels name, to a cluster or to a ring. Their timeouts are ours, not the client's.
package pool

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/pythonweb/goweb/storage/internal/script"
)

// Limits are what connections wait for.
type Limits struct {
	// Patience is how long a server may take to be reached, and to answer.
	Patience time.Duration
	// Silence, if given, bounds the time without progress instead of the time for an answer, so that a long value may take
	// as long as it keeps moving. It may change while connections are open.
	Silence func() time.Duration
	// Limiter, if not nil, is asked before every use.
	Limiter redis.Limiter
}

// Derive returns a client with connections of its own to where c leads. If the type of c is not known here, ok is
// false.
func Derive(c redis.UniversalClient, l Limits) (own redis.UniversalClient, ok bool) {
	switch c := c.(type) {
	case *redis.Client:
		o := *c.Options()
		l.apply(&o)
		return redis.NewClient(&o), true
	case *redis.ClusterClient:
		o := *c.Options()
		o.DialTimeout, o.PoolTimeout = l.Patience, l.wait()
		o.MaxRetries, o.DialerRetries = -1, 1
		o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
		o.NewClient = l.node(o.NewClient)
		return redis.NewClusterClient(&o), true
	case *redis.Ring:
		o := *c.Options()
		o.DialTimeout, o.PoolTimeout = l.Patience, l.wait()
		o.MaxRetries, o.DialerRetries = -1, 1
		o.NewClient = l.node(o.NewClient)
		return redis.NewRing(&o), true
	}
	return nil, false
}

// node returns the function that makes the client of one of several servers.
func (l Limits) node(make func(*redis.Options) *redis.Client) func(*redis.Options) *redis.Client {
	if make == nil {
		make = redis.NewClient
	}
	return func(o *redis.Options) *redis.Client {
		l.apply(o)
		return make(o)
	}
}

// wait is how long a free connection is waited for.
func (l Limits) wait() time.Duration {
	if l.Silence == nil {
		return l.Patience
	}
	return max(l.Patience, l.Silence())
}

// apply sets the limits of the connections to one server. Nothing is retried: the caller knows better what to do then.
func (l Limits) apply(o *redis.Options) {
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = l.Patience, l.Patience, l.Patience, l.wait()
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries = -1, 1
	o.Limiter = l.Limiter
	o.ClientSideCacheConfig, o.ClientSideCache = nil, nil
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	if l.Silence != nil {
		l.progress(o)
	}
}

// progress gives connections deadlines that every byte extends.
func (l Limits) progress(o *redis.Options) {
	dial := o.Dialer
	if dial == nil {
		dial = redis.NewDialer(o)
	}
	o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return progressing{c, l.Silence}, nil
	}
	o.ReadTimeout, o.WriteTimeout = -2, -2 // go-redis sets no deadlines then
	o.ContextTimeoutEnabled = false
}

// progressing is a connection that is given up when nothing has moved for as long as Silence allows.
type progressing struct {
	net.Conn
	silence func() time.Duration
}

func (c progressing) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.silence())); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c progressing) Write(p []byte) (written int, err error) {
	for written < len(p) && err == nil {
		if err = c.SetWriteDeadline(time.Now().Add(c.silence())); err != nil {
			break
		}
		var n int
		n, err = c.Conn.Write(p[written:min(len(p), written+64<<10)])
		written += n
	}
	return written, err
}

// Do implements [protocol.Redis].
func Do(ctx context.Context, c redis.Scripter, s script.Script, keys []string, arguments []any) (any, error) {
	var command *redis.Cmd
	if s.Digest == "" {
		command = c.Eval(ctx, s.Source, keys, arguments...)
	} else {
		command = c.EvalSha(ctx, s.Digest, keys, arguments...)
	}
	reply, err := command.Result()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return reply, err
}

// Value implements [protocol.Redis].
func Value(ctx context.Context, c redis.HashCmdable, key, member string) ([]byte, error) {
	data, err := c.HGet(ctx, key, member).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return data, err
}
