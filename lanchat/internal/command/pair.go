package command

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func pairCommand() *cli.Command {
	return &cli.Command{
		Name:      "pair",
		Usage:     "verify that a peer is who it should be, and remember its key",
		ArgsUsage: "[PEER]",
		Description: "PEER must be listening. Both sides show a code of eight characters; when the two people, by " +
			"telephone or across the table, see the same one, there is no man in the middle. Both have to say so: the calling " +
			"side here, the called side in the terminal or the chat where it listens, or with lanchat pair without PEER " +
			"(--confirm CODE does not ask). Only then do both remember the other's key, and from then on all messages to PEER " +
			"go through TLS to this key only. With --yes nobody compares anything: " +
			"both sides trust the key that they see first.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "yes", Usage: "compare nothing: trust this network once"},
			&cli.StringFlag{
				Name: "confirm", Usage: "without PEER: confirm the pairing whose other side shows the same `CODE`",
			},
			&cli.DurationFlag{Name: "timeout", Value: 100 * time.Second, Usage: "give up after `TIME`"},
		},
		Action:       pair,
		BashComplete: peerValues(),
	}
}

func pair(c *cli.Context) error {
	words := c.Args().Slice()
	if len(words) == 0 {
		return with(c, func(s *station.Station) error { return answerPairing(c, s) })
	}
	if c.IsSet("confirm") {
		return console.Errorf(
			console.Usage, "--confirm is for the called side, without PEER", "--confirm and PEER exclude each other",
		)
	}
	if err := checkPeer(words[0]); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(c.Context, c.Duration("timeout"), report.ErrTimeout)
	defer cancel()
	return with(c, func(s *station.Station) error { return callPairing(ctx, c, s, words[0]) })
}

// callPairing pairs with a peer that listens.
func callPairing(ctx context.Context, c *cli.Context, s *station.Station, word string) error {
	t := console.From(c)
	_, peer, err := s.Resolve(ctx, word)
	if err != nil {
		return err
	}
	p, err := s.Courier.Client.Pair(ctx, peer.Address, c.Bool("yes"), func(p lanchat.Pairing) (bool, error) {
		t.Warnf("the code of %s is %s", display.Line(p.Name), report.ShowCode(p.Code))
		if peer.Pinned && peer.Key != p.Peer {
			t.Warnf("%v", &lanchat.ChangedKeyError{Want: peer.Key.Pin(), Have: p.Peer.Pin()})
		}
		if err := t.Confirm(c.Bool("yes"), "Does the other side show the same code?"); err != nil {
			return false, err
		}
		if !c.Bool("yes") {
			t.Notef("waiting for the other side to confirm it, too")
		}
		return true, nil
	})
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return console.Errorf(console.Failed, "start lanchat listen on that side", "%w", err)
	case err != nil:
		return err
	}
	if peer.Pinned && peer.Key != p.Peer {
		if err := s.Mailbox.Forget(ctx, peer.Address); err != nil {
			return err
		}
	}
	if err := s.Mailbox.Trust(ctx, p.Peer, p.Name, !p.FirstUse); err != nil {
		return err
	}
	err = s.Mailbox.Learn(ctx, mailbox.Peer{
		Address: peer.Address, Name: p.Name, Key: p.Peer, Pinned: true, Verified: !p.FirstUse, Frames: true,
	})
	if err == nil {
		t.Notef("paired with %s", display.Line(p.Name))
	}
	return err
}

// answerPairing lets the user confirm the codes of those who want to pair with this computer.
func answerPairing(c *cli.Context, s *station.Station) error {
	all, err := s.Mailbox.Questions(c.Context, mailbox.PairQuestion)
	if err != nil {
		return err
	}
	wanted := plainCode(c.String("confirm"))
	t := console.From(c)
	for _, q := range all {
		if wanted != "" && q.Detail != wanted {
			continue
		}
		err := t.Confirm(
			wanted != "" || c.Bool("yes"), "%s at %s wants to pair; is the code there %s?", display.Line(q.Name), q.Address,
			report.ShowCode(q.Detail),
		)
		var answer *console.Error
		if errors.As(err, &answer) && t.Interactive() {
			if no := s.Mailbox.Answer(c.Context, q.Number, false); no != nil {
				return no
			}
		}
		if err != nil {
			return err
		}
		return s.Mailbox.Answer(c.Context, q.Number, true)
	}
	if wanted != "" && len(all) > 0 {
		return console.Errorf(
			console.Failed, "compare again; lanchat pair shows the codes here", "nobody who wants to pair shows the code %s",
			report.ShowCode(wanted),
		)
	}
	return console.Errorf(
		console.NotFound, "there: lanchat pair with this computer's name or address",
		"nobody is asking to pair with this computer now",
	)
}

// plainCode normalises a code as people type it.
func plainCode(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
}
