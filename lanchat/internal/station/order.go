package station

import (
	"sync"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// order hands messages on in the order of the inbox. They become ready in another one: a sender may go on for a moment
// after its OK, and what it adds belongs to its message.
type order struct {
	lanchat.Inbox
	next func(*lanchat.Message)

	mu     sync.Mutex
	places []*place // of the messages that are stored and not handed on
	of     map[*lanchat.Message]*place

	handing sync.Mutex // held while next is called, which may take long
}

// place is where a message stands in the order.
type place struct {
	message *lanchat.Message
	ready   bool
	stored  time.Time
}

func newOrder(inbox lanchat.Inbox, next func(*lanchat.Message)) *order {
	return &order{Inbox: inbox, next: next, of: map[*lanchat.Message]*place{}}
}

// Store implements lanchat.Inbox. The mailbox tells of stored messages in the order of their numbers.
func (o *order) Store(m *lanchat.Message, stored func(fresh bool, err error)) {
	o.Inbox.Store(m, func(fresh bool, err error) {
		if fresh && err == nil {
			p := &place{message: m, stored: time.Now()}
			o.mu.Lock()
			o.places = append(o.places, p)
			o.of[m] = p
			o.mu.Unlock()
		}
		stored(fresh, err)
	})
}

// received says that m is whole, and hands on what can be.
func (o *order) received(m *lanchat.Message) {
	o.mu.Lock()
	if p := o.of[m]; p != nil {
		p.ready = true
	} else { // a file, which is stored at another place
		o.places = append(o.places, &place{message: m, ready: true})
	}
	o.mu.Unlock()
	o.handing.Lock()
	defer o.handing.Unlock()
	for m := o.first(); m != nil; m = o.first() {
		o.next(m)
	}
}

// first takes the first message if it is ready, or if its conversation has failed: none takes so long after its OK.
func (o *order) first() *lanchat.Message {
	const longest = 10 * time.Second
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.places) == 0 {
		return nil
	}
	p := o.places[0]
	if !p.ready && time.Since(p.stored) < longest {
		return nil
	}
	delete(o.of, p.message)
	if o.places = o.places[1:]; len(o.places) == 0 {
		o.places = nil
	}
	return p.message
}
