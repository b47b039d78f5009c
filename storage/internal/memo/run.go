package memo

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"strconv"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// MaxOutput is how many bytes of output are remembered; a command that prints more is passed through.
const MaxOutput = 64 << 20

// Streams are the streams of the command.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Run prints what is remembered of command, or runs it and remembers that. Of several callers at the same time one runs
// the command, and the others wait for it. Without a Redis that answers the command is simply run. The code is the
// command's, or 126 and 127 with an error when it could not be started.
func Run(ctx context.Context, o Options, command []string, s Surroundings, streams Streams) (code int, err error) {
	k, err := keyOf(o, command, s)
	if err != nil {
		return 0, err
	}
	p := process{command: command, streams: streams}
	store := openStore(o, firstAnswer)
	defer store.close()
	switch {
	case store.down():
		return p.run(ctx, nil)
	case o.Capacity == 0:
		store.count(o.Scope, 0, 1)
		return p.run(ctx, nil)
	}
	f, err := find(ctx, store, o, k)
	switch {
	case err != nil:
		return 0, err
	case f.result != nil:
		store.count(o.Scope, 1, 0)
		store.close()
		if _, err := streams.Err.Write(f.result.Stderr); err != nil {
			return 0, err
		}
		_, err := streams.Out.Write(f.result.Stdout)
		return f.result.Code, err
	case f.token == "":
		store.count(o.Scope, 0, 1)
		store.close()
		return p.run(ctx, nil)
	}
	return compute(ctx, store, o, k, f, &p)
}

// compute runs the command for all who ask, and stores what it prints.
func compute(ctx context.Context, store *store, o Options, k key, f found, p *process) (int, error) {
	keys := scriptKeys(o.Scope, k.member)
	renewed := store.renew(keys, f.token)
	capture := &capture{}
	code, err := p.run(ctx, capture)
	renewed()
	store.count(o.Scope, 0, 1)
	result, whole := capture.result(code)
	if err != nil || !whole || p.interrupted || code != 0 && !o.CacheFailures {
		_, _ = store.run(store.scripts.Release, keys, k.member, f.token)
		return code, err
	}
	e := entry.Entry{Fingerprint: fingerprint, Stored: f.now + time.Since(f.at).Milliseconds(), Key: k.full, Payload: result.pack()}
	if o.TTL > 0 {
		e.Expires = e.Stored + max(1, o.TTL.Milliseconds())
	}
	store.patient(10 * time.Second) // for what is large
	_, _ = store.run(store.scripts.Store, keys, k.member, f.token, f.epoch, string(store.codec.Seal(e)), strconv.Itoa(o.Capacity))
	return code, nil
}

// found is a result, or the lease to compute it, or nothing when Redis is of no help.
type found struct {
	result *Result
	token  string
	epoch  string
	now    int64 // the server's time in milliseconds
	at     time.Time
}

// find asks for a result, and waits while another process computes it.
func find(ctx context.Context, store *store, o Options, k key) (found, error) {
	keys := scriptKeys(o.Scope, k.member)
	token := rand.Text()
	digest, held, dead := "", "", ""
	var expired *Result
	var since time.Time
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		reply, err := store.run(store.scripts.Load, keys, k.member, token, strconv.FormatInt(lease.Milliseconds(), 10), digest, dead, strconv.Itoa(script.Inline))
		if err != nil || len(reply) < 4 {
			return found{}, ctx.Err()
		}
		text, _ := reply[1].(string)
		now, _ := reply[2].(int64)
		if reply[0] == "long" {
			if text = store.long(keys[0], k.member); text == "" {
				return found{}, ctx.Err()
			}
			reply[0] = "hit"
		}
		switch reply[0] {
		case "hit":
			e, err := store.codec.Open([]byte(text), fingerprint, k.full)
			if r, ok := unpack(e.Payload); err == nil && ok {
				if e.Fresh(now) {
					return found{result: &r}, nil
				}
				if o.Stale > 0 && e.Serveable(now, o.Stale.Milliseconds()) {
					expired = &r
				}
			}
			sum := sha1.Sum([]byte(text))
			digest = hex.EncodeToString(sum[:])
			continue
		case "lease":
			epoch, _ := reply[4].(int64)
			return found{token: text, epoch: strconv.FormatInt(epoch, 10), now: now, at: time.Now()}, nil
		case "full":
			return found{}, nil
		}
		if expired != nil {
			return found{result: expired}, nil
		}
		if text != held {
			held, since = text, time.Now()
		} else if time.Since(since) >= lease {
			dead = held // it has not shown for a whole lease that it lives
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return found{}, ctx.Err()
		}
	}
}
