package discovery

import (
	"context"
	"sync"
	"time"
)

// watcher tells of changes of the computer's interfaces and addresses until its context is done.
type watcher struct {
	changes chan struct{} // holds one change, however many there were
	running sync.WaitGroup
}

// poll records a possible change at every interval, until ctx is done.
func (w *watcher) poll(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.note()
		case <-ctx.Done():
			return
		}
	}
}

// note records a change.
func (w *watcher) note() {
	select {
	case w.changes <- struct{}{}:
	default:
	}
}
