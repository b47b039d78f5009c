package command

import (
	"context"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func inboxCommand() *cli.Command {
	return &cli.Command{
		Name:  "inbox",
		Usage: "print all messages that have arrived, oldest first",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "follow", Usage: "go on with those that arrive"},
			encodingFlag(),
		},
		Action: inbox,
	}
}

func inbox(c *cli.Context) error {
	e, err := encoding(c)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		p := printer{console.From(c), e}
		var last int64
		show := func(m *lanchat.Message) error {
			last = m.Number
			return p.print(m)
		}
		if !c.Bool("follow") {
			return s.Mailbox.After(c.Context, 0, show)
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
