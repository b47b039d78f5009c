package discovery

import (
	"net"
	"net/netip"
	"slices"
)

// link is a network interface that multicast can use, with the addresses that it has at the moment.
type link struct {
	net.Interface
	addresses []netip.Addr // without zones, sorted
}

// links returns the interfaces that are up and take multicast, in the kernel's order. The loopback interface is
// none of them.
func links() ([]link, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	const wanted = net.FlagUp | net.FlagMulticast
	var usable []link
	for _, i := range all {
		if i.Flags&wanted != wanted || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil || len(addresses) == 0 {
			continue // it has gone meanwhile, or it has nothing to announce
		}
		l := link{Interface: i}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok {
				if ip, ok := netip.AddrFromSlice(n.IP); ok {
					l.addresses = append(l.addresses, ip.Unmap())
				}
			}
		}
		slices.SortFunc(l.addresses, netip.Addr.Compare)
		usable = append(usable, l)
	}
	return usable, nil
}

// having returns the interfaces that have an address, with no other.
func having(all []link, ip netip.Addr) []link {
	var some []link
	for _, l := range all {
		if slices.Contains(l.addresses, ip) {
			l.addresses = []netip.Addr{ip}
			some = append(some, l)
		}
	}
	return some
}

// sameLinks says that nothing has changed that an announcement depends on: an interface that was deleted and made again
// has the same name and another index.
func sameLinks(a, b []link) bool {
	return slices.EqualFunc(a, b, func(a, b link) bool {
		return a.Index == b.Index && a.Name == b.Name && a.Flags == b.Flags && slices.Equal(a.addresses, b.addresses)
	})
}

// gone returns the addresses that the interface of a name had and none has any more.
func gone(before, after []link, name string) []netip.Addr {
	var lost []netip.Addr
	for _, b := range before {
		if b.Name != name {
			continue
		}
		for _, ip := range b.addresses {
			has := func(l link) bool { return slices.Contains(l.addresses, ip) }
			if !slices.ContainsFunc(after, has) && !slices.Contains(lost, ip) {
				lost = append(lost, ip)
			}
		}
	}
	return lost
}

func interfaces(links []link) []net.Interface {
	all := make([]net.Interface, len(links))
	for i, l := range links {
		all[i] = l.Interface
	}
	return all
}

// Interfaces returns the names of the interfaces through which this computer announces itself and hears others.
func Interfaces() ([]string, error) {
	usable, err := links()
	names := make([]string, len(usable))
	for i, l := range usable {
		names[i] = l.Name
	}
	return names, err
}
