package listener

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// Notifier shows texts on the desktop by notify-send(1).
type Notifier struct {
	ctx     context.Context
	program string
	free    chan struct{}
	running sync.WaitGroup
}

// NewNotifier returns nil if there is no desktop, or no program to show anything on it.
func NewNotifier(ctx context.Context) *Notifier {
	const atOnce = 4
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return nil
	}
	program, err := exec.LookPath("notify-send")
	if err != nil {
		return nil
	}
	return &Notifier{ctx: ctx, program: program, free: make(chan struct{}, atOnce)}
}

// Show does not wait. While several notifications are in progress it shows no more: the list of peers counts the texts.
func (n *Notifier) Show(head, text string) {
	const limit, length = 5 * time.Second, 200
	select {
	case n.free <- struct{}{}:
	default:
		return
	}
	// The body may contain markup.
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(ansi.Truncate(text, length, "…"))
	n.running.Go(func() {
		defer func() { <-n.free }()
		ctx, cancel := context.WithTimeout(n.ctx, limit)
		defer cancel()
		// A failure is ignored: the user, who is looking elsewhere, would not see it.
		_ = exec.CommandContext(ctx, n.program, "--app-name=lanchat", "--", head, text).Run()
	})
}

// Wait waits for what is being shown.
func (n *Notifier) Wait() { n.running.Wait() }
