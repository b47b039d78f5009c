// Package discovery lets the lanchats of one network find each other by name, with mDNS and DNS-SD (RFC 6762, RFC 6763) as service
// _lanchat._tcp. It is help and no more: addresses always work, nothing is scanned, and whatever a network's neighbours
// announce about themselves is believed as far as their names go.
package discovery

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/pion/mdns/v2"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/pythonweb/goweb/lanchat"
)

const service = "_lanchat._tcp"

// The TXT attributes: that this lanchat reads frames, and which key it claims to have.
const (
	framesKey = "frames"
	keyKey    = "key"
)

// Neighbour is a lanchat that announces itself.
type Neighbour struct {
	Name    string
	Address netip.AddrPort
	Key     lanchat.Key // claimed, not proved
	Frames  bool
}

// Announce answers questions for this lanchat until ctx is done.
func Announce(ctx context.Context, name string, key lanchat.Key, port uint16) error {
	host := "lanchat-" + key.Pin().String()[:12] // its own, so that it collides with no other responder of the computer
	conn, err := open(
		mdns.WithLocalNames(host+".local"),
		mdns.WithService(mdns.ServiceInstance{
			Instance: label(name), Service: service, Host: host + ".local.", Port: port,
			Text: []mdns.TXTEntry{{Key: framesKey, Value: []byte("1")}, {Key: keyKey, Value: []byte(hex.EncodeToString(key[:]))}},
		}))
	if err != nil {
		return err
	}
	<-ctx.Done()
	return conn.Close()
}

// Browse asks who is there, and calls found for every answer until ctx is done. Calls do not overlap.
func Browse(ctx context.Context, found func(Neighbour)) error {
	conn, err := open()
	if err != nil {
		return err
	}
	events := make(chan mdns.ServiceEvent)
	conn.OnServiceDiscovered(func(e mdns.ServiceEvent) {
		select {
		case events <- e:
		case <-ctx.Done():
		}
	})
	if err := conn.Browse(ctx, service); err != nil {
		return errors.Join(fmt.Errorf("mDNS: %w", err), conn.Close())
	}
	for {
		select {
		case e := <-events:
			found(neighbour(e))
		case <-ctx.Done():
			return conn.Close()
		}
	}
}

func neighbour(e mdns.ServiceEvent) Neighbour {
	n := Neighbour{Name: e.Instance.Instance, Address: netip.AddrPortFrom(e.Addr.Unmap(), e.Instance.Port)}
	for _, entry := range e.Instance.Text {
		switch entry.Key {
		case framesKey:
			n.Frames = string(entry.Value) == "1"
		case keyKey:
			if raw, err := hex.DecodeString(string(entry.Value)); err == nil && len(raw) == len(n.Key) {
				n.Key = lanchat.Key(raw)
			}
		}
	}
	return n
}

// Lookup returns the neighbour of that name, as soon as one answers. When ctx ends before, it returns its error.
func Lookup(ctx context.Context, name string) (Neighbour, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var result Neighbour
	err := Browse(ctx, func(n Neighbour) {
		if n.Name == label(name) && !result.Address.IsValid() {
			result = n
			cancel()
		}
	})
	if result.Address.IsValid() {
		return result, nil
	}
	return result, errors.Join(err, ctx.Err())
}

// open joins the multicast groups of those IP versions that the computer has.
func open(options ...mdns.ServerOption) (*mdns.Conn, error) {
	var four *ipv4.PacketConn
	var six *ipv6.PacketConn
	c4, err4 := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(mdns.DefaultAddressIPv4)))
	if err4 == nil {
		four = ipv4.NewPacketConn(c4)
	}
	c6, err6 := net.ListenUDP("udp6", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(mdns.DefaultAddressIPv6)))
	if err6 == nil {
		six = ipv6.NewPacketConn(c6)
	}
	if four == nil && six == nil {
		return nil, fmt.Errorf("mDNS: %w", errors.Join(err4, err6))
	}
	conn, err := mdns.NewServer(four, six, options...)
	if err != nil {
		if four != nil {
			_ = c4.Close()
		}
		if six != nil {
			_ = c6.Close()
		}
		return nil, fmt.Errorf("mDNS: %w", err)
	}
	return conn, nil
}

// label cuts a name to what one DNS label holds.
func label(name string) string {
	const longest = 63
	for len(name) > longest {
		runes := []rune(name)
		name = string(runes[:len(runes)-1])
	}
	return name
}
