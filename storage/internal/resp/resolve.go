package resp

import (
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// hosts is the file in which names of computers are looked up; where it does not know one, package pool asks the
// system.
const hosts = "/etc/hosts"

// target returns the address of HOST:PORT, for a number or a name in a file such as /etc/hosts.
func target(host, hosts string) (netip.AddrPort, error) {
	if target, err := netip.ParseAddrPort(host); err == nil {
		return target, nil
	}
	name, port, _ := strings.Cut(host, ":")
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, ErrElsewhere
	}
	address, found := lookup(name, hosts)
	if !found {
		return netip.AddrPort{}, ErrElsewhere
	}
	return netip.AddrPortFrom(address, uint16(number)), nil
}

func lookup(name, hosts string) (netip.Addr, bool) {
	if name == "localhost" {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), true
	}
	text, _ := os.ReadFile(hosts) // without it there are only others who know
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
