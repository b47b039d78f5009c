package station

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/discovery"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// answerWithin is how long a neighbour may take to answer a question for its name.
const answerWithin = 2 * time.Second

// Resolve returns the peer that the user means by word: an address, a host's name, or the name of a peer; and the name
// under which messages to it are queued. An unknown name is mailbox.ErrNotFound, a word that can never be a peer a
// *lanchat.AddressError.
func (s *Station) Resolve(ctx context.Context, word string) (queue string, peer *mailbox.Peer, err error) {
	address, err := lanchat.ParseAddress(word)
	if err != nil {
		return "", nil, err
	}
	if address == "" {
		peer, err = s.Courier.Find(ctx, word)
		if err == nil && peer.Name == word {
			return word, peer, nil
		}
		if err != nil {
			return "", nil, err
		}
		return peer.Address, peer, nil // a host's name
	}
	if err := exists(ctx, address); err != nil {
		return "", nil, err
	}
	peer, err = s.Courier.Find(ctx, address)
	return address, peer, err
}

// exists refuses an address whose host, or whose zone, does not exist. A name that cannot be looked up at the moment
// may exist.
func exists(ctx context.Context, address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip, zone, ok := strings.Cut(host, "%"); ok {
		if _, err := net.InterfaceByName(zone); err != nil && strings.Trim(zone, "0123456789") != "" {
			return fmt.Errorf("the interface %q of %s: %w", zone, ip, mailbox.ErrNotFound)
		}
		return nil
	}
	if net.ParseIP(host) != nil {
		return nil
	}
	_, err = net.DefaultResolver.LookupHost(ctx, host)
	var unknown *net.DNSError
	if errors.As(err, &unknown) && unknown.IsNotFound {
		return fmt.Errorf("host %q: %w", host, mailbox.ErrNotFound)
	}
	return nil
}

// lookup finds a peer that the mailbox does not know: by the name that it announces, or else by the name of its host.
// Once the name is known to be a host's, it waits for an announcement no longer than a moment.
func (s *Station) lookup(ctx context.Context, name string) (*mailbox.Peer, error) {
	const moment = 300 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	announced, host := make(chan *mailbox.Peer, 1), make(chan *mailbox.Peer, 1)
	running.Go(func() { announced <- s.neighbour(ctx, name) })
	running.Go(func() { host <- hostNamed(ctx, name) })
	var known *mailbox.Peer
	var late <-chan time.Time
	for announced != nil || host != nil {
		select {
		case p := <-announced:
			if p != nil {
				return p, s.Mailbox.Learn(context.WithoutCancel(ctx), *p)
			}
			announced = nil
		case known = <-host:
			host = nil
			if known != nil {
				late = time.After(moment)
			}
		case <-late:
			return known, nil
		}
	}
	if known == nil {
		return nil, fmt.Errorf("peer %q: %w", name, mailbox.ErrNotFound)
	}
	return known, nil
}

// neighbour returns the peer that announces a name, or nil.
func (s *Station) neighbour(ctx context.Context, name string) *mailbox.Peer {
	if !s.announced {
		return nil
	}
	n, err := discovery.Lookup(ctx, name)
	if err != nil {
		return nil
	}
	return &mailbox.Peer{Address: n.Address.String(), Name: n.Name, Key: n.Key, Frames: n.Frames}
}

// hostNamed returns the peer at the default port of the host of that name, or nil.
func hostNamed(ctx context.Context, name string) *mailbox.Peer {
	if strings.ContainsAny(name, " \t") {
		return nil
	}
	if _, err := net.DefaultResolver.LookupHost(ctx, name); err != nil {
		return nil
	}
	return &mailbox.Peer{Address: net.JoinHostPort(name, lanchat.DefaultPort)}
}

// elsewhere finds another address of a peer: the one that its key announces, or one that was remembered and answers.
func (s *Station) elsewhere(ctx context.Context, p *mailbox.Peer) (string, error) {
	if s.announced {
		listening, cancel := context.WithTimeout(ctx, answerWithin)
		n, err := discovery.LookupKey(listening, p.Key)
		cancel()
		if err == nil {
			return n.Address.String(), nil
		}
	}
	remembered, err := s.Mailbox.Elsewhere(ctx, p.Key, p.Address)
	if err != nil {
		return "", err
	}
	for _, address := range remembered {
		if reply, err := s.ask(ctx, address); err == nil && reply.Sender == p.Key {
			return address, nil
		}
	}
	return "", fmt.Errorf("peer %q elsewhere: %w", p.Name, mailbox.ErrNotFound)
}

// ask asks who listens at an address, without waiting long.
func (s *Station) ask(ctx context.Context, address string) (*lanchat.Frame, error) {
	const long = time.Second
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	return s.Courier.Client.Hello(ctx, lanchat.Route{Address: address})
}

// Neighbour is a peer as Neighbours finds it.
type Neighbour struct {
	*mailbox.Peer
	Answers bool // it has announced itself, or answered, just now
}

// Neighbours asks all remembered peers, and the network, who is there, and calls found for each address: for those that
// answer as soon as they do, and a moment later for the others.
func (s *Station) Neighbours(ctx context.Context, found func(Neighbour) error) error {
	const moment = time.Second
	if err := s.Mailbox.Age(ctx, time.Now()); err != nil {
		return err
	}
	known, err := s.Mailbox.Peers(ctx)
	if err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	var running sync.WaitGroup
	answers := make(chan mailbox.Peer)
	if s.announced {
		running.Go(func() { s.browse(asking, answers) })
	}
	running.Go(func() { s.probe(asking, known, answers) })
	go func() {
		running.Wait()
		close(answers)
	}()
	shown := map[string]bool{}
	var failed error
	for p := range answers {
		if shown[p.Address] || failed != nil {
			continue
		}
		shown[p.Address] = true
		if failed = s.Mailbox.Learn(ctx, p); failed == nil {
			failed = s.show(ctx, p.Address, true, found)
		}
		if failed != nil {
			cancel()
		}
	}
	for _, p := range known {
		if failed == nil && !shown[p.Address] {
			failed = found(Neighbour{p, false})
		}
	}
	return failed
}

// show calls found with what is known of an address now.
func (s *Station) show(ctx context.Context, address string, answers bool, found func(Neighbour) error) error {
	p, err := s.Mailbox.Peer(ctx, address)
	if err != nil {
		return err
	}
	return found(Neighbour{p, answers})
}

// browse sends those that announce themselves to answers until ctx is done.
func (s *Station) browse(ctx context.Context, answers chan<- mailbox.Peer) {
	_ = discovery.Browse(ctx, func(n discovery.Neighbour) { // a network without multicast has no neighbours
		if n.Key != s.Identity.Key() {
			answers <- mailbox.Peer{Address: n.Address.String(), Name: n.Name, Key: n.Key, Frames: n.Frames}
		}
	})
}

// probe asks remembered peers whether they are there, several at once. A peer that only reads text is not asked:
// it could not answer.
func (s *Station) probe(ctx context.Context, known []*mailbox.Peer, answers chan<- mailbox.Peer) {
	const atOnce = 32
	free := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	defer running.Wait()
	for _, p := range known {
		if !p.Frames {
			continue
		}
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return
		}
		running.Go(func() {
			defer func() { <-free }()
			if reply, err := s.ask(ctx, p.Address); err == nil && (reply.Sender == p.Key || !p.Pinned) {
				answers <- mailbox.Peer{Address: p.Address, Name: reply.Name, Key: reply.Sender, Frames: true}
			}
		})
	}
}

// Add adds a peer by hand under a name, and reports whether it answers at the moment.
func (s *Station) Add(ctx context.Context, name, address string) (p *mailbox.Peer, answers bool, err error) {
	if err := exists(ctx, address); err != nil {
		return nil, false, err
	}
	added := mailbox.Peer{Address: address, Name: name, Added: true}
	if reply, err := s.ask(ctx, address); err == nil {
		added.Key, added.Frames, answers = reply.Sender, true, true
	}
	if err := s.Mailbox.Write(ctx, added); err != nil {
		return nil, false, err
	}
	p, err = s.Mailbox.Peer(ctx, address)
	return p, answers, err
}

// Heard reports whether the holder of a key announces itself within two seconds.
func (s *Station) Heard(ctx context.Context, key lanchat.Key) bool {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err := discovery.LookupKey(ctx, key)
	return err == nil
}
