package command

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func inboxCommand() *cli.Command {
	return &cli.Command{
		Name:  "inbox",
		Usage: "print the messages that have arrived, oldest first",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "last", Usage: "only the last `N` that fit"},
			&cli.StringFlag{Name: "from", Usage: "only those of `NAME`: a peer's name, its address or its IP address"},
			&cli.StringFlag{Name: "since", Usage: "only those of the last TIME, or since DATE: `1h|2026-11-29`"},
			&cli.StringFlag{Name: "search", Usage: "only those that have all `WORDS`, whatever their case and accents"},
			&cli.BoolFlag{Name: "follow", Usage: "go on with those that arrive"},
			encodingFlag(),
		},
		Action: inbox,
		Subcommands: []*cli.Command{
			{Name: "rm", Usage: "remove a message; a file that came with it stays", ArgsUsage: "ID", Action: removeMessage},
		},
	}
}

// filter says which messages are shown.
type filter struct {
	last     int // 0 is all
	from     string
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
		return f, console.Errorf(console.Usage, "--last takes a number from 1", "%d is not a number of messages", f.last)
	}
	f.since, err = parseSince(c.String("since"), time.Now())
	return f, err
}

// parseSince reads a duration before now, in which d is a day, or a date, or a time of RFC 3339.
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", time.DateTime} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, nil
		}
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.AddDate(0, 0, -int(n)), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, console.Errorf(console.Usage, "--since takes 90m, 1h, 3d, 2026-11-29 or 2026-11-29T15:04", "%q is neither a time nor a date", text)
}

// wants says whether m is shown.
func (f filter) wants(m *lanchat.Message) bool {
	switch {
	case m.Received.Before(f.since):
		return false
	case f.from != "" && f.from != m.Name && f.from != from(m) && f.from != m.Remote.Addr().String():
		return false
	case f.search != "" && !display.Contains(f.encoding.Decode(m.Body), f.search):
		return false
	}
	return true
}

func inbox(c *cli.Context) error {
	f, err := parseFilter(c)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		p := printer{console.From(c), f.encoding}
		last, err := f.print(c.Context, s.Mailbox, p)
		if err != nil || !c.Bool("follow") {
			return err
		}
		show := func(m *lanchat.Message) error {
			last = m.Number
			if !f.wants(m) {
				return nil
			}
			return p.print(m)
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

// print shows what fits of the inbox, and returns the number of its last message. To show the last few it holds no
// more than those.
func (f filter) print(ctx context.Context, box *mailbox.Mailbox, p printer) (last int64, err error) {
	var held []*lanchat.Message
	err = box.After(ctx, 0, func(m *lanchat.Message) error {
		last = m.Number
		switch {
		case !f.wants(m):
			return nil
		case f.last == 0:
			return p.print(m)
		}
		if held = append(held, m); len(held) > f.last {
			held[0] = nil
			held = held[1:]
		}
		return nil
	})
	for _, m := range held {
		if err == nil {
			err = p.print(m)
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
