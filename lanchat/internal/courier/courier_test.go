package courier_test

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newCourier(t *testing.T) *courier.Courier {
	t.Helper()
	dir, err := datadir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	identity, err := dir.Identity()
	if err != nil {
		t.Fatal(err)
	}
	claim, err := dir.Claim()
	if err != nil {
		t.Fatal(err)
	}
	box, err := mailbox.Open(t.Context(), filepath.Join(string(dir), "box.db"))
	if err != nil {
		t.Fatal(err)
	}
	c := &courier.Courier{
		Mailbox: box, Directory: dir, Claim: claim, Client: &lanchat.Client{Identity: identity, Name: "sender"},
	}
	t.Cleanup(func() {
		if err := errors.Join(box.Close(), c.Claim.Release()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// peer is somebody who reads a line and says answer to it. It counts and remembers what it has read.
type peer struct {
	address string
	mu      sync.Mutex
	heard   []string
}

func newPeer(t *testing.T, answer func(text string) string) *peer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{address: listener.Addr().String()}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			text, _ := io.ReadAll(conn)
			p.mu.Lock()
			p.heard = append(p.heard, string(text))
			p.mu.Unlock()
			_, _ = io.WriteString(conn, answer(string(text)))
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { listener.Close(); running.Wait() })
	return p
}

func (p *peer) want(t *testing.T, want ...string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if diff := cmp.Diff(want, p.heard); diff != "" {
		t.Error(diff)
	}
}

func enqueue(t *testing.T, c *courier.Courier, to, text string, mode mailbox.Mode) *mailbox.Outgoing {
	t.Helper()
	o, err := c.Mailbox.Enqueue(t.Context(), to, mode, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func ok(string) string { return "OK" }

// TestDeliverKeepsOrder carries what was queued before a message first, and nothing that was queued after it.
func TestDeliverKeepsOrder(t *testing.T) {
	c, p := newCourier(t), newPeer(t, ok)
	enqueue(t, c, p.address, "1", mailbox.Auto)
	o := enqueue(t, c, p.address, "2", mailbox.Auto)
	later := enqueue(t, c, p.address, "3", mailbox.Auto)
	if err := c.Deliver(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	p.want(t, "1\n", "2\n")
	if left, err := c.Mailbox.Outbox(t.Context()); err != nil || len(left) != 1 || left[0].ID != later.ID {
		t.Errorf("%v, %v", left, err)
	}
}

// TestLostAnswerIsUnknown does not send a plain text twice by itself, holds up nothing behind it, and sends it
// again when the user says so.
func TestLostAnswerIsUnknown(t *testing.T) {
	first := true
	c := newCourier(t)
	p := newPeer(t, func(text string) string {
		if text == "lost\n" && first {
			first = false
			return ""
		}
		return "OK"
	})
	lost := enqueue(t, c, p.address, "lost", mailbox.Auto)
	enqueue(t, c, p.address, "next", mailbox.Auto)
	if err := c.Persist(t.Context(), lost); !errors.Is(err, courier.ErrUnknown) {
		t.Errorf("err %v", err)
	}
	if err := c.DeliverAll(t.Context(), mailbox.Queue{Peer: p.address}); err != nil {
		t.Error(err)
	}
	p.want(t, "lost\n", "next\n")
	if o, err := c.Mailbox.Outgoing(t.Context(), lost.ID); err != nil || o.State != mailbox.Unknown {
		t.Errorf("%+v, %v", o, err)
	}
	if err := c.Retry(t.Context(), lost.ID); err != nil {
		t.Error(err)
	}
	p.want(t, "lost\n", "next\n", "lost\n")
}

// TestNobodyThere keeps the message, with the reason.
func TestNobodyThere(t *testing.T) {
	c := newCourier(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	o := enqueue(t, c, listener.Addr().String(), "hello", mailbox.Auto)
	if err := c.Deliver(t.Context(), o); err == nil || !courier.Temporary(err) {
		t.Errorf("err %v", err)
	}
	if o, err = c.Mailbox.Outgoing(t.Context(), o.ID); err != nil || o.State != mailbox.Queued || o.Failure == "" {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestPinned sends nothing unencrypted to a peer whose key is known, and nothing to one that shows another.
func TestPinned(t *testing.T) {
	c, p := newCourier(t), newPeer(t, ok)
	pinned := mailbox.Peer{Address: p.address, Key: lanchat.Key{1}, Pinned: true}
	if err := c.Mailbox.Learn(t.Context(), pinned); err != nil {
		t.Fatal(err)
	}
	o := enqueue(t, c, p.address, "secret", mailbox.Plain)
	if err := c.Deliver(t.Context(), o); !errors.Is(err, courier.ErrPinned) || courier.Temporary(err) {
		t.Errorf("err %v", err)
	}
	p.want(t)

	identity, err := lanchat.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- (&lanchat.Server{Identity: identity}).Serve(ctx, listener) }()
	t.Cleanup(func() { stop(); <-served })
	address := listener.Addr().String()
	if err := c.Mailbox.Learn(t.Context(), mailbox.Peer{Address: address, Key: lanchat.Key{1}, Pinned: true}); err != nil {
		t.Fatal(err)
	}
	o = enqueue(t, c, address, "secret", mailbox.Auto)
	var changed *lanchat.ChangedKeyError
	if err := c.Deliver(t.Context(), o); !errors.As(err, &changed) || courier.Temporary(err) {
		t.Errorf("err %v", err)
	}
}

// TestLookup finds a name that only the network knows.
func TestLookup(t *testing.T) {
	c, p := newCourier(t), newPeer(t, ok)
	o := enqueue(t, c, "anna", "hello", mailbox.Auto)
	if err := c.Deliver(t.Context(), o); !errors.Is(err, mailbox.ErrNotFound) {
		t.Errorf("err %v", err)
	}
	c.Lookup = func(_ context.Context, name string) (*mailbox.Peer, error) {
		return &mailbox.Peer{Address: p.address, Name: name}, nil
	}
	if err := c.Deliver(t.Context(), o); err != nil {
		t.Error(err)
	}
	p.want(t, "hello\n")
}

// TestRounds delivers what is queued for several peers, tells of each, and ends with its context.
func TestRounds(t *testing.T) {
	c, one, two := newCourier(t), newPeer(t, ok), newPeer(t, ok)
	settled := make(chan string, 10)
	c.Settled = func(o *mailbox.Outgoing, err error) {
		if err != nil {
			t.Error(err)
		}
		settled <- string(o.Body)
	}
	ctx, stop := context.WithCancel(t.Context())
	wake, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		c.Rounds(ctx, wake, func(queue mailbox.Queue, err error) { t.Errorf("%v: %v", queue, err) })
	}()
	enqueue(t, c, one.address, "1", mailbox.Auto)
	enqueue(t, c, two.address, "2", mailbox.Auto)
	wake <- struct{}{}
	have := map[string]bool{<-settled: true, <-settled: true}
	if !have["1"] || !have["2"] {
		t.Errorf("settled %v", have)
	}
	stop()
	<-ended
}

// TestPatience is that of Persist, which ends with its context.
func TestPatience(t *testing.T) {
	c := newCourier(t)
	c.Lookup = nil
	o := enqueue(t, c, "nobody", "hello", mailbox.Auto)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := c.Persist(ctx, o); err == nil {
		t.Error("delivered to nobody")
	}
}
