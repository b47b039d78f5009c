// Package trouble says in plain words why a store of outputs is unavailable, and what to do about it.
package trouble

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
)

// Trouble is a reason in plain words.
type Trouble struct {
	What string // one line
	Todo string // what to do about it; empty if unknown
}

// String returns both in one line.
func (t Trouble) String() string {
	if t.Todo == "" {
		return t.What
	}
	return t.What + " (" + t.Todo + ")"
}

// Advice that applies to more than one trouble.
const (
	furtherNode  = "name a further node: redis://HOST:PORT?addr=HOST:PORT"
	takeOut      = "remove the password from the address"
	makeRoom     = "free some space, or run lrucache clear"
	otherFolder  = "check its permissions, or name another one with --store dir:PATH"
	checkNetwork = "check the address and the network"
	needPassword = "write it into the address: redis://:PASSWORD@HOST"
	checkTLS     = "check that the address is that of a Redis, and whether it needs TLS"
)

// answers are the errors that Redis returns, by their first word, or more of their text.
var answers = []struct {
	begin string
	Trouble
}{
	{"NOAUTH", Trouble{"Redis requires a password", needPassword}},
	// A long request is refused in other words before the client has authenticated.
	{"ERR Protocol error: unauthenticated", Trouble{"Redis requires a password", needPassword}},
	{"WRONGPASS", Trouble{"the password or the user name is wrong", "correct the address of Redis"}},
	{"ERR invalid password", Trouble{"the password is wrong", "correct the address of Redis"}},
	{"ERR Client sent AUTH", Trouble{"this Redis has no password, and the address has one", takeOut}},
	{"ERR AUTH", Trouble{"this Redis has no password, and the address has one", takeOut}},
	{"NOPERM", Trouble{
		"the user's rights (ACL) are not sufficient",
		"its owner may run: ACL SETUSER NAME ~lru:* &lru:* +@read +@write +@scripting +@pubsub +@connection",
	}},
	{"READONLY", Trouble{"this Redis is a read-only replica", "give the address of its primary"}},
	{"OOM", Trouble{
		"Redis is out of memory", "raise its maxmemory, or choose a maxmemory-policy that evicts, such as allkeys-lru",
	}},
	{"MOVED", Trouble{
		"the outputs are on another node of the cluster", furtherNode,
	}},
	{"ASK", Trouble{"the cluster is moving the outputs to another node", furtherNode}},
	{"CROSSSLOT", Trouble{"the cluster does not keep the outputs together", furtherNode}},
	{"CLUSTERDOWN", Trouble{"the cluster is down", "see CLUSTER INFO on one of its nodes"}},
	{"LOADING", Trouble{"Redis is still loading its data", "wait until it is done"}},
	{"MASTERDOWN", Trouble{
		"this Redis is a replica that has lost its primary",
		"set replica-serve-stale-data to yes, or give the primary's address",
	}},
	{"MISCONF", Trouble{"Redis cannot save its data, and so writes nothing", "see its log; its disk may be full"}},
	{"NOREPLICAS", Trouble{
		"this Redis accepts writes only while it has replicas", "see min-replicas-to-write in its configuration",
	}},
	{"BUSY", Trouble{"Redis is busy running a script", "wait, or run SCRIPT KILL"}},
	{"ERR max number of clients", Trouble{"Redis has reached its limit of connections", "raise its maxclients"}},
	{"ERR DB index is out of range", Trouble{"this Redis has no database of that number", "correct the address of Redis"}},
	{"ERR unknown command", Trouble{
		"this Redis does not know a required command", "it must be of version 6 or later, with scripts",
	}},
	{"WRONGTYPE", Trouble{"another program has overwritten the keys", "run lrucache clear"}},
}

// errnos are the system's errors for a folder or a connection.
var errnos = []struct {
	is syscall.Errno
	Trouble
}{
	{syscall.ENOSPC, Trouble{"the disk is full", makeRoom}},
	{syscall.EDQUOT, Trouble{"the disk quota is used up", makeRoom}},
	{syscall.EROFS, Trouble{"the folder is on a read-only file system", "name another one with --store dir:PATH"}},
	{syscall.EACCES, Trouble{"the folder is not writable", otherFolder}},
	{syscall.EPERM, Trouble{"the folder is not writable", otherFolder}},
	{syscall.ENOTDIR, Trouble{"a part of the path is not a folder", "check --store"}},
	{syscall.ELOOP, Trouble{"a file of the store is a symbolic link", "remove it, or run lrucache clear"}},
	{syscall.EMFILE, Trouble{"too many files are open", "see ulimit -n"}},
	{syscall.ECONNREFUSED, Trouble{
		"nothing listens at the address of Redis", "check the address, and whether Redis is running",
	}},
	{syscall.ECONNRESET, Trouble{"Redis has closed the connection", checkTLS}},
	{syscall.EHOSTUNREACH, Trouble{"the host of Redis cannot be reached", checkNetwork}},
	{syscall.ENETUNREACH, Trouble{"the host of Redis cannot be reached", checkNetwork}},
}

// Of explains an error of a store. The explanation never contains a password.
func Of(err error) Trouble {
	text := err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) { // an answer may follow the name of the operation
		for _, a := range answers {
			if strings.HasPrefix(e.Error(), a.begin) {
				return a.Trouble
			}
		}
	}
	for _, e := range errnos {
		if errors.Is(err, e.is) {
			return Trouble{place(err) + e.What, e.Todo}
		}
	}
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return Trouble{"the host of Redis has no address: " + dns.Name, "check the name"}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return Trouble{
			"Redis does not answer in time", "check whether it hangs, or wait longer with ?read_timeout=2s in the address",
		}
	case errors.Is(err, io.EOF):
		return Trouble{"Redis has closed the connection", checkTLS}
	case errors.Is(err, syscall.ENOENT):
		return Trouble{place(err) + "it no longer exists", "check --store"}
	}
	return Trouble{What: text}
}

// place returns the file that an error is about.
func place(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Path + ": "
	}
	return ""
}
