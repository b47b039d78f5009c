// Package courier carries the messages in the outbox to their peers: in order for each peer, again and again until
// there is an OK, and never twice to a peer that could not recognise a repetition.
package courier

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// Errors that say why a message was not tried.
var (
	ErrPinned  = errors.New("its key is pinned, so nothing is sent to it unencrypted")
	ErrUnknown = errors.New("it may have arrived: the answer was lost, and a peer that reads plain text cannot be asked")
	ErrOther   = errors.New("another lanchat has its address now")
)

// Courier delivers for one process. Its fields are set before use; its methods are safe for concurrent use.
type Courier struct {
	Mailbox   *mailbox.Mailbox
	Directory datadir.Directory
	Claim     *datadir.Claim
	Client    *lanchat.Client
	// Lookup, if set, finds peers whose names the mailbox does not know.
	Lookup func(ctx context.Context, name string) (*mailbox.Peer, error)
	// Elsewhere, if set, finds another address of a known peer by its key.
	Elsewhere func(ctx context.Context, p *mailbox.Peer) (string, error)
	// Patience is how long a file transfer may make no progress; 0 means 30 seconds.
	Patience time.Duration
	// Progress, if set, is called with how much of a file is written there.
	Progress func(o *mailbox.Outgoing, written int64)
	// Hook, if set, wraps every step: it calls do, or fails instead.
	Hook func(step Step, do func() error) error
	// Settled, if set, is called with the result of each attempt: nil means OK.
	Settled func(o *mailbox.Outgoing, err error)
}

// Deliver delivers what is queued for o's peer, up to and including o. It returns nil once o has got its OK, and the
// error of the first attempt that fails.
func (c *Courier) Deliver(ctx context.Context, o *mailbox.Outgoing) error {
	if o.State == mailbox.Sending { // it was claimed when it was queued, as the first
		o.State = mailbox.Queued
		return c.attempt(ctx, o)
	}
	for {
		next, err := c.Mailbox.Next(ctx, o.Queue(), o.Number, c.Claim.Name, c.Directory.Alive)
		switch {
		case errors.Is(err, mailbox.ErrTaken):
			const again = 50 * time.Millisecond
			if err := pause(ctx, again); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		case next == nil:
			return c.outcome(ctx, o)
		}
		if err := c.attempt(ctx, next); err != nil {
			return err
		}
	}
}

// outcome returns what happened to a message that is not queued any more.
func (c *Courier) outcome(ctx context.Context, o *mailbox.Outgoing) error {
	left, err := c.Mailbox.Outgoing(ctx, o.ID)
	switch {
	case errors.Is(err, mailbox.ErrNotFound):
		return nil
	case err != nil:
		return err
	case left.Refused:
		return &lanchat.RefusedError{Why: left.Failure}
	default:
		return ErrUnknown
	}
}

// Persist is Deliver until there is an OK, or until no more attempt is allowed: ctx has ended, or the message may have
// arrived.
func (c *Courier) Persist(ctx context.Context, o *mailbox.Outgoing) error {
	for n := 0; ; n++ {
		err := c.Deliver(ctx, o)
		if err == nil || !Temporary(err) {
			return err
		}
		if pause(ctx, backoff(n)) != nil {
			return err
		}
	}
}

// Temporary reports whether another attempt may succeed without the user's doing.
func Temporary(err error) bool {
	var changed *lanchat.ChangedKeyError
	if Final(err) {
		return false
	}
	return !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrPinned) && !errors.Is(err, context.Canceled) && !errors.As(
		err, &changed,
	)
}

// Retry makes one attempt at one message, whatever its state: the user takes the risk that it arrives twice.
func (c *Courier) Retry(ctx context.Context, id lanchat.ID) error {
	o, err := c.Mailbox.Take(ctx, id, c.Claim.Name, c.Directory.Alive)
	if err != nil {
		return err
	}
	return c.attempt(ctx, o)
}

// attempt sends a claimed message once, and releases it if there is no OK.
func (c *Courier) attempt(ctx context.Context, o *mailbox.Outgoing) error {
	err := c.send(ctx, o)
	if err != nil {
		err = c.giveBack(ctx, o, err)
	}
	if c.Settled != nil {
		c.Settled(o, err)
	}
	return err
}

// giveBack records why a message has no OK, and whether it may have arrived nevertheless.
func (c *Courier) giveBack(ctx context.Context, o *mailbox.Outgoing, err error) error {
	kept := context.WithoutCancel(ctx)
	if Final(err) {
		return errors.Join(err, c.Mailbox.Refuse(kept, o, failure(err)))
	}
	state := mailbox.Queued
	var failed *lanchat.SendError
	if errors.As(err, &failed) && failed.Reached {
		state = mailbox.Unknown
		err = fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	// The result is kept even if ctx has ended.
	return errors.Join(err, c.step(StepSettle, func() error { return c.Mailbox.Settle(kept, o, state, failure(err)) }))
}

// failure returns what the outbox shows as the reason.
func failure(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	return err.Error()
}

// send brings one message to its peer.
func (c *Courier) send(ctx context.Context, o *mailbox.Outgoing) error {
	peer, err := c.Find(ctx, o.Peer)
	if err != nil {
		return err
	}
	if o.Path != "" {
		return c.sendFile(ctx, o, peer)
	}
	if peer.Pinned && o.Mode == mailbox.Plain {
		return fmt.Errorf("%s: %w", o.Peer, ErrPinned)
	}
	route := c.route(peer, o.Peer)
	route.Secure = o.Mode == mailbox.Secure
	at := peer.Address
	route.Moved = func(address string) { at = address }
	if o.Mode == mailbox.Plain {
		route.Frames = false
	} else if route.Elsewhere != nil && !peer.Pinned && peer.Frames {
		if err := c.recognise(ctx, peer, &route); err != nil {
			return err
		}
		at = route.Address
	}
	plain := !route.Frames && !route.Secure && route.Pin.IsZero()
	if plain {
		if err := c.step(StepRisk, func() error { return c.Mailbox.Risk(ctx, o) }); err != nil {
			return err
		}
	}
	var key lanchat.Key
	err = c.step(StepSend, func() error {
		key, err = c.Client.Send(ctx, route, o.Post())
		return err
	})
	var failed *lanchat.SendError
	if errors.As(err, &failed) && !plain {
		failed.Reached = false // a frame that arrives again is known by its id
	}
	if err != nil {
		return err
	}
	kept := context.WithoutCancel(ctx)
	err = c.step(StepRecord, func() error { return c.Mailbox.Deliver(kept, o, at) })
	return errors.Join(err, c.remember(kept, peer, at, key))
}

// remember records what a delivery has shown: the key that the peer has proved, and the address at which it was
// reached.
func (c *Courier) remember(ctx context.Context, peer *mailbox.Peer, at string, key lanchat.Key) error {
	moved := at != peer.Address
	switch {
	case !key.IsZero() && (!peer.Pinned || moved):
		return c.Mailbox.Learn(ctx, mailbox.Peer{Address: at, Name: peer.Name, Key: key, Pinned: true, Frames: true})
	case moved:
		return c.Mailbox.Learn(ctx, mailbox.Peer{Address: at, Name: peer.Name, Key: peer.Key, Frames: peer.Frames})
	}
	return nil
}

// route returns the route to a peer for which messages are queued under name. A peer that was named, or whose key is
// pinned, is looked up by its key if its address fails.
func (c *Courier) route(peer *mailbox.Peer, name string) lanchat.Route {
	route := lanchat.Route{Address: peer.Address, Frames: peer.Frames}
	if peer.Pinned {
		route.Pin = peer.Key.Pin()
	}
	if c.Elsewhere != nil && !peer.Key.IsZero() && (peer.Pinned || name != peer.Address) {
		route.Elsewhere = func(ctx context.Context) (string, error) { return c.Elsewhere(ctx, peer) }
	}
	return route
}

// recognise checks that whoever answers at a peer's address still claims the peer's key, because addresses are
// reassigned. It follows the peer to its current address.
func (c *Courier) recognise(ctx context.Context, peer *mailbox.Peer, route *lanchat.Route) error {
	ask := *route
	ask.Moved = func(address string) { route.Address = address }
	reply, err := c.Client.Hello(ctx, ask)
	switch {
	case err != nil:
		return &lanchat.SendError{Address: peer.Address, Err: err}
	case reply.Sender == peer.Key, reply.Name == peer.Name: // the same, or a new installation with the same name
		return nil
	}
	other, err := route.Elsewhere(ctx)
	if err != nil || other == route.Address {
		return &lanchat.SendError{Address: peer.Address, Err: fmt.Errorf("%w, which calls itself %q", ErrOther, reply.Name)}
	}
	route.Address = other
	return nil
}

// Find returns the peer that the user means by name.
func (c *Courier) Find(ctx context.Context, name string) (*mailbox.Peer, error) {
	peer, err := c.Mailbox.Peer(ctx, name)
	if !errors.Is(err, mailbox.ErrNotFound) || c.Lookup == nil {
		return peer, err
	}
	if found, lookup := c.Lookup(ctx, name); lookup == nil {
		return found, nil
	}
	return nil, err
}

// backoff returns how long to wait after the nth failure: between half and the whole of 1 s, 2 s, 4 s, up to a
// minute.
func backoff(n int) time.Duration {
	const longest = time.Minute
	d := min(time.Second<<min(n, 6), longest)
	return d/2 + rand.N(d/2)
}

// pause waits, and returns early with the reason when ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
