package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func outboxCommand() *cli.Command {
	return &cli.Command{
		Name:   "outbox",
		Usage:  "print the messages that have no OK yet",
		Flags:  []cli.Flag{encodingFlag()},
		Action: outbox,
		Subcommands: []*cli.Command{
			{
				Name: "retry", Usage: "send again: one message, or all", ArgsUsage: "[ID]", Action: retry,
				BashComplete: outboxValues(),
				Description: "Without ID only queued messages are sent. A message whose state is unknown may have arrived; to " +
					"retry it, by its ID or with --unknown, is to risk that it arrives twice. Exit code 0 if the message, or all " +
					"that were sent, got their OK; 3 if some did not.",
				Flags: []cli.Flag{
					&cli.BoolFlag{Name: "unknown", Usage: "also send messages whose state is unknown"},
					&cli.DurationFlag{Name: "timeout", Value: 30 * time.Second, Usage: "give up after `TIME`"},
				},
			},
			{
				Name: "drop", Usage: "remove a message from the outbox", ArgsUsage: "ID",
				Action: drop, BashComplete: outboxValues(),
			},
		},
	}
}

// outgoingJSON is the JSON form of a message in the outbox.
type outgoingJSON struct {
	ID       string    `json:"id"`
	To       string    `json:"to"`
	Text     string    `json:"text"`
	Body     []byte    `json:"body"`
	State    string    `json:"state"`
	QueuedAt time.Time `json:"queued_at"`
	Failure  string    `json:"failure,omitempty"`
	File     string    `json:"file,omitempty"` // the path of a file, whose name is the text
	Size     int64     `json:"size,omitempty"`
	Refused  bool      `json:"refused,omitempty"` // the other side does not want the file
}

func outbox(c *cli.Context) error {
	e, err := encoding(c)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		all, err := s.Mailbox.Outbox(c.Context)
		if err != nil {
			return err
		}
		t := console.From(c)
		for _, o := range all {
			if err := printOutgoing(t, e, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func printOutgoing(t *console.Terminal, e display.Encoding, o *mailbox.Outgoing) error {
	text := e.Decode(o.Body)
	if t.JSON() {
		line, err := display.JSON(outgoingJSON{
			o.ID.String(), o.Peer, text, o.Body, string(o.State), o.Queued, o.Failure, o.Path, o.Size, o.Refused,
		})
		if err == nil {
			_, err = t.Out.Write(line)
		}
		return err
	}
	word := string(o.State)
	if o.Refused {
		word = "refused"
	}
	if o.Path != "" {
		text = "file " + text + " (" + display.Size(o.Size) + ")"
	}
	state := t.Paint(t.Out, console.Yellow, word)
	if o.Failure != "" {
		state += " (" + display.Line(o.Failure) + ")"
	}
	const shown = 60
	line := []rune(display.Line(text))
	if len(line) > shown {
		line = append(line[:shown-1], '…')
	}
	_, err := fmt.Fprintf(t.Out, "%s %s to %s: %s\n    %s\n",
		o.ID, o.Queued.Local().Format(time.DateTime), display.Line(o.Peer), string(line), state)
	return err
}

func retry(c *cli.Context) error {
	words := c.Args().Slice()
	ctx, cancel := context.WithTimeoutCause(c.Context, c.Duration("timeout"), report.ErrTimeout)
	defer cancel()
	return with(c, func(s *station.Station) error {
		if len(words) == 0 {
			return retryAll(ctx, console.From(c), s, c.Bool("unknown"))
		}
		o, err := find(ctx, s, words[0])
		if err != nil {
			return err
		}
		if err := s.Courier.Retry(ctx, o.ID); err != nil {
			return report.Undelivered(ctx, o, err)
		}
		return report.Delivered(console.From(c), o)
	})
}

// retryAll makes one attempt at every queued message, and at every unknown one if the user says so, in order. A peer
// that has failed once is not tried again.
func retryAll(ctx context.Context, t *console.Terminal, s *station.Station, unknown bool) error {
	all, err := s.Mailbox.Outbox(ctx)
	if err != nil {
		return err
	}
	failed := map[string]bool{}
	tried, left, held := 0, 0, 0
	for _, o := range all {
		if o.Refused {
			continue
		}
		if o.State == mailbox.Unknown && !unknown {
			held++
			continue
		}
		tried++
		if failed[o.Peer] || ctx.Err() != nil {
			left++
			continue
		}
		err := s.Courier.Retry(ctx, o.ID)
		switch {
		case err == nil:
			if err := report.Delivered(t, o); err != nil {
				return err
			}
		case errors.Is(err, mailbox.ErrNotFound): // delivered or dropped by another process
		case ctx.Err() != nil && !errors.Is(context.Cause(ctx), report.ErrTimeout):
			return context.Cause(ctx)
		default:
			failed[o.Peer] = true
			left++
			t.Warnf("%s: %v", o.ID, err)
		}
	}
	if left > 0 {
		return console.Errorf(
			console.Partial, "see lanchat outbox", "%d of %d messages have no OK%s", left, tried, andUnknown(held),
		)
	}
	if held > 0 {
		t.Notef("%d messages sent%s (lanchat outbox retry --unknown sends them again)", tried, andUnknown(held))
	}
	return nil
}

// andUnknown returns the number of messages that retry has left alone, as part of a sentence.
func andUnknown(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d unknown and not sent again", n)
}

func drop(c *cli.Context) error {
	words := c.Args().Slice()
	return with(c, func(s *station.Station) error {
		o, err := find(c.Context, s, words[0])
		if err != nil {
			return err
		}
		if o, err = s.Mailbox.Take(c.Context, o.ID, s.Courier.Claim.Name, s.Directory.Alive); err != nil {
			return err
		}
		return s.Mailbox.Remove(c.Context, o)
	})
}

// find returns the message in the outbox that the user names.
func find(ctx context.Context, s *station.Station, word string) (*mailbox.Outgoing, error) {
	id, err := lanchat.ParseID(word)
	if err != nil {
		return nil, console.Errorf(console.Usage, "see lanchat outbox", "%w", err)
	}
	o, err := s.Mailbox.Outgoing(ctx, id)
	if errors.Is(err, mailbox.ErrNotFound) {
		return nil, console.Errorf(console.NotFound, "see lanchat outbox", "%w", err)
	}
	return o, err
}
