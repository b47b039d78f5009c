// Package script holds what the cache does inside Redis: one Lua script per operation, each atomic, each declaring all
// of its keys. A function's keys share one hash tag, NAMESPACE:NAME:VERSION, so that they are in one slot of a
// cluster:
//
//	lru:{TAG}:values       hash       member -> entry
//	lru:{TAG}:order        sorted set member -> sequence number of its last use
//	lru:{TAG}:meta         hash       seq, hits, misses, lost, reason, bytes, gen (invalidations), epoch (clears),
//	                                  fence (leases)
//	lru:{TAG}:lease:MEMBER string     TOKEN/BEAT of the process that computes the member, expiring
//
// The channel lru:{TAG}:meta:events tells other processes: d MEMBER (a computation is over), i GEN MEMBER (a member was
// invalidated), c GEN (all were).
package script

import (
	"crypto/sha1"
	_ "embed"
	"encoding/hex"
	"strings"
)

//go:embed load.lua
var load string

//go:embed hit.lua
var hit string

//go:embed store.lua
var store string

//go:embed renew.lua
var renew string

//go:embed release.lua
var release string

//go:embed flush.lua
var flush string

//go:embed invalidate.lua
var invalidate string

//go:embed clear.lua
var clearAll string

//go:embed info.lua
var info string

//go:embed heal.lua
var heal string

//go:embed quick.lua
var quick string

//go:embed use.lua
var use string

//go:embed purge.lua
var purge string

//go:embed prelude.lua
var prelude string

// Inline is the length in bytes of the longest entry that a script returns itself. A longer one would keep Redis from
// everybody else while it goes through Lua; a script returns its length, and it is read by HGET.
const Inline = 256 << 10

// Script is a Lua script with the digest by which Redis knows it.
type Script struct{ Source, Digest string }

// Set is all scripts.
type Set struct {
	Load, Use, Store, Renew, Release, Flush, Invalidate, Clear, Info, Heal, Purge Script
}

// All returns the scripts.
func All() Set {
	return Set{
		Load: script(prelude, load), Use: script(quick, use), Store: script(prelude, store), Renew: script(prelude, renew),
		Release: script(prelude, release), Flush: script(prelude, flush), Invalidate: script(prelude, invalidate),
		Clear: script(prelude, clearAll), Info: script(prelude, info), Heal: script(prelude, heal),
		Purge: script(prelude, purge),
	}
}

// Hit returns the script that answers a hit and nothing else.
func Hit() Script { return script(quick, hit) }

func script(parts ...string) Script {
	source := strings.Join(parts, "")
	sum := sha1.Sum([]byte(source))
	return Script{Source: source, Digest: hex.EncodeToString(sum[:])}
}

// Keys are the keys of one function. Their order is that of KEYS in the scripts; Lease completes them.
type Keys struct{ Values, Order, Meta, leases string }

// KeysOf returns the keys of a function of this name and version in a namespace.
func KeysOf(namespace, name, version string) Keys {
	prefix := "lru:{" + Escape(namespace) + ":" + Escape(name) + ":" + Escape(version) + "}:"
	return Keys{Values: prefix + "values", Order: prefix + "order", Meta: prefix + "meta", leases: prefix + "lease:"}
}

// Escape writes a part of a hash tag: braces would end the tag, and a colon the part.
func Escape(part string) string {
	return strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D", ":", "%3A").Replace(part)
}

// Lease returns the key of the lease for a member.
func (k Keys) Lease(member string) string { return k.leases + member }

// Channel returns the name of the channel on which changes are told.
func (k Keys) Channel() string { return k.Meta + ":events" }
