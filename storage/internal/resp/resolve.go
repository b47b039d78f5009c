package resp

import (
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// resolver finds the addresses of host names in a file such as /etc/hosts, or from the servers that a file such as
// /etc/resolv.conf names. Go's package net would make every start of the program dearer: with it, and with cgo, the program
// is linked dynamically.
type resolver struct {
	hosts, conf string // files
	port        uint16 // of the servers
}

// system is what the machine is set up with.
var system = resolver{hosts: "/etc/hosts", conf: "/etc/resolv.conf", port: 53}

// dnsTimeout is how long each server may take to answer.
const dnsTimeout = 2 * time.Second

// target returns the address of HOST:PORT.
func (r resolver) target(host string) (netip.AddrPort, error) {
	if target, err := netip.ParseAddrPort(host); err == nil {
		return target, nil
	}
	name, port, _ := strings.Cut(host, ":")
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%s is no port", port)
	}
	address, err := r.lookup(name)
	return netip.AddrPortFrom(address, uint16(number)), err
}

func (r resolver) lookup(name string) (netip.Addr, error) {
	if name == "localhost" {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	if address, found := r.inHosts(name); found {
		return address, nil
	}
	servers, names := r.configuration(name)
	var failure error
	for _, full := range names {
		for _, server := range servers {
			address, err := ask(netip.AddrPortFrom(server, r.port), full)
			if err == nil && address.IsValid() {
				return address, nil
			}
			if err == nil {
				break // the server knows that there is none
			}
			failure = err
		}
	}
	if failure != nil {
		return netip.Addr{}, fmt.Errorf("look up the host %s: %w", name, failure)
	}
	return netip.Addr{}, fmt.Errorf("the host %s is not found", name)
}

func (r resolver) inHosts(name string) (netip.Addr, bool) {
	text, _ := os.ReadFile(r.hosts) // without it there are only the servers
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		for _, word := range words[1:] {
			if address, err := netip.ParseAddr(words[0]); err == nil && strings.EqualFold(word, name) {
				return address, true
			}
		}
	}
	return netip.Addr{}, false
}

// configuration returns the servers, and the full names that name may stand for, in the order in which they are tried.
func (r resolver) configuration(name string) (servers []netip.Addr, names []string) {
	dots := 1 // with so many the name is tried as it is first
	var search []string
	text, _ := os.ReadFile(r.conf)
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "nameserver":
			if address, err := netip.ParseAddr(words[1]); err == nil {
				servers = append(servers, address)
			}
		case "domain", "search":
			search = words[1:]
		case "options":
			for _, word := range words[1:] {
				if value, found := strings.CutPrefix(word, "ndots:"); found {
					dots, _ = strconv.Atoi(value)
				}
			}
		}
	}
	if servers == nil {
		servers = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	if absolute, found := strings.CutSuffix(name, "."); found {
		return servers, []string{absolute}
	}
	first := strings.Count(name, ".") >= dots
	if first {
		names = []string{name}
	}
	for _, domain := range search {
		names = append(names, name+"."+strings.Trim(domain, "."))
	}
	if !first {
		names = append(names, name)
	}
	return servers, names
}
