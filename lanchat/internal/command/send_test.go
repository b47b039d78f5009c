package command

import (
	"bytes"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

// TestCarryAll tells of every item what has become of it, and leaves nothing running behind.
func TestCarryAll(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := station.Open(t.Context(), t.TempDir(), station.Options{Unannounced: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var items []*mailbox.Outgoing
	for range 2 {
		closed, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"one", "two"} {
			o, err := s.Mailbox.Enqueue(t.Context(), closed.Addr().String(), mailbox.Auto, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, o)
		}
		closed.Close()
	}
	var out bytes.Buffer
	l := &letter{limit: time.Minute}
	n := 0
	for r := range l.carryAll(t.Context(), &console.Terminal{Out: &out, Err: &out}, s, items) {
		n++
		if r.err == nil {
			t.Errorf("%s to %s, where nobody listens: OK", r.of.Body, r.of.Peer)
		}
	}
	if n != len(items) {
		t.Errorf("it tells of %d items of %d", n, len(items))
	}
}
