package memo

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/resp"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// Warm answers a command line "run …" whose command is remembered, and reports the exit code. It does no more than that:
// whatever is unusual, wrong or not remembered it leaves to the rest of the program, without having written anything; also
// whether Redis was waited for in vain.
func Warm(arguments []string) (code int, answered, down bool) {
	o, command, ok := quickParse(arguments)
	if !ok {
		return 0, false, false
	}
	k, err := keyOf(o, command, Surroundings{Lookup: os.LookupEnv, Cwd: os.Getwd})
	if err != nil {
		return 0, false, false
	}
	address, err := resp.Parse(o.Redis)
	if err != nil {
		return 0, false, false
	}
	timeout := firstAnswer
	if address.Timeout > 0 {
		timeout = address.Timeout
	}
	conn, err := resp.Dial(address, timeout)
	if err != nil {
		return 0, false, true
	}
	keys := scriptKeys(o.Scope, k.member)
	reply, err := evaluate(conn, script.Hit(), keys, k.member, strconv.Itoa(script.Inline))
	if err != nil || len(reply) != 2 {
		return 0, false, errors.Is(err, os.ErrDeadlineExceeded)
	}
	data, counted := reply[0].(string)
	if !counted {
		data = long(conn, keys[0], k.member, address.Timeout)
	}
	now, _ := reply[1].(int64)
	var codec entry.Codec
	if e, err := codec.Open([]byte(data), fingerprint, k.full); err == nil && e.Fresh(now) {
		if r, ok := unpack(e.Payload); ok {
			if !counted {
				_, _ = evaluate(conn, script.All().Flush, scriptKeys(o.Scope, ""), "1", "0")
			}
			writeAll(2, r.Stderr)
			writeAll(1, r.Stdout)
			return r.Code, true, false
		}
	}
	if counted { // as a hit, and is none
		_, _ = evaluate(conn, script.All().Flush, scriptKeys(o.Scope, ""), "-1", "0")
	}
	return 0, false, false
}

// long reads an entry that is too long to come along with a script; "" if it cannot be read. Redis lives, since it has
// told the length: what bounds the wait is the time without a byte, not that for all of them.
func long(conn *resp.Conn, key, member string, patient time.Duration) string {
	if conn.SetTimeout(max(patience, patient)) != nil {
		return ""
	}
	reply, err := conn.Do("HGET", key, member)
	if err != nil {
		return ""
	}
	text, _ := reply.(string)
	return text
}

// evaluate runs a script, giving its text to a Redis that does not know it.
func evaluate(c *resp.Conn, s script.Script, keys []string, arguments ...string) ([]any, error) {
	words := append([]string{"EVALSHA", s.Digest, strconv.Itoa(len(keys))}, keys...)
	words = append(words, arguments...)
	reply, err := c.Do(words...)
	if failure, ok := err.(resp.Error); ok && strings.HasPrefix(string(failure), "NOSCRIPT") {
		words[0], words[1] = "EVAL", s.Source
		reply, err = c.Do(words...)
	}
	list, isList := reply.([]any)
	if err == nil && !isList {
		list = []any{reply}
	}
	return list, err
}

// quickParse reads a plain command line; whatever else there is, the real parser will know.
func quickParse(arguments []string) (o Options, command []string, ok bool) {
	if len(arguments) == 0 || arguments[0] != "run" {
		return o, nil, false
	}
	o = Options{Scope: DefaultScope, Redis: os.Getenv(RedisVariable), Capacity: DefaultCapacity}
	if o.Redis == "" {
		o.Redis = DefaultRedis
	}
	for i := 1; i < len(arguments); i++ {
		if arguments[i] == "--" {
			return o, arguments[i+1:], i+1 < len(arguments) && o.Capacity != 0
		}
		name, value, given := strings.Cut(arguments[i], "=")
		switch name {
		case "--cwd":
			o.Cwd = true
		case "--cache-failures":
			o.CacheFailures = true
		case "--scope", "--redis", "--ttl", "--stale", "--capacity", "--env", "--key":
			if !given {
				if i++; i == len(arguments) {
					return o, nil, false
				}
				value = arguments[i]
				given = true
			}
			if !o.set(name, value) {
				return o, nil, false
			}
			continue
		default:
			return o, nil, false
		}
		if given { // --cwd=false
			return o, nil, false
		}
	}
	return o, nil, false
}

// set sets the option that a flag names, and reports whether the value is one.
func (o *Options) set(flag, value string) bool {
	var err error
	switch flag {
	case "--scope":
		o.Scope = value
	case "--redis":
		o.Redis = value
	case "--ttl":
		o.TTL, err = time.ParseDuration(value)
	case "--stale":
		o.Stale, err = time.ParseDuration(value)
	case "--capacity":
		o.Capacity, err = strconv.Atoi(value)
	case "--env":
		o.Env = append(o.Env, value)
	case "--key":
		o.Key, o.KeySet = value, true
	}
	return err == nil && o.TTL >= 0 && o.Stale >= 0 && o.Capacity >= -1
}
