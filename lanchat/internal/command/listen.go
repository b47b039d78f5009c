package command

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/listener"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/source"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func listenCommand() *cli.Command {
	return &cli.Command{
		Name:  "listen",
		Usage: "receive messages and print them as they arrive",
		Description: "Every message is stored before its sender gets OK; inbox shows it again. " +
			"Meanwhile the messages in the outbox are delivered. Ends with SIGTERM (exit code 0) or Ctrl-C (130). " +
			"To have it run whenever you are logged in: a systemd user unit, ~/.config/systemd/user/lanchat.service, with " +
			"[Service] ExecStart=lanchat listen, Restart=on-failure and [Install] WantedBy=default.target; then " +
			"systemctl --user enable --now lanchat.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Value: ":" + port, Usage: "listen at `HOST:PORT`"},
			&cli.BoolFlag{Name: "once", Usage: "end after the first message"},
			&cli.StringFlag{
				Name: "accept", Usage: "accept files from paired peers up to `SIZE` (2G, 500M, bytes) without asking",
			},
			&cli.StringFlag{Name: "files", Usage: "keep arriving files in `DIR` (default: files in the data directory)"},
			&cli.IntFlag{Name: "keep", Usage: "remove messages from the inbox after `DAYS`"},
			&cli.StringFlag{
				Name: "exec", Usage: "run `PROGRAM` for each message, with the text on its standard input, without a shell",
			},
			&cli.DurationFlag{Name: "exec-timeout", Value: 30 * time.Second, Usage: "kill PROGRAM after `TIME`"},
			&cli.BoolFlag{Name: "no-store", Usage: "store and print nothing, but still answer OK: for measuring only"},
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
		return console.Errorf(console.Usage, "--keep takes a number of days, 1 or more", "%d is not a number of days", days)
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
	files.Taking = listener.CollectRarely().File
	return with(c, func(s *station.Station) error {
		l, err := s.Listen(c.Context, c.String("addr"))
		if err != nil {
			return report.NoListener("addr", c.String("addr"), err)
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
		show := (&report.Printer{Terminal: t, Encoding: e}).Print
		if program != "" {
			h := listener.NewHook(ctx, program, c.Duration("exec-timeout"), t.Warnf)
			defer h.Wait()
			shown := show
			show = func(m *lanchat.Message) error {
				h.Run(m)
				return shown(m)
			}
		}
		return serve(c, l, files, show, nil)
	})
}

// takenFiles returns which files a listener accepts.
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

// prune removes messages older than so many days, now and every hour, until ctx is done.
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
				return errors.Join(each(m), listener.ErrOnce)
			}
			return listener.ErrOnce
		}
	}
	return listener.Ending(ctx, listener.Run(ctx, cancel, console.From(c), l, files, show, inbox))
}

// nowhere is the inbox of --no-store.
type nowhere struct{}

func (nowhere) Store(_ *lanchat.Message, stored func(bool, error)) { stored(true, nil) }

func (nowhere) Append(context.Context, *lanchat.Message, []byte) error { return nil }
