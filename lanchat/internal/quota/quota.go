package quota

import (
	"errors"
	"net/netip"
	"sync"
	"time"
)

// The resources that one server grants its clients. The bounds per address leave room for an honest client with 64
// connections and 100 messages a second; loopback addresses are not bounded, because whoever sends from there can stop
// the server in simpler ways.
const (
	addressConnections = 256
	addressRate        = 200 // messages a second, after a burst of as many
	addressTexts       = 4   // unfinished ones of the greatest length, by their bytes
	totalTexts         = 16
)

var errPartial = errors.New("unfinished messages hold too much memory")

// Quota counts what the clients currently hold.
type Quota struct {
	text      int // bytes of the longest text
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

// New returns a Quota with nothing held. text is the length of the longest text in bytes.
func New(text int) *Quota {
	return &Quota{text: text, addresses: map[netip.Addr]*holding{}}
}

// Admit admits a connection from addr. It returns how long the connection has to wait before it is read, so that the
// address keeps to its rate, and false if the address has too many connections already.
func (q *Quota) Admit(addr netip.Addr, now time.Time) (time.Duration, bool) {
	if addr.IsLoopback() {
		return 0, true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	h := q.addresses[addr]
	if h == nil {
		q.sweep(now)
		h = &holding{}
		q.addresses[addr] = h
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

// Reserve lets a connection from addr hold n more bytes of an unfinished message.
func (q *Quota) Reserve(addr netip.Addr, n int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.partial+n > totalTexts*q.text {
		return errPartial
	}
	if h := q.addresses[addr]; h != nil {
		if h.partial+n > addressTexts*q.text {
			return errPartial
		}
		h.partial += n
	}
	q.partial += n
	return nil
}

// Leave releases one connection and the n bytes that it held.
func (q *Quota) Leave(addr netip.Addr, n int) {
	if n == 0 && addr.IsLoopback() {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.partial -= n
	if h := q.addresses[addr]; h != nil {
		h.connections--
		h.partial -= n
	}
}

// sweep forgets the addresses that hold nothing, once there are many.
func (q *Quota) sweep(now time.Time) {
	const many = 1024
	if len(q.addresses) < many {
		return
	}
	for addr, h := range q.addresses {
		if h.connections == 0 && h.next.Before(now) {
			delete(q.addresses, addr)
		}
	}
}
