package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/screen"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func chatCommand() *cli.Command {
	return &cli.Command{
		Name:      "chat",
		Usage:     "talk with a peer: listen and send at once",
		ArgsUsage: "[PEER]",
		Description: "Every arriving message is shown, whoever sent it. What is typed goes to PEER, or without one to " +
			"whoever wrote last. Enter sends, Alt-Enter or Ctrl-J begins a line, Up recalls, Page Up and Page Down scroll, " +
			"Tab shows one peer after the other, /help shows the commands, Ctrl-D or Ctrl-C ends. With --lines every line of " +
			"standard input is a message, and the end of the input ends the chat after all of them are delivered.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: ":" + port, Usage: "listen at `HOST:PORT`"},
			&cli.StringFlag{
				Name: "accept", Usage: "take files of paired peers up to `SIZE` (2G, 500M, bytes) without a question",
			},
			&cli.StringFlag{Name: "files", Usage: "keep arriving files in `DIR` (default: files in the data directory)"},
			&cli.BoolFlag{
				Name:  "notify",
				Usage: "show texts that arrive while you look elsewhere: by notify-send, or by the terminal (OSC 9)",
			},
			&cli.BoolFlag{Name: "lines", Usage: "read and print plain lines instead of filling the screen"},
			&cli.DurationFlag{
				Name: "timeout", Value: 30 * time.Second, Usage: "with --lines: at the end of the input give up after `TIME`",
			},
			encodingFlag(),
		},
		Action:       chat,
		BashComplete: peerValues(),
	}
}

func chat(c *cli.Context) error {
	words := c.Args().Slice()
	e, err := encoding(c)
	if err != nil {
		return err
	}
	peer := ""
	if len(words) == 1 {
		peer = words[0]
		if err := checkPeer(peer); err != nil {
			return err
		}
	}
	t := console.From(c)
	if !c.Bool("lines") && (!console.IsTerminal(t.In) || !console.IsTerminal(t.Out)) {
		return console.Errorf(console.Usage, "add --lines", "the full-screen chat needs a terminal")
	}
	files, err := takenFiles(c)
	if err != nil {
		return err
	}
	return with(c, func(s *station.Station) error {
		if peer != "" {
			queue, _, err := s.Resolve(c.Context, peer)
			if err != nil {
				return err
			}
			peer = queue
		}
		l, err := s.Listen(c.Context, c.String("listen"))
		if err != nil {
			return listenError(c.String("listen"), err)
		}
		talk := &talk{station: l, named: peer, peer: peer, files: files}
		if c.Bool("lines") {
			return talk.lines(c, &printer{terminal: t, encoding: e})
		}
		return talk.screen(c, e)
	})
}

// errEnd is the user's wish to end a chat.
var errEnd = errors.New("the chat has ended")

// screen runs the full-screen chat. It ends the screen first, so that the terminal is back while the last messages
// drain.
func (t *talk) screen(c *cli.Context, e display.Encoding) error {
	terminal := console.From(c)
	ctx, cancel := context.WithCancelCause(c.Context)
	defer cancel(nil)
	title := fmt.Sprintf("lanchat %s, listening on %s", display.Line(t.station.Name), t.station.Addr())
	if t.named != "" {
		title += ", to " + display.Line(t.named)
	}
	history, err := t.history(ctx, e)
	if err != nil {
		return err
	}
	var desktop *notifier
	if c.Bool("notify") {
		if desktop = newNotifier(ctx); desktop != nil {
			defer desktop.running.Wait()
			defer cancel(errEnd)
		}
	}
	conversation := screen.Conversation{
		Title:   title,
		Colors:  terminal.Colors(terminal.Out),
		History: history,
		Start:   t.choose(ctx, ""),
		Notify:  c.Bool("notify") && desktop == nil,
		Say: func(text string) (screen.Entry, error) {
			o, err := t.say(ctx, text)
			if err != nil {
				return screen.Entry{}, err
			}
			return t.own(ctx, o, len(o.Body), e), nil
		},
		Command: func(text string) ([]screen.Entry, bool, error) { return t.command(ctx, e, text) },
		Chosen:  t.shown,
		Select:  func(peer string) string { return t.choose(ctx, peer) },
		Draft: func(text string) {
			if err := t.station.Mailbox.KeepDraft(context.WithoutCancel(ctx), t.draftOf(), text); err != nil {
				terminal.Warnf("%v", err)
			}
		},
		Seen: func(peer string, number int64) {
			if err := t.station.Mailbox.MarkRead(context.WithoutCancel(ctx), peer, number); err != nil {
				terminal.Warnf("%v", err)
			}
		},
	}
	if desktop != nil {
		conversation.Alert = desktop.show
	}
	s := screen.New(terminal.In, os.Stdout, conversation)
	t.station.Courier.Settled = func(o *mailbox.Outgoing, err error) { s.Mark(o.ID.String(), mark(err)) }
	notice := func(format string, args ...any) {
		s.Add(screen.Entry{Head: "*", Text: display.Text(fmt.Sprintf(format, args...))})
	}
	var serving sync.WaitGroup
	var served error
	serving.Go(func() {
		served = t.station.Serve(ctx, station.Receiver{
			Received: func(m *lanchat.Message) {
				t.heard(m)
				s.Add(t.arrived(ctx, m, len(m.Body), e))
			},
			Paired: func(p lanchat.Pairing) {
				if text := pairingText(p); text != "" {
					notice("%s", text)
				}
			},
			Asked: func(q mailbox.Question) {
				t.asked(q)
				notice("%s", questionText(q, "/yes or /no"))
			},
			Files: station.Files{Dir: t.files.Dir, Accept: t.files.Accept, Ask: true},
			Log:   notice,
		})
		cancel(errEnd)
	})
	shown := s.Run(ctx)
	if shown != nil && !errors.Is(shown, screen.ErrInterrupted) {
		hungUp(ctx)
	}
	cancel(errEnd)
	serving.Wait()
	switch signal := console.Signal(c.Context); {
	case signal == syscall.SIGTERM:
		return nil
	case signal != nil:
		return context.Cause(c.Context)
	case errors.Is(shown, screen.ErrInterrupted):
		return console.Errorf(console.Interrupted, "", "%w", shown)
	}
	return errors.Join(shown, served)
}

// hungUp gives the signal that a closed terminal sends the time to arrive: it says better why the screen has ended.
func hungUp(ctx context.Context) {
	const moment = 100 * time.Millisecond
	select {
	case <-ctx.Done():
	case <-time.After(moment):
	}
}

// lines runs the chat that reads and prints plain lines.
func (t *talk) lines(c *cli.Context, p *printer) error {
	ctx, cancel := context.WithCancelCause(c.Context)
	defer cancel(nil)
	t.station.Courier.Settled = func(o *mailbox.Outgoing, err error) {
		switch {
		case err == nil:
			p.terminal.Notef("OK from %s", display.Line(o.Peer))
		case ctx.Err() == nil:
			p.terminal.Warnf("not delivered to %s yet: %v", display.Line(o.Peer), err)
		}
	}
	p.terminal.Notef("listening on %s", t.station.Addr())
	go func() { cancel(t.read(ctx, p.terminal, c.Duration("timeout"))) }()
	err := run(ctx, cancel, p.terminal, t.station, t.files, func(m *lanchat.Message) error {
		t.heard(m)
		return p.print(m)
	}, nil)
	if cause := context.Cause(ctx); errors.Is(cause, errEnd) {
		return err
	}
	return ending(ctx, err)
}

// read sends every line of the input, and returns errEnd when all are delivered.
func (t *talk) read(ctx context.Context, terminal *console.Terminal, timeout time.Duration) error {
	var said []*mailbox.Outgoing
	input := bufio.NewReader(io.LimitReader(terminal.In, 1<<40))
	for {
		line, err := input.ReadString('\n')
		if text := strings.TrimRight(line, "\r\n"); text != "" {
			o, err := t.say(ctx, text)
			if err != nil {
				terminal.Warnf("%v", err)
			} else {
				said = append(said, o)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read the input: %w", err)
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout)
	defer cancel()
	for _, o := range said {
		if err := t.station.Courier.Persist(ctx, o); err != nil {
			return sendError(ctx, o, err)
		}
	}
	return errEnd
}
