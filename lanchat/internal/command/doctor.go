package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/discovery"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/doctor"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name:         "doctor",
		Usage:        "find out why messages do not arrive, and on which side the problem is",
		ArgsUsage:    "[PEER]",
		Description:  "Examines this computer and, with PEER, the way to it. Sends no message. Exit code 0 if all is well.",
		Action:       doctorAction,
		BashComplete: peerValues(),
	}
}

// findingJSON is a finding as scripts see it.
type findingJSON struct {
	OK   bool   `json:"ok"`
	Side string `json:"side"` // here, there or between
	What string `json:"what"`
	Do   string `json:"do,omitempty"`
}

func doctorAction(c *cli.Context) error {
	words := c.Args().Slice()
	if len(words) == 1 {
		if err := checkPeer(words[0]); err != nil {
			return err
		}
	}
	return with(c, func(s *station.Station) error {
		findings := []doctor.Finding{examineListener(c, s)}
		if !c.Bool("no-mdns") {
			findings = append(findings, examineMulticast(s))
		}
		var unknown error
		if len(words) == 1 {
			more, err := examinePeer(c, s, words[0])
			if err != nil && !errors.Is(err, mailbox.ErrNotFound) {
				return err
			}
			unknown = err
			findings = append(findings, more...)
		}
		bad := 0
		for _, f := range findings {
			if err := printFinding(console.From(c), f); err != nil {
				return err
			}
			if !f.OK {
				bad++
			}
		}
		if unknown != nil {
			return unknown
		}
		if bad > 0 {
			return console.Errorf(console.Failed, "", "%d of %d findings need care", bad, len(findings))
		}
		return nil
	})
}

// examineListener examines this side.
func examineListener(c *cli.Context, s *station.Station) doctor.Finding {
	address, listening := s.Directory.Listening()
	if !listening {
		f := doctor.Port(c.Context, ":"+port)
		if f.OK {
			f.What = "nobody listens here, so no message can arrive; " + f.What
		}
		return f
	}
	const long = 3 * time.Second
	ctx, cancel := context.WithTimeout(c.Context, long)
	defer cancel()
	reply, err := s.Courier.Client.Hello(ctx, lanchat.Route{Address: here(address)})
	var slow net.Error
	switch {
	case errors.As(err, &slow) && slow.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return doctor.Finding{
			Side: doctor.Here,
			What: "the listener at " + address + " is there but does not answer: a firewall drops what goes to it, " +
				"or its process is stopped",
			Do: "allow TCP on the interface lo in the firewall, or continue the process (ps shows T)",
		}
	case err != nil || reply.Sender != s.Identity.Key():
		return doctor.Finding{
			Side: doctor.Here, What: "the listener at " + address + " does not answer", Do: "start it again",
		}
	}
	_, number, _ := net.SplitHostPort(address)
	what := "the listener at " + address + " answers"
	if ips, err := doctor.Addresses(); err == nil && len(ips) > 0 {
		what += "; others reach it at " + net.JoinHostPort(ips[0].String(), number)
	}
	return doctor.Finding{OK: true, Side: doctor.Here, What: what}
}

// addByHand is the remedy where announcements do not come through.
const addByHand = "lanchat peers add NAME HOST[:PORT], because guest Wi-Fi and containers block announcements"

// examineMulticast examines whether this computer can announce itself and hear others.
func examineMulticast(s *station.Station) doctor.Finding {
	switch names, err := discovery.Interfaces(); {
	case err != nil:
		return doctor.Finding{Side: doctor.Here, What: "multicast: " + err.Error(), Do: addByHand}
	case len(names) == 0:
		return doctor.Finding{
			Side: doctor.Here, What: "multicast: no interface of this computer is up and has it, so nobody is found by name",
			Do: addByHand,
		}
	default:
		return doctor.Finding{
			OK: true, Side: doctor.Here,
			What: "multicast: announcements as " + s.Name + " go out through " + strings.Join(names, ", "),
		}
	}
}

// examinePeer examines the way to a peer and, if that is known to be a lanchat, asks who it is.
func examinePeer(c *cli.Context, s *station.Station, name string) ([]doctor.Finding, error) {
	_, peer, err := s.Resolve(c.Context, name)
	if errors.Is(err, mailbox.ErrNotFound) && !c.Bool("no-mdns") {
		return []doctor.Finding{{
			Side: doctor.Between,
			What: "multicast: nobody announces the name " + name + " within two seconds; either it does not listen, or its " +
				"announcements are blocked",
			Do: addByHand,
		}}, err
	}
	if err != nil {
		return nil, err
	}
	way := doctor.Peer(c.Context, peer.Address)
	findings := []doctor.Finding{way}
	if !way.OK {
		return findings, nil
	}
	route := lanchat.Route{Address: peer.Address}
	if peer.Pinned {
		route.Pin = peer.Key.Pin()
	}
	reply, err := s.Courier.Client.Hello(c.Context, route)
	var changed *lanchat.ChangedKeyError
	switch {
	case errors.As(err, &changed):
		return append(findings, doctor.Finding{
			Side: doctor.There, What: changed.Error(),
			Do: "if the peer really has a new key: lanchat peers forget PEER, then lanchat pair PEER",
		}), nil
	case err != nil && peer.Frames:
		return append(findings, doctor.Finding{
			Side: doctor.There, What: "it is not a lanchat any more: " + err.Error(), Do: "lanchat peers forget PEER",
		}), nil
	case err != nil:
		return findings, nil // a plain peer, which cannot be asked more
	}
	findings = append(findings, doctor.Finding{OK: true, Side: doctor.There, What: "it is the lanchat of " + reply.Name})
	if !c.Bool("no-mdns") && !s.Heard(c.Context, reply.Sender) {
		findings = append(findings, doctor.Finding{
			Side: doctor.Between,
			What: "multicast: it answers, but its announcements do not arrive here, so it is not found by its name; " +
				"a network between (guest Wi-Fi, container) or a firewall blocks UDP port 5353, or it runs with --no-mdns",
			Do: fmt.Sprintf("lanchat peers add %s %s", display.Line(reply.Name), peer.Address),
		})
	}
	return findings, nil
}

func printFinding(t *console.Terminal, f doctor.Finding) error {
	if t.JSON() {
		line, err := display.JSON(findingJSON{f.OK, string(f.Side), f.What, f.Do})
		if err == nil {
			_, err = t.Out.Write(line)
		}
		return err
	}
	sign, style := "ok  ", console.Green
	if !f.OK {
		sign, style = "bad ", console.Red
	}
	text := fmt.Sprintf("%s %s", console.Pad(string(f.Side), 7), display.Line(f.What))
	if f.Do != "" {
		text += "\n             " + display.Line(f.Do)
	}
	_, err := fmt.Fprintf(t.Out, "%s %s\n", t.Paint(t.Out, style, sign), text)
	return err
}
