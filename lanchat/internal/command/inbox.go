package command

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/duration"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func inboxCommand() *cli.Command {
	return &cli.Command{
		Name:  "inbox",
		Usage: "print the messages that have arrived, oldest first",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "last", Usage: "only the last `N` that match"},
			&cli.StringFlag{Name: "from", Usage: "only those from `NAME`: a peer's name, its address or its IP address"},
			&cli.StringFlag{Name: "since", Usage: "only those of the last `TIME|DATE`: 90m, 1h, 3d, or since 2026-11-29"},
			&cli.StringFlag{Name: "search", Usage: "only those that contain all `WORDS`, ignoring case and accents"},
			&cli.BoolFlag{Name: "follow", Usage: "keep printing those that arrive"},
			encodingFlag(),
		},
		Action: inbox,
		Subcommands: []*cli.Command{
			{Name: "rm", Usage: "remove a message; a file that came with it stays", ArgsUsage: "ID", Action: removeMessage},
		},
	}
}

// filter selects the messages that are shown.
type filter struct {
	last     int // 0 for all
	from     string
	known    []*mailbox.Peer // with that name, or at that address
	since    time.Time
	search   string
	encoding display.Encoding
}

func parseFilter(c *cli.Context) (filter, error) {
	e, err := encoding(c)
	if err != nil {
		return filter{}, err
	}
	f := filter{last: c.Int("last"), from: c.String("from"), search: c.String("search"), encoding: e}
	if f.last < 0 || c.IsSet("last") && f.last == 0 {
		return f, console.Errorf(console.Usage, "--last takes 1 or more", "%d is not a number of messages", f.last)
	}
	f.since, err = parseSince(c.String("since"), time.Now())
	return f, err
}

// parseSince reads a duration before now, a date, or a time of RFC 3339.
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := duration.Since(text, now)
	if err == nil {
		return at, nil
	}
	return time.Time{}, console.Errorf(
		console.Usage, "--since takes 90m, 1h, 3d, 2026-11-29 or 2026-11-29T15:04", "%q is neither a time nor a date", text,
	)
}

// wants reports whether m is shown.
func (f filter) wants(m *lanchat.Message) bool {
	switch {
	case m.Received.Before(f.since):
		return false
	case f.from != "" && !f.isFrom(m):
		return false
	case f.search != "" && !display.Contains(f.encoding.Decode(m.Body), f.search):
		return false
	}
	return true
}

// isFrom reports whether m is from the wanted sender, by the name or the address in m, or by what the mailbox knows
// about them, such as a name that the user has given.
func (f filter) isFrom(m *lanchat.Message) bool {
	if f.from == m.Name || f.from == report.From(m) || f.from == m.Remote.Addr().String() {
		return true
	}
	return slices.ContainsFunc(f.known, func(p *mailbox.Peer) bool {
		return p.Address == report.From(m) || !p.Key.IsZero() && p.Key == m.Sender
	})
}

// know fills known.
func (f *filter) know(ctx context.Context, box *mailbox.Mailbox) error {
	if f.from == "" {
		return nil
	}
	all, err := box.Peers(ctx)
	f.known = slices.DeleteFunc(all, func(p *mailbox.Peer) bool { return p.Name != f.from && p.Address != f.from })
	return err
}

func inbox(c *cli.Context) error {
	f, err := parseFilter(c)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		p := &report.Printer{Terminal: console.From(c), Encoding: f.encoding}
		if err := f.know(c.Context, s.Mailbox); err != nil {
			return err
		}
		last, err := f.print(c.Context, s.Mailbox, p)
		if err != nil || !c.Bool("follow") {
			return err
		}
		show := func(m *lanchat.Message) error {
			last = m.Number
			if !f.wants(m) {
				return nil
			}
			return p.Print(m)
		}
		const every = 250 * time.Millisecond
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			if err := s.Mailbox.After(c.Context, last, show); err != nil && c.Context.Err() == nil {
				return err
			}
			select {
			case <-tick.C:
			case <-c.Context.Done():
				if console.Signal(c.Context) == syscall.SIGTERM {
					return nil
				}
				return context.Cause(c.Context)
			}
		}
	})
}

// print shows the messages of the inbox that match, and returns the number of its last message.
func (f filter) print(ctx context.Context, box *mailbox.Mailbox, p *report.Printer) (last int64, err error) {
	if !f.since.IsZero() {
		if last, err = box.Since(ctx, f.since); err != nil {
			return last, err
		}
	}
	if f.last > 0 {
		return f.printLast(ctx, box, p, last)
	}
	err = box.After(ctx, last, func(m *lanchat.Message) error {
		last = m.Number
		if !f.wants(m) {
			return nil
		}
		return p.Print(m)
	})
	return last, err
}

// printLast shows the last few messages after a number, and reads no messages before those.
func (f filter) printLast(
	ctx context.Context, box *mailbox.Mailbox, p *report.Printer, behind int64,
) (last int64, err error) {
	last = behind
	var held []*lanchat.Message
	err = box.Latest(ctx, func(m *lanchat.Message) bool {
		last = max(last, m.Number)
		if m.Number > behind && f.wants(m) {
			held = append(held, m)
		}
		return m.Number > behind && len(held) < f.last
	})
	for _, m := range slices.Backward(held) {
		if err == nil {
			err = p.Print(m)
		}
	}
	return last, err
}

func removeMessage(c *cli.Context) error {
	id, err := lanchat.ParseID(c.Args().First())
	if err != nil {
		return console.Errorf(console.Usage, "see lanchat inbox --json", "%w", err)
	}
	return with(c, func(s *station.Station) error {
		err := s.Mailbox.RemoveReceived(c.Context, id)
		if errors.Is(err, mailbox.ErrNotFound) {
			return console.Errorf(console.NotFound, "see lanchat inbox --json", "%w", err)
		}
		return err
	})
}
