package discovery

import (
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// The lifetimes of records in seconds (RFC 6762, section 10); a record of lifetime 0 is withdrawn.
const (
	lifetime        = 120
	browsedLifetime = 4500
	withdrawn       = 0
)

// unique is the bit that tells receivers to forget other records of the name (RFC 6762, section 10.2).
const unique dnsmessage.Class = 1 << 15

// records is a message that nobody has asked for: an announcement, or what withdraws one (RFC 6762, sections 8.3
// and 10.1).
type records struct {
	message dnsmessage.Message
	err     error // of a name that DNS does not hold
}

func newRecords() *records {
	return &records{message: dnsmessage.Message{Header: dnsmessage.Header{Response: true, Authoritative: true}}}
}

func (r *records) name(text string) dnsmessage.Name {
	n, err := dnsmessage.NewName(text)
	if err != nil {
		r.err = err
	}
	return n
}

func (r *records) add(
	name string,
	class dnsmessage.Class,
	kind dnsmessage.Type,
	ttl uint32,
	body dnsmessage.ResourceBody,
) {
	r.message.Answers = append(r.message.Answers, dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: r.name(name), Type: kind, Class: class, TTL: ttl}, Body: body,
	})
}

// address adds the record that host has ip.
func (r *records) address(host string, ip netip.Addr, class dnsmessage.Class, ttl uint32) {
	if ip.Is4() {
		r.add(host, class, dnsmessage.TypeA, ttl, &dnsmessage.AResource{A: ip.As4()})
	} else {
		r.add(host, class, dnsmessage.TypeAAAA, ttl, &dnsmessage.AAAAResource{AAAA: ip.As16()})
	}
}

// service adds the records that name the service, all of lifetime 0 to withdraw it.
func (r *records) service(o offer, withdraw bool) {
	browsed, own := uint32(browsedLifetime), uint32(lifetime)
	if withdraw {
		browsed, own = withdrawn, withdrawn
	}
	instance := escape(o.instance) + "." + service + ".local."
	r.add(
		service+".local.", dnsmessage.ClassINET, dnsmessage.TypePTR, browsed, &dnsmessage.PTRResource{PTR: r.name(instance)},
	)
	r.add(
		instance, dnsmessage.ClassINET|unique, dnsmessage.TypeSRV, own,
		&dnsmessage.SRVResource{Port: o.port, Target: r.name(o.host)},
	)
	text := make([]string, len(o.text))
	for i, t := range o.text {
		text[i] = t.Key + "=" + string(t.Value)
	}
	r.add(instance, dnsmessage.ClassINET|unique, dnsmessage.TypeTXT, own, &dnsmessage.TXTResource{TXT: text})
}

// escape writes an instance's name as one label (RFC 6763, section 4.3), the way package mdns does.
func escape(instance string) string {
	return strings.NewReplacer(`\`, `\\`, `.`, `\.`).Replace(instance)
}

// send puts the records onto one wire, by each version of IP that it speaks. Multicast is help: what cannot be
// sent is not.
func (r *records) send(to net.Interface) {
	wire, err := r.message.Pack()
	if err != nil || r.err != nil {
		return
	}
	four, six := multicast()
	if four != nil {
		defer four.Close()
		if four.SetMulticastInterface(&to) == nil {
			_ = four.SetMulticastTTL(255)
			_ = four.SetMulticastLoopback(true)
			_, _ = four.WriteTo(wire, nil, &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: mdnsPort})
		}
	}
	if six != nil {
		defer six.Close()
		if six.SetMulticastInterface(&to) == nil {
			_ = six.SetMulticastHopLimit(255)
			_ = six.SetMulticastLoopback(true)
			_, _ = six.WriteTo(wire, nil, &net.UDPAddr{IP: net.ParseIP("ff02::fb"), Port: mdnsPort, Zone: to.Name})
		}
	}
}

// multicast opens the port of mDNS beside the responders that have it, once for each version of IP that this
// computer has.
func multicast() (*ipv4.PacketConn, *ipv6.PacketConn) {
	var four *ipv4.PacketConn
	var six *ipv6.PacketConn
	if c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(224, 0, 0, 0), Port: mdnsPort}); err == nil {
		four = ipv4.NewPacketConn(c)
	}
	if c, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.ParseIP("ff02::"), Port: mdnsPort}); err == nil {
		six = ipv6.NewPacketConn(c)
	}
	return four, six
}

const mdnsPort = 5353
