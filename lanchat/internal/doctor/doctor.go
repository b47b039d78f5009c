// Package doctor finds out why two computers do not reach each other, and on which side the problem is. It sends no
// message: all that a peer sees is a connection that ends at once.
package doctor

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Side is the side on which a problem is.
type Side string

// The sides.
const (
	Here    Side = "here"
	There   Side = "there"
	Between Side = "between"
)

// Finding is the result of one examination.
type Finding struct {
	OK   bool
	Side Side   // where the problem is, or what was examined
	What string // what was found
	Do   string // what to do about it; empty when all is well
}

// patience is how long a computer in the same network may take to accept a connection.
const patience = 5 * time.Second

// Peer examines the way to address.
func Peer(ctx context.Context, address string) Finding {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return Finding{false, Here, fmt.Sprintf("%q is not an address", address), "give HOST:PORT"}
	}
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil || len(ips) == 0 {
		return Finding{
			false, Here, "unknown host: " + host,
			"check the spelling, or use the IP address (ip address shows it on that computer)",
		}
	}
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err == nil {
		_ = conn.Close()
		return Finding{true, There, "somebody listens at " + address, ""}
	}
	return unreachable(ips[0].IP, address, port, err, neighbours)
}

// unreachable returns what a failed attempt to connect to address means.
func unreachable(ip net.IP, address, port string, err error, table func() (io.ReadCloser, error)) Finding {
	start := "start lanchat listen on that computer, or check the port"
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		if ip.IsLoopback() {
			return Finding{
				false, Here, "no listener: this computer refuses port " + port, "start lanchat listen, or check the port",
			}
		}
		return Finding{false, There, "no listener: the computer is there, and refuses port " + port, start}
	case errors.Is(err, syscall.ENETUNREACH):
		return Finding{
			false, Here, "no network: this computer has no route to " + ip.String(),
			"connect it to the network (ip route shows its routes)",
		}
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.EACCES):
		return Finding{
			false, Here, "firewall: this computer does not let the connection out",
			"allow outgoing TCP to port " + port + " in its firewall",
		}
	case errors.Is(err, syscall.EHOSTUNREACH):
		if _, there := neighbour(ip, table); there {
			return Finding{
				false, Between, "firewall: the computer is there, and a firewall here or there refuses port " + port,
				"allow TCP to port " + port + " in both firewalls",
			}
		}
		return Finding{
			false, There, "wrong address, or that computer is off: nobody has " + ip.String(),
			"compare with ip address on that computer",
		}
	case errors.Is(err, context.Canceled):
		return Finding{false, Here, "interrupted", ""}
	}
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		return Finding{false, Between, err.Error(), "check " + address}
	}
	switch known, there := neighbour(ip, table); {
	case known && !there:
		return Finding{
			false, There, "wrong address, or that computer is off: nobody has " + ip.String(),
			"compare with ip address on that computer",
		}
	case known:
		return Finding{
			false, There, "firewall: the computer is there, and does not answer on port " + port,
			"allow incoming TCP to port " + port + " in its firewall",
		}
	default:
		return Finding{
			false, Between, "firewall or wrong address: no answer from " + ip.String(),
			"allow TCP to port " + port + " in that computer's firewall and on the way; check the address",
		}
	}
}

// neighbours opens Linux's ARP table, of the computers on the same link.
func neighbours() (io.ReadCloser, error) { return os.Open("/proc/net/arp") }

// neighbour reports whether ip is in the table, and whether a computer has answered for it.
func neighbour(ip net.IP, table func() (io.ReadCloser, error)) (known, there bool) {
	file, err := table()
	if err != nil {
		return false, false
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 || !ip.Equal(net.ParseIP(fields[0])) {
			continue
		}
		const complete = 2 // ATF_COM, if_arp.h
		flags, err := strconv.ParseUint(fields[2], 0, 16)
		return err == nil, flags&complete != 0
	}
	return false, false
}

// Port examines whether this computer can listen at address.
func Port(ctx context.Context, address string) Finding {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		_ = listener.Close()
		return Finding{true, Here, "the port of " + address + " is free", ""}
	case errors.Is(err, syscall.EADDRINUSE):
		return Finding{
			false, Here, "port in use: another program listens at " + address,
			"choose another with --addr, or end that program (ss -ltnp shows it)",
		}
	default:
		return Finding{false, Here, fmt.Sprintf("cannot listen at %s: %v", address, err), "choose another with --addr"}
	}
}

// Addresses returns the addresses of this computer that others can use.
func Addresses() ([]net.IP, error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var ips []net.IP
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			ips = append(ips, n.IP)
		}
	}
	return ips, nil
}
