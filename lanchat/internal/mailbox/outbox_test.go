package mailbox_test

import (
	"errors"
	"testing"

	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// TestEnqueueTaken claims a text with the commit that queues it, but never before another one of the same peer.
func TestEnqueueTaken(t *testing.T) {
	b := fresh(t)
	text := func(peer, body string) *mailbox.Outgoing {
		t.Helper()
		o := &mailbox.Outgoing{Peer: peer, Body: []byte(body)}
		if err := b.EnqueueTaken(t.Context(), o, "me"); err != nil {
			t.Fatal(err)
		}
		return o
	}
	first := text("p", "1")
	if first.State != mailbox.Sending || first.Number == 0 {
		t.Errorf("the first is %+v", first)
	}
	theirs := living("me")
	if o, err := b.Next(t.Context(), mailbox.Queue{Peer: "p"}, last, "other", theirs); !errors.Is(err, mailbox.ErrTaken) {
		t.Errorf("another process gets %+v, %v", o, err)
	}
	if o := text("p", "2"); o.State != mailbox.Queued {
		t.Errorf("the second is %+v", o)
	}
	if o := text("q", "other peer"); o.State != mailbox.Sending {
		t.Errorf("the other peer's is %+v", o)
	}
	// Whoever had claimed it has died.
	if o, err := b.Next(t.Context(), mailbox.Queue{Peer: "p"}, last, "other", living()); err != nil ||
		string(o.Body) != "1" {
		t.Errorf("%+v, %v", o, err)
	}
	if err := b.Settle(t.Context(), first, mailbox.Unknown, "lost"); err != nil {
		t.Fatal(err)
	}
	enqueue(t, b, "r", "waits")
	if o := text("r", "behind"); o.State != mailbox.Queued {
		t.Errorf("one behind a queued one is %+v", o)
	}
}
