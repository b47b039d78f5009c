package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func peersCommand() *cli.Command {
	return &cli.Command{
		Name:  "peers",
		Usage: "print the known peers, and those that announce themselves in the network",
		Description: "Peers that answer come first, at once; the others after a second. A peer not seen for 30 days is " +
			"forgotten, unless its key is pinned or it was added by hand.",
		Action: peers,
		Subcommands: []*cli.Command{
			{
				Name: "add", Usage: "remember a peer that is not announced, for example because multicast is blocked",
				ArgsUsage: "NAME HOST[:PORT]",
				Action:    addPeer,
			},
			{
				Name: "forget", Usage: "forget a peer and the key that is pinned to it", ArgsUsage: "PEER", Action: forget,
				BashComplete: peerValues(),
			},
		},
	}
}

// peerJSON is the JSON form of a peer.
type peerJSON struct {
	Address string `json:"address"`
	Name    string `json:"name"`
	Key     string `json:"key,omitempty"`
	// Trust is verified (two people have compared codes), pinned (on first use) or none.
	Trust   string    `json:"trust"`
	Frames  bool      `json:"frames"`
	Added   bool      `json:"added"`   // by peers add
	Answers bool      `json:"answers"` // just now
	SeenAt  time.Time `json:"seen_at"`
}

func trust(p *mailbox.Peer) string {
	switch {
	case p.Verified:
		return "verified"
	case p.Pinned:
		return "pinned"
	default:
		return "none"
	}
}

func peers(c *cli.Context) error {
	return with(c, func(s *station.Station) error {
		t := console.From(c)
		shown := map[lanchat.Key]bool{}
		return s.Neighbours(c.Context, func(n station.Neighbour) error {
			if !t.JSON() && !n.Key.IsZero() {
				// A person sees one line per computer: the address that answered first, or that was seen last.
				if shown[n.Key] {
					return nil
				}
				shown[n.Key] = true
			}
			return printPeer(t, n)
		})
	})
}

func printPeer(t *console.Terminal, p station.Neighbour) error {
	object := peerJSON{
		Address: p.Address, Name: p.Name, Trust: trust(p.Peer), Frames: p.Frames, Added: p.Added, Answers: p.Answers,
		SeenAt: p.Seen,
	}
	if p.Pinned {
		object.Key = p.Key.Pin().String()
	}
	if t.JSON() {
		line, err := display.JSON(object)
		if err == nil {
			_, err = t.Out.Write(line)
		}
		return err
	}
	name := display.Line(p.Name)
	if name == "" {
		name = "-"
	}
	key := "-"
	if object.Key != "" {
		key = object.Key[:16]
	}
	_, err := fmt.Fprintf(
		t.Out,
		"%s %s %s %s %s\n",
		console.Pad(name, 20),
		console.Pad(display.Line(p.Address), 24),
		console.Pad(object.Trust, 8),
		console.Pad(key, 16),
		age(time.Since(p.Seen), p.Answers),
	)
	return err
}

// age returns how long ago a peer was seen.
func age(d time.Duration, answers bool) string {
	const day = 24 * time.Hour
	switch {
	case answers:
		return "here"
	case d < time.Minute:
		return "seen just now"
	case d < time.Hour:
		return fmt.Sprintf("seen %d min ago", d/time.Minute)
	case d < day:
		return fmt.Sprintf("seen %d h ago", d/time.Hour)
	default:
		return fmt.Sprintf("seen %d days ago", d/day)
	}
}

func addPeer(c *cli.Context) error {
	words := c.Args().Slice()
	name, word := words[0], words[1]
	if address, err := lanchat.ParseAddress(name); err != nil || address != "" {
		return console.Errorf(
			console.Usage, "first the name, then the address: lanchat peers add anna 192.168.0.7", "%q is not a name", name,
		)
	}
	address, err := lanchat.ParseAddress(word)
	if err != nil {
		return problems().Explain(err)
	}
	if address == "" {
		address = net.JoinHostPort(word, port)
	}
	return with(c, func(s *station.Station) error {
		peer, answers, err := s.Add(c.Context, name, address)
		if err != nil {
			return err
		}
		t := console.From(c)
		if !answers {
			t.Warnf("%s does not answer at the moment; it is added nevertheless", display.Line(address))
		}
		return printPeer(t, station.Neighbour{Peer: peer, Answers: answers})
	})
}

func forget(c *cli.Context) error {
	words := c.Args().Slice()
	return with(c, func(s *station.Station) error {
		err := forgetPeer(c.Context, s, words[0])
		if errors.Is(err, mailbox.ErrNotFound) {
			return console.Errorf(console.NotFound, "see lanchat peers", "%w", err)
		}
		return err
	})
}

// forgetPeer forgets the peer of that name, or at that address, whose port may be left out.
func forgetPeer(ctx context.Context, s *station.Station, word string) error {
	err := s.Mailbox.Forget(ctx, word)
	address, parsed := lanchat.ParseAddress(word)
	if errors.Is(err, mailbox.ErrNotFound) && parsed == nil && address != "" && address != word {
		return s.Mailbox.Forget(ctx, address)
	}
	return err
}
