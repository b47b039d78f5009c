package command

import (
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/station"
	"github.com/urfave/cli/v2"
)

// checkPeer refuses what cannot be a peer.
func checkPeer(peer string) error {
	_, err := lanchat.ParseAddress(peer)
	return problems().Explain(err)
}

// peerValues offers the names and the addresses of the peers, as an argument and for --to.
func peerValues() cli.BashCompleteFunc {
	return console.Values(func(c *cli.Context, flag string) (values []console.Entry, err error) {
		if flag != "" && flag != "to" || flag == "" && c.NArg() > 0 {
			return nil, nil
		}
		err = peek(c, func(s *station.Station) error {
			all, err := s.Mailbox.Peers(c.Context)
			seen := map[string]bool{}
			for _, p := range all {
				word, text := p.Name, p.Address
				if word == "" || seen[word] {
					word, text = p.Address, p.Name
				}
				seen[word] = true
				values = append(values, console.Entry{Word: word, Text: text})
			}
			return err
		})
		return values, err
	})
}

// outboxValues offers the messages that have no OK yet.
func outboxValues() cli.BashCompleteFunc {
	return console.Values(func(c *cli.Context, flag string) (values []console.Entry, err error) {
		if flag != "" || c.NArg() > 0 {
			return nil, nil
		}
		err = peek(c, func(s *station.Station) error {
			all, err := s.Mailbox.Outbox(c.Context)
			for _, o := range all {
				values = append(
					values, console.Entry{Word: o.ID.String(), Text: console.Shorten(display.Line(o.Peer+": "+string(o.Body)), 60)},
				)
			}
			return err
		})
		return values, err
	})
}

// peek is with for completion, which must not create an installation.
func peek(c *cli.Context, f func(*station.Station) error) error {
	path, err := dataDir(c)
	if err != nil || !datadir.Exists(path) {
		return err
	}
	return with(c, f)
}
