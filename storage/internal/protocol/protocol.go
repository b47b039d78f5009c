// Package protocol is how processes share results through Redis: it finds them, computes each in one process while the
// others wait, stores and forgets them, and repairs what other programs have damaged. The scripts that do it inside
// Redis are those of package script; how Redis is reached, over whatever client, is an implementation of [Redis].
package protocol

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// Redis is a connection to a server, or to several that act as one.
type Redis interface {
	// Do runs a script by its digest, or by its text when it has no digest. The reply is nil, an int64, a string or a
	// []any of these. An error for which IsAnswer holds came from the server; any other means that it was not reached.
	Do(ctx context.Context, s script.Script, keys []string, arguments ...any) (any, error)
	// Value reads a member of a hash that may be long; nil if it does not exist.
	Value(ctx context.Context, key, member string) ([]byte, error)
}

const (
	// FirstAnswer is how long a short-lived program waits until Redis has answered once, before it goes on without. If
	// many such programs start at the same moment, the last ones are served after some time slices of the others.
	FirstAnswer = 200 * time.Millisecond
	// Patience is how long Redis may take, or send nothing, once it has answered, or if there is nothing to do without it.
	Patience = 2 * time.Second
)

// IsAnswer reports whether err is an error that Redis has answered with, so that it is alive.
func IsAnswer(err error) bool {
	var answer interface {
		error
		RedisError()
	}
	return errors.As(err, &answer)
}

// Scripts are the scripts that every function runs.
var scripts = sync.OnceValue(script.All)

// Evaluate runs a script. A server that does not know it is sent its text.
func Evaluate(ctx context.Context, r Redis, s script.Script, keys []string, arguments ...any) ([]any, error) {
	reply, err := r.Do(ctx, s, keys, arguments...)
	if err != nil && IsAnswer(err) && strings.HasPrefix(err.Error(), "NOSCRIPT") {
		reply, err = r.Do(ctx, script.Script{Source: s.Source}, keys, arguments...)
	}
	list, isList := reply.([]any)
	if err == nil && reply != nil && !isList {
		list = []any{reply}
	}
	return list, err
}

// Function is the results of one function in Redis.
type Function struct {
	Redis       Redis
	Keys        script.Keys
	Fingerprint uint64       // of the type of its results
	Negative    uint64       // of errors that are results too; 0 when there are none
	Codec       *entry.Codec // of its entries
}

// run runs a script about a member. If keys hold something of another type, they are removed, and it is run again.
func (f *Function) run(ctx context.Context, s script.Script, member string, arguments ...any) ([]any, error) {
	keys := []string{f.Keys.Values, f.Keys.Order, f.Keys.Meta, f.Keys.Lease(member)}
	reply, err := Evaluate(ctx, f.Redis, s, keys, arguments...)
	if err != nil && IsAnswer(err) && strings.Contains(err.Error(), "WRONGTYPE") {
		if _, err = Evaluate(ctx, f.Redis, scripts().Heal, keys); err == nil {
			reply, err = Evaluate(ctx, f.Redis, s, keys, arguments...)
		}
	}
	return reply, err
}

// Use returns an entry and makes it the most recently used, in the quickest way: only the entry is returned. For a long
// one, long is true and data is nil. Both are zero if there is none, or if there is more to do, which is left to Find.
func (f *Function) Use(ctx context.Context, member string) (data []byte, long bool, err error) {
	reply, err := f.run(ctx, scripts().Use, member, member, script.Inline)
	if err != nil && IsAnswer(err) || len(reply) == 0 {
		if IsAnswer(err) {
			err = nil
		}
		return nil, false, err
	}
	if _, long = reply[0].(int64); long {
		return nil, true, err
	}
	if text, _ := reply[0].(string); text != "" {
		return []byte(text), false, err
	}
	return nil, false, err
}

// Hit returns an entry, counts the hit and makes the entry the most recently used; nil if there is none. now is the
// server's time. For a long entry counted is false: the caller that serves it counts it by Flush.
func (f *Function) Hit(ctx context.Context, member string) (data []byte, now int64, counted bool, err error) {
	keys := []string{f.Keys.Values, f.Keys.Order, f.Keys.Meta, f.Keys.Lease(member)}
	reply, err := Evaluate(ctx, f.Redis, script.Hit(), keys, member, script.Inline)
	if err != nil || len(reply) != 2 {
		return nil, 0, false, err
	}
	now, _ = reply[1].(int64)
	text, counted := reply[0].(string)
	if counted {
		return []byte(text), now, true, nil
	}
	data, err = f.Redis.Value(ctx, f.Keys.Values, member)
	return data, now, false, err
}

// Used is what a process has counted and not yet reported to Redis.
type Used struct {
	Hits, Misses int64
	Members      []string // that were used, oldest first
	Lost         int64    // calls for which Redis was unavailable
	Reason       string   // of the last of them
}

// Flush reports to Redis what was counted, and returns the server's clock and the number of the last invalidation.
func (f *Function) Flush(ctx context.Context, u Used) (now, gen int64, err error) {
	arguments := make([]any, 0, 4+len(u.Members))
	arguments = append(arguments, u.Hits, u.Misses, u.Lost, u.Reason)
	for _, member := range u.Members {
		arguments = append(arguments, member)
	}
	reply, err := f.run(ctx, scripts().Flush, "", arguments...)
	if err != nil || len(reply) < 2 {
		return 0, 0, unexpected(err)
	}
	now, _ = reply[0].(int64)
	gen, _ = reply[1].(int64)
	return now, gen, nil
}

// errReply says that Redis has answered with something that is not a reply of the script.
var errReply = errors.New("the server does not answer as Redis does")

// unexpected returns err, or if that is nil, errReply.
func unexpected(err error) error {
	if err == nil {
		return errReply
	}
	return err
}

// Forget forgets a member, even one that is being computed, and reports whether there was something to forget.
func (f *Function) Forget(ctx context.Context, member string) (bool, error) {
	reply, err := f.run(ctx, scripts().Invalidate, member, member)
	return err == nil && len(reply) > 0 && reply[0] == int64(1), err
}

// Members returns all members, after every process has been told to forget its own copies. What is being computed will
// not be stored.
func (f *Function) Members(ctx context.Context) ([]string, error) {
	reply, err := f.run(ctx, scripts().Purge, "")
	if err != nil || len(reply) < 1 {
		return nil, unexpected(err)
	}
	list, _ := reply[0].([]any)
	members := make([]string, 0, len(list))
	for _, m := range list {
		if text, ok := m.(string); ok {
			members = append(members, text)
		}
	}
	return members, nil
}

// Clear forgets all members and the statistics.
func (f *Function) Clear(ctx context.Context) error {
	_, err := f.run(ctx, scripts().Clear, "")
	return err
}

// Info is what Redis knows about a function.
type Info struct {
	Hits, Misses, Size, Bytes int64
	Capacity                  string // that of the last process; empty if nothing was stored yet
	Lost                      int64
	Reason                    string
}

// Info returns the statistics.
func (f *Function) Info(ctx context.Context) (Info, error) {
	reply, err := f.run(ctx, scripts().Info, "")
	if err != nil || len(reply) < 7 {
		return Info{}, unexpected(err)
	}
	var i Info
	for at, number := range map[int]*int64{0: &i.Hits, 1: &i.Misses, 2: &i.Size, 4: &i.Lost, 6: &i.Bytes} {
		*number, _ = reply[at].(int64)
	}
	i.Capacity, _ = reply[3].(string)
	i.Reason, _ = reply[5].(string)
	return i, nil
}
