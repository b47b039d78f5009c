package stream

import (
	"context"
	"io"
	"sync"
)

// maxHeld bounds the bytes of answers that wait for an older one.
const maxHeld = 2 << 20

// maxSpare bounds the texts that are kept for further use.
const maxSpare = 8

// A text is what a batch has to say on both streams.
type text struct {
	out, notes []byte
}

func (t *text) size() int { return len(t.out) + len(t.notes) }

func (t *text) clear() { t.out, t.notes = t.out[:0], t.notes[:0] }

// A window puts the answers of several workers into the order of their batches.
type window struct {
	out, notes io.Writer

	mutex   sync.Mutex
	changed sync.Cond // next or held has changed, or the work is to end
	next    int       // the oldest batch that is not finished; its worker alone writes
	held    int       // bytes in finished and in those that workers hold on to
	closed  bool
	waiting map[int]text // finished batches, by sequence
	spare   []text       // that were written, to be filled again
	claimed bool         // the state is in use
}

func newWindow(out, notes io.Writer) *window {
	w := &window{out: out, notes: notes, waiting: map[int]text{}}
	w.changed.L = &w.mutex
	return w
}

// wake ends all waiting.
func (w *window) wake() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.closed = true
	w.changed.Broadcast()
}

// room waits until the finished answers take less than the limit. The oldest batch is never
// held up: if a worker asks for the next batch and that is the oldest, nothing is held.
func (w *window) room() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for w.held >= maxHeld && !w.closed {
		w.changed.Wait()
	}
}

// claim takes the state for one number, and reports whether another has it.
func (w *window) claim() (taken bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	taken, w.claimed = w.claimed, true
	return taken
}

// oldest reports whether the batch is next to be written.
func (w *window) oldest(sequence int) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.next == sequence
}

// await waits until the batch is next to be written.
func (w *window) await(ctx context.Context, sequence int) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for w.next != sequence && !w.closed {
		w.changed.Wait()
	}
	return ctx.Err()
}

// write writes a part of the oldest batch.
func (w *window) write(t text) error {
	if len(t.out) > 0 {
		if _, err := w.out.Write(t.out); err != nil {
			return err
		}
	}
	if len(t.notes) > 0 {
		if _, err := w.notes.Write(t.notes); err != nil {
			return err
		}
	}
	return nil
}

// finish takes the rest of a batch. The oldest one is written, and with it all that follow
// and wait. It returns an empty text for the next batch.
func (w *window) finish(sequence int, t text) (text, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.next != sequence {
		w.waiting[sequence] = t
		w.held += t.size()
		return w.unused(), nil
	}
	for {
		// While next is ours, no other worker writes.
		w.mutex.Unlock()
		err := w.write(t)
		w.mutex.Lock()
		if err != nil {
			return text{}, err
		}
		w.next++
		w.changed.Broadcast()
		t.clear()
		follower, ok := w.waiting[w.next]
		if !ok {
			return t, nil
		}
		delete(w.waiting, w.next)
		w.held -= follower.size()
		if len(w.spare) < maxSpare {
			w.spare = append(w.spare, t)
		}
		t = follower
	}
}

// unused returns an empty text, an old one if there is any.
func (w *window) unused() text {
	last := len(w.spare) - 1
	if last < 0 {
		return text{}
	}
	t := w.spare[last]
	w.spare = w.spare[:last]
	return t
}
