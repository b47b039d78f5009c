// Package station runs one installation: its data directory, identity, mailbox and courier and, when it listens, its
// server. It is what the commands listen, chat and send have in common.
package station

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/discovery"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// Station is an open installation.
type Station struct {
	Directory datadir.Directory
	Identity  *lanchat.Identity
	Mailbox   *mailbox.Mailbox
	Courier   *courier.Courier
	Name      string

	claim     *datadir.Claim
	announced bool
}

// Options are what the user may decide about a station.
type Options struct {
	// Name is what peers are told, and is kept; an empty one means the one that was kept, or the host's.
	Name string
	// Unannounced keeps the station out of mDNS.
	Unannounced bool
}

// Open opens the installation in the directory at path, which is created if it does not exist.
func Open(ctx context.Context, path string, o Options) (*Station, error) {
	if o.Name != "" {
		if err := discovery.CheckName(o.Name); err != nil {
			return nil, &NameError{o.Name, err}
		}
	}
	directory, err := datadir.Open(path)
	if err != nil {
		return nil, err
	}
	identity, err := directory.Identity()
	if err != nil {
		return nil, err
	}
	if o.Name, err = called(directory, o.Name); err != nil {
		return nil, err
	}
	box, err := mailbox.Open(ctx, directory.Database())
	if err != nil {
		return nil, err
	}
	claim, err := directory.Claim()
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	s := &Station{
		Directory: directory, Identity: identity, Mailbox: box, Name: o.Name, claim: claim, announced: !o.Unannounced,
		Courier: &courier.Courier{
			Mailbox: box, Directory: directory, Claim: claim,
			Client: &lanchat.Client{Identity: identity, Name: o.Name, ReplyPort: replyPort(directory)},
		},
	}
	s.Courier.Lookup, s.Courier.Elsewhere = s.lookup, s.elsewhere
	return s, nil
}

// NameError says that an installation cannot be called by a name.
type NameError struct {
	Name string
	Err  error
}

// Error gives the reason.
func (e *NameError) Error() string {
	return fmt.Sprintf("the name %q cannot be announced: %v", e.Name, e.Err)
}

// called stores a given name, and returns the name of the installation.
func called(directory datadir.Directory, given string) (string, error) {
	kept, err := directory.Name()
	switch {
	case err != nil:
		return "", err
	case given == "" && kept != "":
		return kept, nil
	case given == "":
		host, _ := os.Hostname() // a host without a name gives an empty one
		return host, nil
	case given != kept:
		return given, directory.SetName(given)
	}
	return given, nil
}

// replyPort returns the port on which this installation listens, or 0.
func replyPort(directory datadir.Directory) uint16 {
	address, ok := directory.Listening()
	if !ok {
		return 0
	}
	_, text, _ := net.SplitHostPort(address)
	port, _ := strconv.ParseUint(text, 10, 16)
	return uint16(port)
}

// Close releases everything.
func (s *Station) Close() error {
	return errors.Join(s.claim.Release(), s.Mailbox.Close())
}

// Receiver says what a listening station does besides storing.
type Receiver struct {
	// Received, when set, is told every fresh message in the order of the inbox, one at a time.
	Received func(*lanchat.Message)
	// Paired is shown the other side of a pairing, and shown it again once both sides have confirmed it.
	Paired func(lanchat.Pairing)
	// Asked, when set, is told what the user has to answer.
	Asked func(mailbox.Question)
	// Files says which files are taken.
	Files Files
	// Log is told what goes wrong without ending the station.
	Log func(format string, args ...any)
	// Inbox, when set, takes the messages in the mailbox's place.
	Inbox lanchat.Inbox
}

// Listening is a station that has its lock and its port.
type Listening struct {
	*Station
	listener *net.TCPListener
	lock     *datadir.Lock
	wake     chan struct{}
}

// Listen takes the directory's lock and the port.
func (s *Station) Listen(ctx context.Context, address string) (*Listening, error) {
	lock, err := s.Directory.Lock()
	if err != nil {
		return nil, err
	}
	config := net.ListenConfig{KeepAlive: -1} // every phase has its deadline
	listener, err := config.Listen(ctx, "tcp", address)
	if err == nil {
		err = lock.Announce(listener.Addr().String())
		if err != nil {
			listener.Close()
		}
	}
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	l := &Listening{Station: s, listener: listener.(*net.TCPListener), lock: lock, wake: make(chan struct{}, 1)}
	s.Courier.Client.ReplyPort = l.Addr().Port()
	return l, nil
}

// Addr returns where the station listens.
func (l *Listening) Addr() netip.AddrPort {
	return l.listener.Addr().(*net.TCPAddr).AddrPort()
}

// Wake makes the courier look at the outbox at once.
func (l *Listening) Wake() {
	select {
	case l.wake <- struct{}{}:
	default: // it is woken already
	}
}

// Serve receives messages and delivers those of the outbox until ctx is done, and frees the port and the lock.
func (l *Listening) Serve(ctx context.Context, r Receiver) error {
	server := &lanchat.Server{
		Inbox: l.Mailbox, Identity: l.Identity, Name: l.Name, ReplyPort: l.Addr().Port(), Connections: connections(),
		Paired: func(p lanchat.Pairing) {
			if p.Confirmed {
				l.pin(ctx, p, r.Log)
			}
			r.Paired(p)
		},
		Compare: func(ctx context.Context, p lanchat.Pairing) (bool, error) {
			return l.Mailbox.Ask(ctx, mailbox.Question{
				Kind: mailbox.PairQuestion, Name: p.Name, Address: p.Address.Addr().String(), Detail: p.Code,
			}, r.Asked)
		},
		Log: r.Log,
	}
	if r.Inbox != nil {
		server.Inbox = r.Inbox
	} else {
		server.Depot = l.depot(r)
	}
	if r.Received != nil {
		inOrder := newOrder(server.Inbox, r.Received)
		server.Inbox = inOrder
		server.Received = func(m *lanchat.Message) {
			l.learn(ctx, m, r.Log)
			inOrder.received(m)
		}
	}
	if err := l.Mailbox.WithdrawAll(ctx); err != nil {
		r.Log("%v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := l.Mailbox.Age(ctx, time.Now()); err != nil {
		r.Log("%v", err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		l.Courier.Rounds(ctx, l.wake, func(queue mailbox.Queue, err error) {
			if l.Courier.Settled == nil { // else it has been told already
				r.Log("not delivered to %s yet: %v", queue.Peer, err)
			}
		})
	})
	if l.announced {
		running.Go(func() {
			// A network that does not permit announcements is not a failure.
			_ = discovery.Announce(ctx, l.Name, l.Identity.Key(), l.Addr())
		})
	}
	err := server.Serve(ctx, l.listener)
	cancel()
	running.Wait()
	return errors.Join(err, l.lock.Release())
}

// learn remembers that whoever sent a frame reads frames, where it listens, and the key that it has proved.
func (l *Listening) learn(ctx context.Context, m *lanchat.Message, log func(string, ...any)) {
	if !m.Framed() || m.ReplyPort == 0 {
		return
	}
	peer := mailbox.Peer{
		Address: netip.AddrPortFrom(m.Remote.Addr(), m.ReplyPort).String(), Name: m.Name, Key: m.Sender, Pinned: m.Proved,
		Frames: true,
	}
	known, err := l.Mailbox.Peer(ctx, peer.Address)
	if err == nil &&
		(known.Pinned && !m.Proved || known.Frames && (known.Name == peer.Name || known.Added) && known.Key == peer.Key) {
		return
	}
	if err == nil {
		err = l.Mailbox.Learn(ctx, peer)
	}
	if err != nil {
		log("%s is not remembered: %v", peer.Address, err)
		return
	}
	l.Wake()
}

// pin remembers the other side of a pairing that both have confirmed, or that trusts the first key that it sees.
func (l *Listening) pin(ctx context.Context, p lanchat.Pairing, log func(string, ...any)) {
	err := l.Mailbox.Trust(ctx, p.Peer, p.Name, !p.FirstUse)
	if err == nil && p.Address.Port() != 0 {
		err = l.Mailbox.Learn(ctx, mailbox.Peer{
			Address: p.Address.String(), Name: p.Name, Key: p.Peer, Pinned: true, Verified: !p.FirstUse, Frames: true,
		})
	}
	if err != nil {
		log("%s is not remembered: %v", p.Address, fmt.Errorf("pairing: %w", err))
	}
}
