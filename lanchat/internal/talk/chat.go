package talk

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

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/listener"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/screen"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

// errEnd is the user's wish to end a chat.
var errEnd = errors.New("the chat has ended")

// Screen runs the full-screen chat. It ends the screen first, so that the terminal is back while the last messages
// drain.
func (t *Talk) Screen(parent context.Context, terminal *console.Terminal, notify bool) error {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	title := fmt.Sprintf("lanchat %s, listening on %s", display.Line(t.Station.Name), t.Station.Addr())
	if t.Named != "" {
		title += ", to " + display.Line(t.Named)
	}
	history, err := t.history(ctx)
	if err != nil {
		return err
	}
	var desktop *listener.Notifier
	if notify {
		if desktop = listener.NewNotifier(ctx); desktop != nil {
			defer desktop.Wait()
			defer cancel(errEnd)
		}
	}
	conversation := screen.Conversation{
		Title:   title,
		Colors:  terminal.Colors(terminal.Out),
		History: history,
		Start:   t.choose(ctx, ""),
		Notify:  notify && desktop == nil,
		Say: func(text string) (screen.Entry, error) {
			o, err := t.say(ctx, text)
			if err != nil {
				return screen.Entry{}, err
			}
			return t.own(ctx, o, len(o.Body)), nil
		},
		Command: func(text string) ([]screen.Entry, bool, error) { return t.command(ctx, text) },
		Chosen:  t.shown,
		Select:  func(peer string) string { return t.choose(ctx, peer) },
		Draft: func(text string) {
			if err := t.Station.Mailbox.KeepDraft(context.WithoutCancel(ctx), t.draftOf(), text); err != nil {
				terminal.Warnf("%v", err)
			}
		},
		Seen: func(peer string, number int64) {
			if err := t.Station.Mailbox.MarkRead(context.WithoutCancel(ctx), peer, number); err != nil {
				terminal.Warnf("%v", err)
			}
		},
	}
	if desktop != nil {
		conversation.Alert = desktop.Show
	}
	s := screen.New(terminal.In, os.Stdout, conversation)
	t.Station.Courier.Settled = func(o *mailbox.Outgoing, err error) { s.Mark(o.ID.String(), mark(err)) }
	notice := func(format string, args ...any) {
		s.Add(screen.Entry{Head: "*", Text: display.Text(fmt.Sprintf(format, args...))})
	}
	var serving sync.WaitGroup
	var served error
	serving.Go(func() {
		served = t.Station.Serve(ctx, station.Receiver{
			Received: func(m *lanchat.Message) {
				t.heard(m)
				s.Add(t.arrived(ctx, m, len(m.Body)))
			},
			Paired: func(p lanchat.Pairing) {
				if text := report.PairingText(p); text != "" {
					notice("%s", text)
				}
			},
			Asked: func(q mailbox.Question) {
				t.asked(q)
				notice("%s", report.QuestionText(q, "/yes or /no"))
			},
			Files: station.Files{Dir: t.Files.Dir, Accept: t.Files.Accept, Ask: true},
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
	switch signal := console.Signal(parent); {
	case signal == syscall.SIGTERM:
		return nil
	case signal != nil:
		return context.Cause(parent)
	case errors.Is(shown, screen.ErrInterrupted):
		return console.Errorf(console.Interrupted, "", "%w", shown)
	}
	return errors.Join(shown, served)
}

// hungUp waits for the signal that a closed terminal sends, which is a better reason for the end of the screen.
func hungUp(ctx context.Context) {
	const moment = 100 * time.Millisecond
	select {
	case <-ctx.Done():
	case <-time.After(moment):
	}
}

// Lines runs the chat that reads and prints plain lines.
func (t *Talk) Lines(ctx context.Context, terminal *console.Terminal, timeout time.Duration) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t.Station.Courier.Settled = func(o *mailbox.Outgoing, err error) {
		switch {
		case err == nil:
			terminal.Notef("OK from %s", display.Line(o.Peer))
		case ctx.Err() == nil:
			terminal.Warnf("not delivered to %s yet: %v", display.Line(o.Peer), err)
		}
	}
	terminal.Notef("listening on %s", t.Station.Addr())
	go func() { cancel(t.read(ctx, terminal, timeout)) }()
	p := &report.Printer{Terminal: terminal, Encoding: t.Encoding}
	err := listener.Run(ctx, cancel, terminal, t.Station, t.Files, func(m *lanchat.Message) error {
		t.heard(m)
		return p.Print(m)
	}, nil)
	if cause := context.Cause(ctx); errors.Is(cause, errEnd) {
		return err
	}
	return listener.Ending(ctx, err)
}

// read sends every line of the input, and returns errEnd when all are delivered.
func (t *Talk) read(ctx context.Context, terminal *console.Terminal, timeout time.Duration) error {
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
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, report.ErrTimeout)
	defer cancel()
	for _, o := range said {
		if err := t.Station.Courier.Persist(ctx, o); err != nil {
			return report.Undelivered(ctx, o, err)
		}
	}
	return errEnd
}
