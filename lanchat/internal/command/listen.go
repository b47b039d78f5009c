package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/source"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func listenCommand() *cli.Command {
	return &cli.Command{
		Name:  "listen",
		Usage: "receive messages and print them as they arrive",
		Description: "Every message is stored before its sender gets OK; inbox shows it again. " +
			"Messages of the outbox are delivered meanwhile. Ends with SIGTERM (exit code 0) or Ctrl-C (130). " +
			"To have it run whenever you are logged in: a systemd user unit, ~/.config/systemd/user/lanchat.service, with " +
			"[Service] ExecStart=lanchat listen, Restart=on-failure and [Install] WantedBy=default.target; then " +
			"systemctl --user enable --now lanchat.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Value: ":" + port, Usage: "listen at `HOST:PORT`"},
			&cli.BoolFlag{Name: "once", Usage: "end after the first message"},
			&cli.StringFlag{
				Name: "accept", Usage: "take files of paired peers up to `SIZE` (2G, 500M, bytes) without a question",
			},
			&cli.StringFlag{Name: "files", Usage: "keep arriving files in `DIR` (default: files in the data directory)"},
			&cli.IntFlag{Name: "keep", Usage: "remove messages from the inbox after `DAYS`"},
			&cli.StringFlag{
				Name: "exec", Usage: "run `PROGRAM` for each message, with the text on its standard input; no shell",
			},
			&cli.DurationFlag{Name: "exec-timeout", Value: 30 * time.Second, Usage: "end PROGRAM after `TIME`"},
			&cli.BoolFlag{Name: "no-store", Usage: "store and print nothing, and say OK all the same: for measuring only"},
			encodingFlag(),
		},
		Action: listen,
	}
}

func listen(c *cli.Context) error {
	e, err := encoding(c)
	if err != nil {
		return err
	}
	files, err := takenFiles(c)
	if err != nil {
		return err
	}
	if days := c.Int("keep"); days < 0 || c.IsSet("keep") && days == 0 {
		return console.Errorf(console.Usage, "--keep takes a number of days from 1", "%d is not a number of days", days)
	}
	program := c.String("exec")
	if program != "" {
		if program, err = exec.LookPath(program); err != nil {
			return console.Errorf(
				console.NotFound, "name a program, without arguments", "cannot run %q for messages: %w", c.String("exec"),
				errors.Unwrap(err),
			)
		}
	}
	files.Taking = collectRarely().file
	return with(c, func(s *station.Station) error {
		l, err := s.Listen(c.Context, c.String("addr"))
		if err != nil {
			return listenError(c.String("addr"), err)
		}
		t := console.From(c)
		t.TellAtOnce()
		t.Notef("listening on %s", l.Addr())
		if c.Bool("no-store") {
			t.Warnf("messages are NOT stored, and OK means nothing (--no-store)")
			return serve(c, l, files, nil, nowhere{})
		}
		ctx, cancel := context.WithCancel(c.Context)
		defer cancel()
		if days := c.Int("keep"); days > 0 {
			var pruning sync.WaitGroup
			pruning.Go(func() { prune(ctx, s, days, t.Warnf) })
			defer pruning.Wait()
			defer cancel()
		}
		show := (&printer{terminal: t, encoding: e}).print
		if program != "" {
			h := newHook(ctx, program, c.Duration("exec-timeout"), t.Warnf)
			defer h.running.Wait()
			shown := show
			show = func(m *lanchat.Message) error {
				h.run(m)
				return shown(m)
			}
		}
		return serve(c, l, files, show, nil)
	})
}

// takenFiles reads which files a listener takes.
func takenFiles(c *cli.Context) (station.Files, error) {
	files := station.Files{Dir: c.String("files")}
	if files.Dir != "" {
		abs, err := filepath.Abs(files.Dir)
		if err != nil {
			return files, err
		}
		files.Dir = abs
	}
	if text := c.String("accept"); text != "" {
		size, err := source.ParseSize(text)
		if err != nil {
			return files, console.Errorf(console.Usage, "--accept takes bytes, or a number with K, M, G or T", "%w", err)
		}
		files.Accept = size
	}
	return files, nil
}

// prune removes what is older than so many days, now and every hour, until ctx is done.
func prune(ctx context.Context, s *station.Station, days int, log func(string, ...any)) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if _, err := s.Mailbox.Prune(ctx, time.Now().AddDate(0, 0, -days)); err != nil && ctx.Err() == nil {
			log("%v", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// errOnce ends a listener that has received its one message.
var errOnce = errors.New("received a message")

// serve runs a listening station until a signal or, with --once, until a message was shown.
func serve(
	c *cli.Context,
	l *station.Listening,
	files station.Files,
	show func(*lanchat.Message) error,
	inbox lanchat.Inbox,
) error {
	ctx, cancel := context.WithCancelCause(c.Context)
	defer cancel(nil)
	if c.Bool("once") {
		each := show
		show = func(m *lanchat.Message) error {
			if each != nil {
				return errors.Join(each(m), errOnce)
			}
			return errOnce
		}
	}
	return ending(ctx, run(ctx, cancel, console.From(c), l, files, show, inbox))
}

// run receives until ctx is done, and shows every message, unless show is nil. It cancels ctx when show fails or
// nobody reads the output.
func run(
	ctx context.Context, cancel context.CancelCauseFunc, t *console.Terminal, l *station.Listening, files station.Files,
	show func(*lanchat.Message) error, inbox lanchat.Inbox,
) error {
	defer watchOutput(os.Stdout, cancel)()
	asker := newAsker(ctx, t, l.Mailbox)
	files.Ask = asker.interactive
	r := station.Receiver{
		Paired: func(p lanchat.Pairing) {
			if text := pairingText(p); text != "" {
				t.Warnf("%s", text)
			}
		},
		Asked: asker.ask, Files: files, Log: t.Warnf, Inbox: inbox,
	}
	if show != nil {
		q := newQueue(ctx, func(m *lanchat.Message) {
			if err := show(m); err != nil {
				cancel(err)
			}
		})
		defer q.close()
		r.Received = q.put
	}
	return l.Serve(ctx, r)
}

// ending returns how a listener ends whose ctx is done: well, or for the reason that its exit code tells.
func ending(ctx context.Context, err error) error {
	switch cause := context.Cause(ctx); {
	case err != nil:
		return err
	case errors.Is(cause, errOnce), errors.Is(cause, errUnread), console.Signal(ctx) == syscall.SIGTERM:
		return nil
	default:
		return cause
	}
}

// listenError says what a person can do about it.
func listenError(addr string, err error) error {
	var dns *net.DNSError
	var bad *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return console.Errorf(
			console.Failed, "choose another with --addr, or end the program that has it",
			"cannot listen on %s: the port is in use", addr,
		)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return console.Errorf(
			console.Failed, "see ip address", "cannot listen on %s: this computer has no such address", addr,
		)
	case errors.Is(err, syscall.EACCES):
		return console.Errorf(console.Failed, "ports below 1024 need privileges", "cannot listen on %s: not permitted", addr)
	case errors.As(err, &bad):
		return console.Errorf(console.Usage, "--addr is HOST:PORT or :PORT", "cannot listen on %q: %s", addr, bad.Err)
	case errors.As(err, &dns):
		return console.Errorf(
			console.Usage, "--addr is HOST:PORT or :PORT", "cannot listen on %q: nobody knows that name", addr,
		)
	}
	return err
}

// pairingText tells the person on the called side what the caller sees; it is empty when Asked says all.
func pairingText(p lanchat.Pairing) string {
	switch {
	case !p.Confirmed:
		return ""
	case p.FirstUse && p.Address.Port() == 0:
		return fmt.Sprintf(
			"%s at %s trusts this computer, without a comparison; its key is remembered", display.Line(p.Name), p.Address.Addr(),
		)
	case p.FirstUse:
		return fmt.Sprintf("paired with %s at %s without a comparison; to take that back: lanchat peers forget %s",
			display.Line(p.Name), p.Address, p.Address)
	}
	return fmt.Sprintf("paired with %s at %s: both sides have confirmed the code", display.Line(p.Name), p.Address.Addr())
}

// questionText is how a question is put; how says what is to be done.
func questionText(q mailbox.Question, how string) string {
	if q.Kind == mailbox.PairQuestion {
		return fmt.Sprintf(
			"%s at %s wants to pair; the code there must be %s (%s)", display.Line(q.Name), q.Address, showCode(q.Detail), how,
		)
	}
	return fmt.Sprintf(
		"%s at %s wants to send the file %s (%s)", display.Line(q.Name), q.Address, display.Line(q.Detail), how,
	)
}

// showCode writes a code so that it is read easily.
func showCode(code string) string {
	if len(code) <= 4 {
		return display.Line(code)
	}
	return display.Line(code[:4] + "-" + code[4:])
}

// nowhere is the inbox of --no-store.
type nowhere struct{}

func (nowhere) Store(_ *lanchat.Message, stored func(bool, error)) { stored(true, nil) }

func (nowhere) Append(context.Context, *lanchat.Message, []byte) error { return nil }
