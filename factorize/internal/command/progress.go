package command

import (
	"fmt"
	"io"
	"math/big"
	"sync"
	"time"
)

// progress is a line on a terminal that tells how far a long number is.
type progress struct {
	out io.Writer

	mutex sync.Mutex
	shown time.Time // when the line was last written
}

func (p *progress) report(n *big.Int, step string, done float64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if now := time.Now(); now.Sub(p.shown) >= 200*time.Millisecond {
		p.shown = now
		fmt.Fprintf(p.out, "\r\x1b[K%d bits: %s, %.0f%%", n.BitLen(), step, 100*done)
	}
}

func (p *progress) wipe() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if !p.shown.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
