package lanchat

import "sync"

// transfer identifies a file that is being received.
type transfer struct {
	sender Key
	id     ID
}

// transfers are the files that are being received. A sender whose connection was cut may reconnect before this side
// notices the cut: the newer connection takes over.
type transfers struct {
	mu      sync.Mutex
	running map[transfer]*holder
}

// holder is the connection that owns a transfer.
type holder struct {
	of   *connection
	done chan struct{}
}

// begin takes over a transfer for c, after waiting until its previous owner has released it. The function that it
// returns releases it.
func (t *transfers) begin(key transfer, c *connection) func() {
	mine := &holder{c, make(chan struct{})}
	t.mu.Lock()
	if t.running == nil {
		t.running = map[transfer]*holder{}
	}
	before := t.running[key]
	t.running[key] = mine
	t.mu.Unlock()
	if before != nil {
		_ = before.of.tcp.Close()
		<-before.done
	}
	return func() {
		t.mu.Lock()
		if t.running[key] == mine {
			delete(t.running, key)
		}
		t.mu.Unlock()
		close(mine.done)
	}
}
