// Package memo remembers what commands print. Its values lie in Redis in the same form, and under the same scripts, as
// those of package lru.
package memo

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/script"
)

// Options say what a command's output depends on, and how long it is remembered.
type Options struct {
	Scope         string // commands of different scopes do not know of each other
	Redis         string // address
	Down          bool   // it has just been waited for in vain
	TTL, Stale    time.Duration
	Capacity      int // -1 is unlimited
	Env           []string
	Cwd           bool
	Stdin         bool
	Key           string // instead of the command, if KeySet
	KeySet        bool
	CacheFailures bool
}

// Defaults are the options that are not given.
const (
	DefaultScope    = "default"
	DefaultRedis    = "redis://127.0.0.1:6379/0"
	DefaultCapacity = 1000
	RedisVariable   = "LRUCACHE_REDIS"
)

// lease is how long a process that runs a command and does not show that it lives is believed to.
const lease = 5 * time.Second

// Surroundings are what a key can depend on besides the command.
type Surroundings struct {
	Lookup func(string) (string, bool) // an environment variable
	Cwd    func() (string, error)
	Stdin  []byte
}

// key is a command's name in Redis, and the text by which it is listed.
type key struct {
	member string
	full   []byte // sum and text
}

// keyOf returns the key of a command. Everything that it depends on goes into a sum; only the command, or what was given
// instead of it, can be read back: the environment may hold secrets.
func keyOf(o Options, command []string, s Surroundings) (key, error) {
	sum := sha256.New()
	part := func(kind byte, text string) {
		var head [9]byte
		head[0] = kind
		binary.BigEndian.PutUint64(head[1:], uint64(len(text)))
		sum.Write(head[:])
		sum.Write([]byte(text))
	}
	text := "K" + o.Key
	if o.KeySet {
		part('k', o.Key)
	} else {
		for _, word := range command {
			part('a', word)
		}
		text = "A" + strings.Join(command, "\x00")
	}
	for _, name := range o.Env {
		part('e', name)
		if value, set := s.Lookup(name); set {
			part('v', value)
		}
	}
	if o.Cwd {
		directory, err := s.Cwd()
		if err != nil {
			return key{}, err
		}
		part('d', directory)
	}
	if o.Stdin {
		part('i', string(s.Stdin))
	}
	digest := sum.Sum(nil)
	return key{member: string(digest[:16]), full: append(digest, text...)}, nil
}

// keysOf returns the keys of a scope.
func keysOf(scope string) script.Keys { return script.KeysOf("lrucache", scope, "1") }

// scriptKeys returns the keys of a script about a member.
func scriptKeys(scope, member string) []string {
	k := keysOf(scope)
	return []string{k.Values, k.Order, k.Meta, k.Lease(member)}
}
