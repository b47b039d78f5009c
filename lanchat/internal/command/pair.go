package command

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func pairCommand() *cli.Command {
	return &cli.Command{
		Name:      "pair",
		Usage:     "make sure that a peer is who it should be, and remember its key",
		ArgsUsage: "PEER",
		Description: "PEER must be listening. Both sides show a code of eight characters; when the two people, by telephone or across the table, " +
			"see the same one, nobody stands between them. From then on all messages to PEER go through TLS to this key only. " +
			"The side that was called cannot ask anybody, for it may run as a service: it pins the caller's key as at a first use, and says how to forget it. " +
			"Call back with pair, and the key is verified there too.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "yes", Usage: "do not ask whether the codes are the same: trust this network once"},
			&cli.DurationFlag{Name: "timeout", Value: 100 * time.Second, Usage: "give up after `TIME`"},
		},
		Action: pair,
	}
}

func pair(c *cli.Context) error {
	words, err := arguments(c, 1, 1)
	if err != nil {
		return err
	}
	if err := checkPeer(words[0]); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(c.Context, c.Duration("timeout"), errTimeout)
	defer cancel()
	t := console.From(c)
	return with(c, func(s *station.Station) error {
		_, peer, err := s.Resolve(ctx, words[0])
		if err != nil {
			return peerError(err)
		}
		p, err := s.Courier.Client.Pair(ctx, peer.Address, func(p lanchat.Pairing) (bool, error) {
			t.Warnf("the code of %s is %s", display.Line(p.Name), showCode(p.Code))
			if peer.Pinned && peer.Key != p.Peer {
				t.Warnf("%v", &lanchat.ChangedKeyError{Want: peer.Key.Pin(), Have: p.Peer.Pin()})
			}
			err := t.Confirm(c.Bool("yes"), "Does the other side show the same code?")
			return err == nil, err
		})
		if errors.Is(err, syscall.ECONNREFUSED) {
			return console.Errorf(console.Failed, "start lanchat listen on that side", "%w", err)
		}
		if err != nil {
			return err
		}
		if peer.Pinned && peer.Key != p.Peer {
			if err := s.Mailbox.Forget(ctx, peer.Address); err != nil {
				return err
			}
		}
		return s.Mailbox.Learn(ctx, mailbox.Peer{
			Address: peer.Address, Name: p.Name, Key: p.Peer, Pinned: true, Verified: !c.Bool("yes"), Frames: true,
		})
	})
}
