package lru

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/internal/script"
)

// silence is how long Redis may send and take nothing while a long entry is on its way: what bounds a transfer is its
// progress, not its length.
const silence = 2 * time.Second

// Entries of more than [script.Inline] bytes travel on connections of their own. How long they take says nothing about
// Redis, and while one is on its way the others wait a little longer, since Redis does one thing at a time.

// lenient gives the connections of a client deadlines that every byte renews.
func lenient(o *redis.Options) {
	dial := o.Dialer
	if dial == nil {
		dial = redis.NewDialer(o)
	}
	o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return progressing{c}, nil
	}
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = -2, -2, silence
	o.ContextTimeoutEnabled = false
}

// progressing is a connection that is given up when nothing has moved for the time of silence.
type progressing struct{ net.Conn }

func (c progressing) Read(p []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c progressing) Write(p []byte) (written int, err error) {
	for written < len(p) && err == nil {
		if err = c.Conn.SetWriteDeadline(time.Now().Add(silence)); err != nil {
			break
		}
		var n int
		n, err = c.Conn.Write(p[written:min(len(p), written+64<<10)])
		written += n
	}
	return written, err
}

// long reads a member of a hash that is too long to come along with a script; nil when it is not there.
func (r *remote) long(ctx context.Context, key, member string) ([]byte, error) {
	if r.down.Load() {
		return nil, errDown
	}
	r.transfers.Add(1)
	defer r.transfers.Add(-1)
	data, err := r.bulk.HGet(ctx, key, member).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return data, err
}

// runLong runs a script with an argument that may be long.
func (r *remote) runLong(ctx context.Context, s script.Script, keys []string, arguments ...any) ([]any, error) {
	if r.down.Load() {
		return nil, errDown
	}
	r.transfers.Add(1)
	defer r.transfers.Add(-1)
	return r.healing(ctx, r.bulk, s, keys, arguments)
}
