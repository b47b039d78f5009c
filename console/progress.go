package console

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Progress is a line on stderr that shows how far the work is. It is shown only to a person: stderr is a terminal that
// understands escape sequences (TERM is not dumb), and neither --quiet nor --json was given. Its methods may be called
// by several goroutines at once.
type Progress struct {
	w     io.Writer // nil when nobody looks
	what  string
	total int64

	mu    sync.Mutex
	done  int64
	shown time.Time
}

// Progress begins a progress line. What names the things that are counted ("files"); a total of 0 or less is unknown.
// Done must be called before anything else is printed.
func (t *Terminal) Progress(what string, total int64) *Progress {
	p := &Progress{what: what, total: total}
	if IsTerminal(t.Err) && os.Getenv("TERM") != "dumb" && !t.quiet && !t.json {
		p.w = t.Err
	}
	return p
}

// Add reports that n more things are done.
func (p *Progress) Add(n int64) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if now := time.Now(); now.Sub(p.shown) >= 100*time.Millisecond {
		p.shown = now
		fmt.Fprintf(p.w, "\r\x1b[K%s", p.line())
	}
}

// line is what the user sees.
func (p *Progress) line() string {
	if p.total <= 0 {
		return fmt.Sprintf("%d %s", p.done, p.what)
	}
	return fmt.Sprintf("%d of %d %s (%d%%)", p.done, p.total, p.what, p.done*100/p.total)
}

// Done wipes the line.
func (p *Progress) Done() {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shown.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
