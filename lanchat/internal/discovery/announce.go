package discovery

import (
	"context"
	"encoding/hex"
	"net/netip"
	"time"

	"github.com/pion/mdns/v2"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/pythonweb/goweb/lanchat"
)

// offer is what one lanchat announces to its neighbours.
type offer struct {
	instance string
	host     string // with a dot at its end
	port     uint16
	text     []mdns.TXTEntry
}

// Announce answers questions for this lanchat, which listens at an address, until ctx is done. It follows the computer:
// when interfaces or addresses come and go, it withdraws what has become false and announces what is true. There may be
// no network at all when it begins. A listener that others cannot reach is not announced.
func Announce(ctx context.Context, name string, key lanchat.Key, at netip.AddrPort) error {
	if at.Addr().IsLoopback() {
		return nil
	}
	a := announcement{at: at.Addr().Unmap(), offer: offer{
		instance: label(name),
		host:     "lanchat-" + key.Pin().String()[:12] + ".local.", // collides with no other responder of the computer
		port:     at.Port(),
		text: []mdns.TXTEntry{
			{Key: framesKey, Value: []byte("1")}, {Key: keyKey, Value: []byte(hex.EncodeToString(key[:]))},
		},
	}}
	defer a.end()
	w := watch(ctx)
	defer w.running.Wait()
	for {
		a.follow()
		select {
		case <-w.changes:
			settle(ctx, w.changes)
		case <-ctx.Done():
			return nil
		}
	}
}

// settle waits until a burst of changes is over, because one change by a person comes as several, but no longer than a
// moment.
func settle(ctx context.Context, changes <-chan struct{}) {
	const silence, longest = 50 * time.Millisecond, 500 * time.Millisecond
	end := time.NewTimer(longest)
	defer end.Stop()
	for {
		pause := time.NewTimer(silence)
		select {
		case <-changes:
			pause.Stop()
		case <-pause.C:
			return
		case <-end.C:
			pause.Stop()
			return
		case <-ctx.Done():
			pause.Stop()
			return
		}
	}
}

// announcement is the state of Announce.
type announcement struct {
	offer
	at        netip.Addr // where the listener listens, if not everywhere
	links     []link
	responder *mdns.Conn // nil while there is no network
}

// follow makes the announcement agree with the interfaces that there are now.
func (a *announcement) follow() {
	now, err := links()
	if !a.at.IsUnspecified() {
		now = having(now, a.at.WithZone(""))
	}
	if err != nil || a.responder != nil && sameLinks(a.links, now) || len(now) == 0 && len(a.links) == 0 {
		return
	}
	// No answer may carry an address that has gone, so the responder that knows it ends first.
	a.close()
	before := a.links
	a.links = now
	if len(now) == 0 {
		return
	}
	a.withdraw(before)
	options := []mdns.ServerOption{
		mdns.WithInterfaces(interfaces(now)...),
		mdns.WithLocalNames(a.host[:len(a.host)-1]),
		mdns.WithService(
			mdns.ServiceInstance{Instance: a.instance, Service: service, Host: a.host, Port: a.port, Text: a.text},
		),
	}
	if !a.at.IsUnspecified() {
		options = append(options, mdns.WithLocalAddress(a.at.AsSlice()))
	}
	a.responder, _ = open(options...) // without one the next change, or the next look, tries again
	a.proclaim()
}

// proclaim announces the current state, so that nobody continues with cached records.
func (a *announcement) proclaim() {
	for _, l := range a.links {
		r := newRecords()
		r.service(a.offer, false)
		for _, ip := range l.addresses {
			r.address(a.host, ip, dnsmessage.ClassINET|unique, lifetime)
		}
		r.send(l.Interface)
	}
}

// withdraw takes the addresses back that have gone since before, each where it was announced: who hears of one for the
// first time takes it for good for a second more (RFC 6762, section 10.1).
func (a *announcement) withdraw(before []link) {
	for _, l := range a.links {
		lost := gone(before, a.links, l.Name)
		if len(lost) == 0 {
			continue
		}
		r := newRecords()
		for _, ip := range lost {
			r.address(a.host, ip, dnsmessage.ClassINET, withdrawn)
		}
		r.send(l.Interface)
	}
}

// end withdraws everything.
func (a *announcement) end() {
	a.close()
	for _, l := range a.links {
		r := newRecords()
		r.service(a.offer, true)
		for _, ip := range l.addresses {
			r.address(a.host, ip, dnsmessage.ClassINET, withdrawn)
		}
		r.send(l.Interface)
	}
}

func (a *announcement) close() {
	if a.responder != nil {
		_ = a.responder.Close()
		a.responder = nil
	}
}
