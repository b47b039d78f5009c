package mailbox_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens the mailbox at path, for the time of the test.
func open(t testing.TB, path string) *mailbox.Mailbox {
	t.Helper()
	b, err := mailbox.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func fresh(t testing.TB) *mailbox.Mailbox { return open(t, filepath.Join(t.TempDir(), "box.db")) }

// all returns everything in the inbox.
func all(t *testing.T, b *mailbox.Mailbox) []*lanchat.Message {
	t.Helper()
	var messages []*lanchat.Message
	err := b.After(t.Context(), 0, func(m *lanchat.Message) error {
		messages = append(messages, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

func store(t *testing.T, b *mailbox.Mailbox, m *lanchat.Message) bool {
	t.Helper()
	isNew, err := dealtWith(b, m)
	if err != nil {
		t.Fatal(err)
	}
	return isNew
}

// dealtWith waits for what the mailbox says of m.
func dealtWith(b *mailbox.Mailbox, m *lanchat.Message) (isNew bool, err error) {
	done := make(chan struct{})
	b.Store(m, func(n bool, e error) {
		isNew, err = n, e
		close(done)
	})
	<-done
	return isNew, err
}

func frame(body string) *lanchat.Message {
	return &lanchat.Message{
		ID: lanchat.NewID(), Body: []byte(body), Received: time.Now().UTC().Truncate(time.Microsecond),
		Remote: netip.MustParseAddrPort("192.0.2.1:4711"), Sender: lanchat.Key{1}, Proved: true, Name: "Анна", Sequence: 9,
		ReplyPort: 7117,
	}
}

// TestInboxKeepsEverything reads from the disk what was stored, whole and once.
func TestInboxKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "box.db")
	b := open(t, path)
	want := frame("exact \x00\xff bytes\r\n")
	if !store(t, b, want) {
		t.Error("the first is not fresh")
	}
	again := frame("the same id")
	again.ID = want.ID
	if store(t, b, again) {
		t.Error("the second of one id is fresh")
	}
	addresses := cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })
	if diff := cmp.Diff([]*lanchat.Message{want}, all(t, open(t, path)), addresses); diff != "" {
		t.Error(diff)
	}
}

// TestSameIDOfOthers stores frames of several senders and plain texts that happen to have one id.
func TestSameIDOfOthers(t *testing.T) {
	b := fresh(t)
	one, other, plain, plainToo := frame("one"), frame("other"), frame("plain"), frame("plain too")
	other.Sender = lanchat.Key{2}
	for _, m := range []*lanchat.Message{plain, plainToo} {
		m.Sender, m.Sequence = lanchat.Key{}, 0
	}
	for _, m := range []*lanchat.Message{one, other, plain, plainToo} {
		m.ID = one.ID
		if !store(t, b, m) {
			t.Errorf("%s is not fresh", m.Body)
		}
	}
}

func TestAppend(t *testing.T) {
	b := fresh(t)
	m := frame("begun")
	store(t, b, m)
	store(t, b, frame("another"))
	if err := b.Append(t.Context(), m, []byte(" and ended")); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, m := range all(t, b) {
		bodies = append(bodies, string(m.Body))
	}
	if diff := cmp.Diff([]string{"begun and ended", "another"}, bodies); diff != "" {
		t.Error(diff)
	}
}

// TestManyStoreAtOnce loses none of the messages that wait for one commit, and pages through more than one page.
func TestManyStoreAtOnce(t *testing.T) {
	b := fresh(t)
	const messages = 600
	var storing sync.WaitGroup
	for range messages {
		storing.Go(func() {
			if isNew, err := dealtWith(b, frame("x")); !isNew || err != nil {
				t.Error(isNew, err)
			}
		})
	}
	storing.Wait()
	if n := len(all(t, b)); n != messages {
		t.Errorf("%d are stored", n)
	}
}

// enqueue puts texts for a peer into the outbox.
func enqueue(t *testing.T, b *mailbox.Mailbox, peer string, texts ...string) []*mailbox.Outgoing {
	t.Helper()
	var queued []*mailbox.Outgoing
	for _, text := range texts {
		o, err := b.Enqueue(t.Context(), peer, mailbox.Auto, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		queued = append(queued, o)
	}
	return queued
}

const last = 1 << 60

// living is the opinion that the named claims are alive.
func living(claims ...string) func(string) bool {
	return func(claim string) bool { return slices.Contains(claims, claim) }
}

// TestNextKeepsOrder gives a peer's messages out one at a time, oldest first, and no later one while the first is
// being sent.
func TestNextKeepsOrder(t *testing.T) {
	b := fresh(t)
	enqueue(t, b, "p", "1", "2")
	first, err := b.Next(t.Context(), mailbox.Queue{Peer: "p"}, last, "me", living("me"))
	if err != nil || string(first.Body) != "1" {
		t.Fatalf("%+v, %v", first, err)
	}
	theirs := living("me")
	if o, err := b.Next(t.Context(), mailbox.Queue{Peer: "p"}, last, "other", theirs); !errors.Is(err, mailbox.ErrTaken) {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err := b.Next(t.Context(), mailbox.Queue{Peer: "q"}, last, "other", living()); o != nil || err != nil {
		t.Errorf("%+v, %v", o, err)
	}
	if err := b.Deliver(t.Context(), first, ""); err != nil {
		t.Fatal(err)
	}
	second, err := b.Next(t.Context(), mailbox.Queue{Peer: "p"}, last, "other", living())
	if err != nil || string(second.Body) != "2" {
		t.Errorf("%+v, %v", second, err)
	}
}

// TestDeadSender gives a frame out again whose sender died, and never a plain text, which may have arrived.
func TestDeadSender(t *testing.T) {
	b := fresh(t)
	queued := enqueue(t, b, "p", "plain", "frame")
	plain, err := b.Next(t.Context(), mailbox.Queue{Peer: "p"}, last, "dead", living())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Risk(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		o, err := b.Next(t.Context(), mailbox.Queue{Peer: "p"}, last, "dead too", living())
		if err != nil || o.ID != queued[1].ID {
			t.Errorf("%+v, %v", o, err)
		}
	}
	o, err := b.Outgoing(t.Context(), plain.ID)
	if err != nil || o.State != mailbox.Unknown || o.Failure == "" {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err = b.Take(t.Context(), plain.ID, "me", living()); err != nil || string(o.Body) != "plain" {
		t.Errorf("the user may not take the risk: %+v, %v", o, err)
	}
}

// TestNumbersAreNotUsedTwice, because they are the sequence in frames.
func TestNumbersAreNotUsedTwice(t *testing.T) {
	b := fresh(t)
	first := enqueue(t, b, "p", "1")[0]
	if err := b.Remove(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if second := enqueue(t, b, "p", "2")[0]; second.Number <= first.Number {
		t.Errorf("%d after %d", second.Number, first.Number)
	}
}

// TestLast shows both halves of the conversation with how far each message has come.
func TestLast(t *testing.T) {
	b := fresh(t)
	queued := enqueue(t, b, "p", "delivered", "dropped", "waiting", "unknown")
	if err := errors.Join(b.Deliver(t.Context(), queued[0], ""), b.Remove(t.Context(), queued[1]),
		b.Settle(t.Context(), queued[3], mailbox.Unknown, "silence")); err != nil {
		t.Fatal(err)
	}
	early, late := frame("early"), frame("late")
	early.Received, late.Received = queued[0].Queued.Add(-time.Second), queued[3].Queued.Add(time.Second)
	store(t, b, early)
	store(t, b, late)
	for n, want := range map[int][]string{
		9: {"early", "delivered delivered", "waiting queued", "unknown unknown", "late"},
		2: {"unknown unknown", "late"},
	} {
		lines, err := b.Last(t.Context(), n, 100)
		if err != nil {
			t.Fatal(err)
		}
		var have []string
		for _, l := range lines {
			if l.Sent != nil {
				have = append(have, string(l.Sent.Body)+" "+string(l.Sent.State))
			} else {
				have = append(have, string(l.Received.Body))
			}
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("the last %d:\n%s", n, diff)
		}
	}
	if left, err := b.Outbox(t.Context()); err != nil || len(left) != 2 {
		t.Errorf("%d are left, %v", len(left), err)
	}
	beginning, err := b.Last(t.Context(), 3, 4)
	if err != nil || string(beginning[0].Sent.Body) != "wait" || beginning[0].Length != len("waiting") ||
		string(beginning[2].Received.Body) != "late" || beginning[2].Length != len("late") {
		t.Errorf("beginnings: %+v, %v", beginning, err)
	}
}

// TestPins takes what is proved over what is claimed, and never another key.
func TestPins(t *testing.T) {
	b := fresh(t)
	const address = "192.0.2.1:7117"
	claimed, proved := lanchat.Key{1}, lanchat.Key{2}
	learn := func(p mailbox.Peer) error { p.Address = address; return b.Learn(t.Context(), p) }
	peer := func() *mailbox.Peer {
		p, err := b.Peer(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := peer(); p.Address != address || p.Pinned || p.Frames {
		t.Errorf("a stranger is %+v", p)
	}
	if err := learn(mailbox.Peer{Key: claimed, Name: "claims", Frames: true}); err != nil || peer().Pinned {
		t.Errorf("%+v, %v", peer(), err)
	}
	if err := learn(mailbox.Peer{Key: proved, Name: "proves", Pinned: true}); err != nil || peer().Key != proved ||
		!peer().Frames {
		t.Errorf("%+v, %v", peer(), err)
	}
	if err := learn(mailbox.Peer{Key: claimed, Name: "claims"}); err != nil || peer().Key != proved ||
		peer().Name != "proves" {
		t.Errorf("%+v, %v", peer(), err)
	}
	var changed *lanchat.ChangedKeyError
	if err := learn(mailbox.Peer{Key: claimed, Pinned: true}); !errors.As(err, &changed) || peer().Key != proved {
		t.Errorf("%+v, %v", peer(), err)
	}
	if err := b.Forget(t.Context(), "proves"); err != nil || peer().Pinned {
		t.Errorf("%+v, %v", peer(), err)
	}
	if err := b.Forget(t.Context(), "proves"); !errors.Is(err, mailbox.ErrNotFound) {
		t.Errorf("err %v", err)
	}
}

// TestNames prefers the proved one of a name, and does not choose between equals.
func TestNames(t *testing.T) {
	b := fresh(t)
	for _, p := range []mailbox.Peer{
		{Address: "192.0.2.1:1", Name: "anna", Key: lanchat.Key{1}},
		{Address: "192.0.2.2:1", Name: "anna", Key: lanchat.Key{2}},
	} {
		if err := b.Learn(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	var ambiguous *mailbox.AmbiguousError
	if _, err := b.Peer(t.Context(), "anna"); !errors.As(err, &ambiguous) ||
		!strings.Contains(err.Error(), "192.0.2.2:1") {
		t.Errorf("err %v", err)
	}
	pinned := mailbox.Peer{Address: "192.0.2.2:1", Name: "anna", Key: lanchat.Key{2}, Pinned: true}
	if err := b.Learn(t.Context(), pinned); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Peer(t.Context(), "anna"); err != nil || p.Address != "192.0.2.2:1" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := b.Peer(t.Context(), "bohdan"); !errors.Is(err, mailbox.ErrNotFound) {
		t.Errorf("err %v", err)
	}
}

// TestRemoved takes messages out of the inbox: none is shown again, no number is used twice, and a repeated frame
// is known still.
func TestRemoved(t *testing.T) {
	b := fresh(t)
	old, last := frame("old"), frame("last")
	old.Received = time.Now().AddDate(0, 0, -8)
	for _, m := range []*lanchat.Message{old, last} {
		if !store(t, b, m) {
			t.Fatal("not fresh")
		}
	}
	if n, err := b.Prune(t.Context(), time.Now().AddDate(0, 0, -7)); n != 1 || err != nil {
		t.Errorf("%d pruned, %v", n, err)
	}
	if err := b.RemoveReceived(t.Context(), last.ID); err != nil {
		t.Error(err)
	}
	if err := b.RemoveReceived(t.Context(), last.ID); !errors.Is(err, mailbox.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	err := b.After(t.Context(), 0, func(m *lanchat.Message) error {
		t.Errorf("left: %q", m.Body)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	number := last.Number
	if store(t, b, last) {
		t.Error("a repeated frame is new")
	}
	next := frame("next")
	if !store(t, b, next) || next.Number <= number {
		t.Errorf("number %d after %d", next.Number, number)
	}
}
