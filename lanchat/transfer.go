package lanchat

import "sync"

// transfer names a file on its way.
type transfer struct {
	sender Key
	id     ID
}

// transfers are the files that are being received. A sender whose connection was cut comes again before this side knows
// of the cut: the newer connection has the right to go on.
type transfers struct {
	mu      sync.Mutex
	running map[transfer]*holder
}

// holder is the connection that has a transfer.
type holder struct {
	of   *connection
	done chan struct{}
}

// begin takes a transfer over for c, and waits until whoever had it has let it go. The function that it returns
// lets it go.
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
