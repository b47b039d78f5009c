// Package network says in plain words why a server could not be reached.
package network

import (
	"errors"
	"net"
	"strings"
	"syscall"
)

// Reason finds an error of the network in err and returns the text of err with it in plain words, and what a user can do
// about it. Both are empty when there is none.
func Reason(err error) (text, hint string) {
	var (
		name *net.DNSError
		call *net.OpError
	)
	switch {
	case errors.As(err, &name):
		return Before(err, name) + "no computer is known as " + name.Name, "check the address"
	case errors.As(err, &call) && call.Op == "dial" && call.Timeout():
		return Before(err, call) + "no answer", "is the address right, and does a firewall stand in between?"
	case errors.As(err, &call) && call.Op == "dial":
		problem := Before(err, call) + call.Err.Error()
		var system syscall.Errno
		if errors.As(call.Err, &system) {
			problem = Before(err, call) + system.Error()
		}
		return problem, "is the server running, and is the address right?"
	}
	return "", ""
}

// Before returns the part of an error's text that stands before that of its cause.
func Before(err, cause error) string {
	text, _, _ := strings.Cut(err.Error(), cause.Error())
	return text
}
