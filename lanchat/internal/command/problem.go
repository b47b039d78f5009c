package command

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/source"
	"github.com/pythonweb/goweb/lanchat/internal/station"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// problems is the table of exit codes. What is to be done about a message that has no OK depends on the message: see
// sendError.
func problems() console.Problems {
	return console.Problems{
		console.As(func(e *lanchat.AddressError) console.Problem {
			return console.Problem{Code: console.Usage, Hint: e.Hint}
		}),
		console.As(func(*station.NameError) console.Problem {
			return console.Problem{Code: console.Usage, Hint: "letters, digits, spaces and signs"}
		}),
		{Is: source.ErrSpecial, Code: console.Usage, Hint: "send a file or a folder"},
		console.As(func(*mailbox.AmbiguousError) console.Problem {
			return console.Problem{
				Name: "ambiguous_name",
				Hint: "give the address; a peer that should not have the name: lanchat peers forget ADDRESS",
			}
		}),
		{
			Is: mailbox.ErrNotFound, Code: console.NotFound, Hint: "give HOST[:PORT] (the port is " + lanchat.DefaultPort +
				" unless that side chose another), or a name that lanchat peers shows",
		},
		{Is: mailbox.ErrTaken, Name: "taken", Hint: "wait until it has ended: lanchat outbox"},
		{Is: datadir.ErrInUse, Name: "in_use", Hint: "stop it, or choose another directory with --data"},
		{Is: lanchat.ErrNotConfirmed, Hint: "nothing is remembered; there: lanchat pair, or the terminal where it listens"},
		console.As(func(*lanchat.ChangedKeyError) console.Problem {
			return console.Problem{
				Name: "changed_key", Hint: "if the peer really has a new key: lanchat peers forget PEER, then lanchat pair PEER",
			}
		}),
	}
}

// onStation makes actions out of what needs the installation that the flags name.
func onStation() console.Adaptor[*station.Station] {
	return console.Adaptor[*station.Station]{Open: open, Close: (*station.Station).Close, Problems: problems()}
}

// with opens the installation for the time of f.
func with(c *cli.Context, f func(*station.Station) error) error {
	return onStation().Action(func(_ *cli.Context, s *station.Station) error { return plainly(f(s)) })(c)
}

// plainly says what has happened to the database in words.
func plainly(err error) error {
	var known *console.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if text, hint := sqldb.Reason(err); text != "" {
		return &console.Error{Code: console.Failed, Hint: hint, Err: fmt.Errorf("%s", text)}
	}
	return err
}

// checkPeer refuses what can be no peer.
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

// outboxValues offers the messages that have no OK.
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

// peek is with for completion, which makes no installation.
func peek(c *cli.Context, f func(*station.Station) error) error {
	path, err := dataDir(c)
	if err != nil || !datadir.Exists(path) {
		return err
	}
	return with(c, f)
}
