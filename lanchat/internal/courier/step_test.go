package courier_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// killed is the panic that ends a process in the middle: nothing is tidied up after it.
type killed struct{}

// dieAt makes c die before or after a step, and tells whether it did.
func dieAt(c *courier.Courier, step courier.Step, after bool) (died func() bool) {
	visited := false
	c.Hook = func(s courier.Step, do func() error) error {
		if s != step {
			return do()
		}
		visited = true
		if after {
			_ = do()
		}
		panic(killed{})
	}
	return func() bool { return visited }
}

// attempt lets c carry what waits until it dies.
func attempt(t *testing.T, c *courier.Courier, o *mailbox.Outgoing) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil && p != any(killed{}) {
			panic(p)
		}
		if err := c.Claim.Release(); err != nil { // the lock of a dead process is nobody's
			t.Error(err)
		}
		var err error
		if c.Claim, err = c.Directory.Claim(); err != nil {
			t.Fatal(err)
		}
		c.Hook = nil
	}()
	_ = c.Deliver(t.Context(), o)
}

// framed is a peer that stores frames in a mailbox of its own.
func framed(t *testing.T) (address string, box *mailbox.Mailbox) {
	t.Helper()
	box, err := mailbox.Open(t.Context(), filepath.Join(t.TempDir(), "theirs.db"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- (&lanchat.Server{Inbox: box}).Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-served, box.Close()); err != nil {
			t.Error(err)
		}
	})
	return address, box
}

// TestKilledAtEveryStep ends the sender before and after every step of a text's way. What the next one does is the
// same: a frame arrives once; a plain text at most once, and it is unknown when it may have arrived.
func TestKilledAtEveryStep(t *testing.T) {
	for _, step := range []courier.Step{courier.StepRisk, courier.StepSend, courier.StepRecord, courier.StepSettle} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprint("plain ", step, " after=", after), func(t *testing.T) {
				c := newCourier(t)
				answer := ok
				if step == courier.StepSettle {
					answer = func(string) string { return "no" }
				}
				p := newPeer(t, answer)
				o := enqueue(t, c, p.address, "text", mailbox.Plain)
				died := dieAt(c, step, after)
				if attempt(t, c, o); !died() {
					t.Fatal("the step was not visited")
				}
				if err := c.DeliverAll(t.Context(), mailbox.Queue{Peer: p.address}); err != nil {
					t.Error(err)
				}
				left, err := c.Mailbox.Outbox(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				recorded := step == courier.StepRecord && after
				noted := step != courier.StepRisk || after
				switch {
				case !noted, recorded:
					if p.want(t, "text\n"); len(left) != 0 {
						t.Errorf("left: %+v", left[0])
					}
				case len(left) != 1 || left[0].State != mailbox.Unknown:
					t.Errorf("left: %v", left)
				}
			})
		}
	}
	for _, step := range []courier.Step{courier.StepSend, courier.StepRecord} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprint("framed ", step, " after=", after), func(t *testing.T) {
				c := newCourier(t)
				address, theirs := framed(t)
				if err := c.Mailbox.Learn(t.Context(), mailbox.Peer{Address: address, Frames: true}); err != nil {
					t.Fatal(err)
				}
				o := enqueue(t, c, address, "text", mailbox.Auto)
				died := dieAt(c, step, after)
				if attempt(t, c, o); !died() {
					t.Fatal("the step was not visited")
				}
				if err := c.DeliverAll(t.Context(), mailbox.Queue{Peer: address}); err != nil {
					t.Error(err)
				}
				arrived := 0
				err := theirs.After(t.Context(), 0, func(*lanchat.Message) error { arrived++; return nil })
				if left, e := c.Mailbox.Outbox(t.Context()); err != nil || e != nil || arrived != 1 || len(left) != 0 {
					t.Errorf("arrived %d times, %d left; %v, %v", arrived, len(left), err, e)
				}
			})
		}
	}
}
