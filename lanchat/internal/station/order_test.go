package station

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/lanchat"
)

// memory is an inbox that stores at once.
type memory struct{}

func (memory) Store(_ *lanchat.Message, stored func(bool, error)) { stored(true, nil) }

func (memory) Append(context.Context, *lanchat.Message, []byte) error { return nil }

// TestOrder hands messages on in the order in which they were stored, in whatever order they become whole, and waits
// for none whose conversation has failed.
func TestOrder(t *testing.T) {
	var heard []int64
	o := newOrder(memory{}, func(m *lanchat.Message) { heard = append(heard, m.Number) })
	var all []*lanchat.Message
	for n := range int64(5) {
		m := &lanchat.Message{Number: n}
		all = append(all, m)
		o.Store(m, func(bool, error) {})
	}
	o.received(all[2])
	if len(heard) != 0 {
		t.Fatalf("before the first: %v", heard)
	}
	o.received(all[0])
	o.received(all[1])
	if diff := cmp.Diff([]int64{0, 1, 2}, heard); diff != "" {
		t.Fatal(diff)
	}
	o.places[0].stored = time.Now().Add(-time.Hour) // the fourth is never told
	o.received(all[4])
	if diff := cmp.Diff([]int64{0, 1, 2, 3, 4}, heard); diff != "" {
		t.Error(diff)
	}
	if len(o.places) != 0 || len(o.of) != 0 {
		t.Errorf("%d places, %d messages are held", len(o.places), len(o.of))
	}
}
