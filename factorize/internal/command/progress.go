package command

import (
	"fmt"
	"io"
	"math/big"
	"sync"
	"time"
)

// progress is a line on a terminal that shows the progress with a long number.
type progress struct {
	out io.Writer

	mutex sync.Mutex
	shown time.Time // when the line was last written; zero while there is none
	work  work      // what the line is about
}

// work is one step of one number, and when it was first heard of.
type work struct {
	number *big.Int
	step   string
	begun  time.Time
	from   float64 // how much was done then
}

func (p *progress) report(n *big.Int, step string, done float64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	now := time.Now()
	if p.work.number != n || p.work.step != step {
		p.work = work{n, step, now, done}
	}
	if now.Sub(p.shown) >= 200*time.Millisecond {
		p.shown = now
		fmt.Fprintf(p.out, "\r\x1b[K%d bits: %s, %.0f%%%s", n.BitLen(), step, 100*done, p.work.left(now, done))
	}
}

// left tells the time that the step still takes, once there is enough to judge by.
func (w *work) left(now time.Time, done float64) string {
	elapsed := now.Sub(w.begun)
	if elapsed < 2*time.Second || done <= w.from {
		return ""
	}
	left := time.Duration(float64(elapsed) * (1 - done) / (done - w.from))
	switch { // rounded, in units that are small compared with it
	case left < 2*time.Minute:
		return fmt.Sprintf(", %.0f s left", left.Seconds())
	case left < 2*time.Hour:
		return fmt.Sprintf(", %.0f min left", left.Minutes())
	case left < 72*time.Hour:
		return fmt.Sprintf(", %.0f h left", left.Hours())
	}
	return ", days left"
}

func (p *progress) wipe() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if !p.shown.IsZero() {
		p.shown = time.Time{}
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// before returns a writer to w that wipes the line first: on a terminal nothing is glued to it.
func (p *progress) before(w io.Writer) io.Writer { return wiping{p, w} }

type wiping struct {
	progress *progress
	io.Writer
}

func (w wiping) Write(text []byte) (int, error) {
	w.progress.wipe()
	return w.Writer.Write(text)
}
