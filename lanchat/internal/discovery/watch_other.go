//go:build !linux

package discovery

import (
	"context"
	"time"
)

// watch begins to look at the computer's interfaces every few seconds until ctx is done.
func watch(ctx context.Context) *watcher {
	const every = 3 * time.Second
	w := &watcher{changes: make(chan struct{}, 1)}
	w.running.Go(func() { w.poll(ctx, every) })
	return w
}
