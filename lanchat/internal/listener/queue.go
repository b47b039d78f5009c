package listener

import (
	"context"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// queue hands messages one by one to a function that may be slow: the screen, or a pipe that nobody reads. While it is
// full, connections wait; their messages are stored already.
type queue struct {
	ctx      context.Context
	messages chan *lanchat.Message
	stopped  chan struct{}
	done     chan struct{}
}

// newQueue starts a queue. Once ctx is done, it does not make anyone wait.
func newQueue(ctx context.Context, show func(*lanchat.Message)) *queue {
	q := &queue{
		ctx:      ctx,
		messages: make(chan *lanchat.Message, 1024),
		stopped:  make(chan struct{}),
		done:     make(chan struct{}),
	}
	go q.run(show)
	return q
}

func (q *queue) run(show func(*lanchat.Message)) {
	defer close(q.done)
	for {
		select {
		case m := <-q.messages:
			show(m)
			continue
		default:
		}
		select {
		case m := <-q.messages:
			show(m)
		case <-q.stopped:
			return
		}
	}
}

// put adds a message. If ctx is done and there is no room, the message is left for the command inbox to show.
func (q *queue) put(m *lanchat.Message) {
	select {
	case q.messages <- m:
		return
	default:
	}
	select {
	case q.messages <- m:
	case <-q.ctx.Done():
	}
}

// close shows the rest, unless that takes too long.
func (q *queue) close() {
	const long = 500 * time.Millisecond
	close(q.stopped)
	select {
	case <-q.done:
	case <-time.After(long):
	}
}
