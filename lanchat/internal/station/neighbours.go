package station

import (
	"context"
	"time"

	"github.com/pythonweb/goweb/lanchat/internal/discovery"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// answerWithin is how long a neighbour may take to answer a question for its name.
const answerWithin = 2 * time.Second

// lookup finds a peer by the name that it announces, and remembers it.
func (s *Station) lookup(ctx context.Context, name string) (*mailbox.Peer, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	n, err := discovery.Lookup(ctx, name)
	if err != nil {
		return nil, err
	}
	peer := mailbox.Peer{Address: n.Address.String(), Name: n.Name, Key: n.Key, Frames: n.Frames}
	return &peer, s.Mailbox.Learn(ctx, peer)
}

// Neighbours remembers the peers that announce themselves within a moment. A network without mDNS has none.
func (s *Station) Neighbours(ctx context.Context) error {
	if !s.announced {
		return nil
	}
	const moment = time.Second
	listening, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	var found []mailbox.Peer
	_ = discovery.Browse(listening, func(n discovery.Neighbour) {
		if n.Key != s.Identity.Key() {
			found = append(found, mailbox.Peer{Address: n.Address.String(), Name: n.Name, Key: n.Key, Frames: n.Frames})
		}
	})
	for _, p := range found {
		if err := s.Mailbox.Learn(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
