package command

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/source"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func sendCommand() *cli.Command {
	return &cli.Command{
		Name:      "send",
		Usage:     "send a message, or files, and wait for the OK",
		ArgsUsage: "[PEER] [MESSAGE|-]",
		Description: "PEER is HOST, HOST:PORT, [IPv6%zone]:PORT, or the name of a peer; --to names several. Without " +
			"MESSAGE and without --file, or with -, the message is read from standard input. Without OK the exit code is 1 " +
			"and the message stays in the outbox; 3 if only some of several got their OK. Files go to paired peers only, and " +
			"continue where they were cut off.",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{
				Name: "to", Usage: "send to `PEER`, instead of the first argument; may be repeated",
			},
			&cli.BoolFlag{Name: "all-paired", Usage: "send to every peer whose key is remembered"},
			&cli.StringSliceFlag{Name: "file", Usage: "send the file or the folder at `PATH`"},
			&cli.BoolFlag{Name: "plain", Usage: "send plain text, even to a peer that understands more"},
			&cli.BoolFlag{Name: "secure", Usage: "send through TLS, and remember the peer's key"},
			&cli.DurationFlag{
				Name: "timeout", Value: 30 * time.Second, Usage: "give up after `TIME`, or if a file makes no progress for so long",
			},
			&cli.BoolFlag{Name: "wait", Usage: "try again until there is an OK or --timeout has passed"},
		},
		Action:       send,
		BashComplete: peerValues(),
	}
}

// letter is what one send command sends: a text, files, or both, to one peer or several.
type letter struct {
	peers []string
	all   bool
	body  []byte // nil if there is no text
	files []*source.Source
	mode  mailbox.Mode
	wait  bool
	limit time.Duration

	alone bool     // there is one peer
	moved sync.Map // from the IDs of files in transfer to the functions that are told the progress
}

func send(c *cli.Context) error {
	l, words, err := parseLetter(c)
	if err != nil {
		return err
	}
	for _, path := range c.StringSlice("file") {
		file, err := source.Open(path)
		if err != nil {
			return report.NoFile(path, err)
		}
		for _, left := range file.Left {
			console.From(c).Warnf("%s is not sent: it is a link out of the folder, or not a file", left)
		}
		l.files = append(l.files, file)
	}
	if len(words) > 0 || len(l.files) == 0 {
		ctx, cancel := context.WithTimeoutCause(c.Context, l.limit, report.ErrTimeout)
		defer cancel()
		if l.body, err = readMessage(ctx, words, console.From(c).In); err != nil {
			return err
		}
	}
	return with(c, func(s *station.Station) error { return l.deliver(c, s) })
}

// parseLetter reads the flags and arguments. It returns the words of the message.
func parseLetter(c *cli.Context) (*letter, []string, error) {
	l := &letter{peers: c.StringSlice("to"), all: c.Bool("all-paired"), wait: c.Bool("wait"), limit: c.Duration("timeout")}
	words := c.Args().Slice()
	if len(l.peers) == 0 && !l.all {
		if len(words) == 0 {
			return nil, nil, console.Errorf(
				console.Usage, "lanchat send PEER MESSAGE, or --to PEER, or --all-paired", "send needs PEER",
			)
		}
		l.peers, words = words[:1], words[1:]
	}
	if len(words) > 1 {
		return nil, nil, console.Errorf(console.Usage, "quote a message that has spaces", "unexpected argument %q", words[1])
	}
	for _, p := range l.peers {
		if err := checkPeer(p); err != nil {
			return nil, nil, err
		}
	}
	switch {
	case c.Bool("plain") && c.Bool("secure"):
		return nil, nil, console.Errorf(console.Usage, "choose one", "--plain and --secure exclude each other")
	case c.Bool("plain") && len(c.StringSlice("file")) > 0:
		return nil, nil, console.Errorf(console.Usage, "leave --plain out", "files are never sent unencrypted")
	case c.Bool("plain"):
		l.mode = mailbox.Plain
	case c.Bool("secure"):
		l.mode = mailbox.Secure
	}
	return l, words, nil
}

// deliver sends everything to every peer, and reports for each whether there was an OK.
func (l *letter) deliver(c *cli.Context, s *station.Station) error {
	queues, err := l.resolve(c.Context, s)
	if err != nil {
		return err
	}
	var items []*mailbox.Outgoing
	for _, q := range queues {
		all, err := l.enqueue(c.Context, s, q)
		if err != nil {
			return err
		}
		items = append(items, all...)
	}
	t := console.From(c)
	failed := 0
	var first error
	for r := range l.carryAll(c.Context, t, s, items) {
		err := r.err
		if err == nil {
			err = report.Delivered(t, r.of)
		}
		switch {
		case err == nil:
			continue
		case len(items) == 1 || c.Context.Err() != nil:
			first = err
		default:
			t.Warnf("%v", err)
			first = err
		}
		failed++
	}
	if first != nil && (len(items) == 1 || c.Context.Err() != nil) {
		return first
	}
	switch {
	case failed == 0:
		return nil
	case failed < len(items):
		return console.Errorf(console.Partial, "see lanchat outbox", "%d of %d have no OK", failed, len(items))
	}
	return console.Errorf(console.Failed, "see lanchat outbox", "none of %d has an OK: %w", len(items), first)
}

// resolve returns the queues of the peers, each once.
func (l *letter) resolve(ctx context.Context, s *station.Station) ([]string, error) {
	var queues []string
	seen := map[string]bool{}
	add := func(q string) {
		if !seen[q] {
			seen[q] = true
			queues = append(queues, q)
		}
	}
	if l.all {
		paired, err := s.Mailbox.Paired(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range paired {
			add(p.Address)
		}
		if len(paired) == 0 {
			return nil, console.Errorf(console.NotFound, "lanchat pair PEER", "there is no paired peer")
		}
	}
	resolving, cancel := context.WithTimeoutCause(ctx, l.limit, report.ErrTimeout)
	defer cancel()
	for _, word := range l.peers {
		q, _, err := s.Resolve(resolving, word)
		if err != nil {
			return nil, err
		}
		add(q)
	}
	return queues, nil
}

// enqueue puts what one peer gets into the outbox.
func (l *letter) enqueue(ctx context.Context, s *station.Station, queue string) ([]*mailbox.Outgoing, error) {
	var items []*mailbox.Outgoing
	if l.body != nil {
		o := &mailbox.Outgoing{Peer: queue, Mode: l.mode, Body: l.body}
		if err := l.enqueueText(ctx, s, o); err != nil {
			return nil, err
		}
		items = append(items, o)
	}
	for _, f := range l.files {
		o := courier.Outgoing(queue, f)
		if err := s.Mailbox.EnqueueFile(ctx, o); err != nil {
			return nil, err
		}
		items = append(items, o)
	}
	return items, nil
}

// enqueueText puts a text into the outbox. One that nothing else is sent with is claimed at once: a commit less.
func (l *letter) enqueueText(ctx context.Context, s *station.Station, o *mailbox.Outgoing) error {
	if len(l.peers) == 1 && !l.all && len(l.files) == 0 {
		return s.Mailbox.EnqueueTaken(ctx, o, s.Courier.Claim.Name)
	}
	queued, err := s.Mailbox.Enqueue(ctx, o.Peer, o.Mode, o.Body)
	if err == nil {
		*o = *queued
	}
	return err
}

// carried is the result of an item.
type carried struct {
	of  *mailbox.Outgoing
	err error
}

// carryAll delivers items: those of one peer one after the other, several peers at once, so that one that is away does
// not keep the others waiting. It closes the channel after the last.
func (l *letter) carryAll(
	ctx context.Context, t *console.Terminal, s *station.Station, items []*mailbox.Outgoing,
) <-chan carried {
	const atOnce = 16
	var peers []string
	of := map[string][]*mailbox.Outgoing{}
	for _, o := range items {
		if of[o.Peer] == nil {
			peers = append(peers, o.Peer)
		}
		of[o.Peer] = append(of[o.Peer], o)
	}
	s.Courier.Patience = l.limit
	l.alone = len(peers) == 1
	s.Courier.Progress = func(o *mailbox.Outgoing, written int64) {
		if moved, ok := l.moved.Load(o.ID); ok {
			moved.(func(int64))(written)
		}
	}
	results, free := make(chan carried), make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for _, peer := range peers {
		running.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			for _, o := range of[peer] {
				results <- carried{o, l.carry(ctx, t, s, o)}
			}
		})
	}
	go func() {
		running.Wait()
		close(results)
	}()
	return results
}

// carry delivers one item. The time limit of a text is for all of it, that of a file for a standstill.
func (l *letter) carry(ctx context.Context, t *console.Terminal, s *station.Station, o *mailbox.Outgoing) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limit := time.AfterFunc(l.limit, func() { cancel(report.ErrTimeout) })
	defer limit.Stop()
	if o.Path != "" {
		if !l.wait {
			limit.Stop() // the transfer has its own: a person may have to be asked first
		}
		var p *console.Progress
		if l.alone { // several lines of progress would overwrite each other
			p = t.Progress(fmt.Sprintf("KiB of %s", display.Line(string(o.Body))), o.Size>>10)
			defer p.Done()
		}
		var shown int64
		l.moved.Store(o.ID, func(written int64) {
			if p != nil {
				p.Add(written>>10 - shown)
			}
			if shown = written >> 10; l.wait {
				limit.Reset(l.limit)
			}
		})
		defer l.moved.Delete(o.ID)
	}
	carry := s.Courier.Deliver
	if l.wait {
		carry = s.Courier.Persist
	}
	if err := carry(ctx, o); err != nil {
		return report.Undelivered(ctx, o, err)
	}
	return nil
}

// readMessage returns the message in words, or the one on standard input.
func readMessage(ctx context.Context, words []string, in io.Reader) ([]byte, error) {
	var body []byte
	if len(words) == 1 && words[0] != "-" {
		body = []byte(words[0])
	} else {
		type result struct {
			body []byte
			err  error
		}
		read := make(chan result, 1)
		go func() {
			body, err := io.ReadAll(io.LimitReader(in, lanchat.MaxText+3))
			read <- result{body, err}
		}()
		select {
		case r := <-read:
			if r.err != nil {
				return nil, fmt.Errorf("read the message: %w", r.err)
			}
			body = r.body
		case <-ctx.Done():
			return nil, fmt.Errorf("read the message: %w", context.Cause(ctx))
		}
	}
	switch {
	case len(body) == 0:
		return nil, console.Errorf(console.Usage, "a message must not be empty", "nothing to send")
	case lanchat.TextLength(body) > lanchat.MaxText:
		return nil, console.Errorf(
			console.Usage, "send it as a file: --file PATH", "the message is longer than %d bytes", lanchat.MaxText,
		)
	}
	return body, nil
}
