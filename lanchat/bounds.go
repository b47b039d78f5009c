package lanchat

import (
	"errors"
	"net/netip"
	"sync"
	"time"
)

// What one server lets its clients hold. Every bound per address leaves room for 64 connections and 100 messages a
// second of an honest client behind it; addresses of the loopback interface are not bounded, for whoever sends from
// there can stop the server in simpler ways.
const (
	addressConnections = 256
	addressRate        = 200 // messages a second, after a burst of as many
	addressPartial     = 4 * MaxText
	totalPartial       = 16 * MaxText
)

var errPartial = errors.New("unfinished messages hold too much memory")

// bounds counts what the clients hold at the moment.
type bounds struct {
	mu        sync.Mutex
	addresses map[netip.Addr]*holding
	partial   int
}

// holding is what one address holds.
type holding struct {
	connections int
	partial     int
	// next is when the next message of this address is due, were its messages evenly spaced.
	next time.Time
}

// admit takes a connection from addr in. It returns how long the connection has to wait before it is read, so that the
// address keeps to its rate, and false when the address has too many connections already.
func (b *bounds) admit(addr netip.Addr, now time.Time) (time.Duration, bool) {
	if addr.IsLoopback() {
		return 0, true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.addresses[addr]
	if h == nil {
		b.sweep(now)
		h = &holding{}
		b.addresses[addr] = h
	}
	if h.connections >= addressConnections {
		return 0, false
	}
	h.connections++
	const burst = time.Second
	if earliest := now.Add(-burst); h.next.Before(earliest) {
		h.next = earliest
	}
	h.next = h.next.Add(time.Second / addressRate)
	return max(0, h.next.Sub(now)), true
}

// reserve lets a connection from addr hold n more bytes of an unfinished message.
func (b *bounds) reserve(addr netip.Addr, n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.partial+n > totalPartial {
		return errPartial
	}
	if h := b.addresses[addr]; h != nil {
		if h.partial+n > addressPartial {
			return errPartial
		}
		h.partial += n
	}
	b.partial += n
	return nil
}

// leave gives back one connection and the n bytes that it held.
func (b *bounds) leave(addr netip.Addr, n int) {
	if n == 0 && addr.IsLoopback() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.partial -= n
	if h := b.addresses[addr]; h != nil {
		h.connections--
		h.partial -= n
	}
}

// sweep forgets the addresses that hold nothing, once there are many.
func (b *bounds) sweep(now time.Time) {
	const many = 1024
	if len(b.addresses) < many {
		return
	}
	for addr, h := range b.addresses {
		if h.connections == 0 && h.next.Before(now) {
			delete(b.addresses, addr)
		}
	}
}
