package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func peersCommand() *cli.Command {
	return &cli.Command{
		Name:   "peers",
		Usage:  "print the known peers, and those that announce themselves in the network",
		Action: peers,
		Subcommands: []*cli.Command{{
			Name: "forget", Usage: "forget a peer and the key that is pinned to it", ArgsUsage: "PEER", Action: forget,
		}},
	}
}

// peerJSON is a peer as scripts see it.
type peerJSON struct {
	Address string `json:"address"`
	Name    string `json:"name"`
	Key     string `json:"key,omitempty"`
	// Trust is verified (two people have compared codes), pinned (on first use) or none.
	Trust  string    `json:"trust"`
	Frames bool      `json:"frames"`
	SeenAt time.Time `json:"seen_at"`
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
	if _, err := arguments(c, 0, 0); err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		if err := s.Neighbours(c.Context); err != nil {
			return err
		}
		all, err := s.Mailbox.Peers(c.Context)
		if err != nil {
			return err
		}
		t := console.From(c)
		for _, p := range all {
			if err := printPeer(t, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func printPeer(t *console.Terminal, p *mailbox.Peer) error {
	object := peerJSON{Address: p.Address, Name: p.Name, Trust: trust(p), Frames: p.Frames, SeenAt: p.Seen}
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
	key := object.Key
	if key == "" {
		key = "-"
	}
	_, err := fmt.Fprintf(t.Out, "%s %s %s %.16s\n", console.Pad(name, 20), console.Pad(display.Line(p.Address), 24), console.Pad(object.Trust, 8), key)
	return err
}

func forget(c *cli.Context) error {
	words, err := arguments(c, 1, 1)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		err := s.Mailbox.Forget(c.Context, words[0])
		if errors.Is(err, mailbox.ErrNotFound) {
			return console.Errorf(console.NotFound, "see lanchat peers", "%w", err)
		}
		return err
	})
}
