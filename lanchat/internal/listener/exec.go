package listener

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/report"
)

// hook runs a program for each arriving text: no shell, a few at once, each for a limited time.
type hook struct {
	ctx     context.Context
	program string
	limit   time.Duration
	log     func(format string, args ...any)
	free    chan struct{}
	running sync.WaitGroup
}

// errOver is why a program that ran for too long was killed.
var errOver = errors.New("its time is up")

// grace is how long a program may continue when listen ends.
const grace = 2 * time.Second

// NewHook prepares a program, which is killed if it continues for longer than grace after ctx has ended.
func NewHook(ctx context.Context, program string, limit time.Duration, log func(string, ...any)) *hook {
	const atOnce = 4
	return &hook{ctx: ctx, program: program, limit: limit, log: log, free: make(chan struct{}, atOnce)}
}

// Run starts the program for m, and waits while the maximum is running.
func (h *hook) Run(m *lanchat.Message) {
	select {
	case h.free <- struct{}{}:
	case <-h.ctx.Done():
		return
	}
	h.running.Go(func() {
		defer func() { <-h.free }()
		ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(h.ctx), h.limit, errOver)
		defer cancel()
		defer context.AfterFunc(h.ctx, func() { time.AfterFunc(grace, cancel) })()
		cmd := exec.CommandContext(ctx, h.program)
		cmd.WaitDelay = time.Second // for processes that hold its output open
		cmd.Stdin = bytes.NewReader(m.Body)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr // stdout is for messages
		cmd.Env = append(
			os.Environ(),
			"LANCHAT_ID="+m.ID.String(),
			"LANCHAT_FROM="+report.From(m),
			"LANCHAT_NAME="+display.Line(m.Name),
			"LANCHAT_KEY="+provedKey(m),
		)
		if m.File != nil {
			cmd.Env = append(cmd.Env, "LANCHAT_FILE="+m.File.Path)
		}
		err := cmd.Run()
		switch {
		case err == nil:
		case errors.Is(context.Cause(ctx), errOver):
			h.log("%s was killed after %v", h.program, h.limit)
		default:
			h.log("%s for message %s: %v", h.program, m.ID, err)
		}
	})
}

// Wait waits for the running programs.
func (h *hook) Wait() { h.running.Wait() }

// provedKey returns the fingerprint of the key that m's sender has proved, or "".
func provedKey(m *lanchat.Message) string {
	if !m.Proved {
		return ""
	}
	return m.Sender.Pin().String()
}
