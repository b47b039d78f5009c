package station_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path, name string) *station.Station {
	t.Helper()
	s, err := station.Open(t.Context(), path, station.Options{Name: name, Unannounced: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// serve lets a station listen until the function that it returns is called.
func serve(t *testing.T, s *station.Station, received chan *lanchat.Message) (l *station.Listening, stop func()) {
	t.Helper()
	l, err := s.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- l.Serve(ctx, station.Receiver{
			Received: func(m *lanchat.Message) { received <- m }, Paired: func(lanchat.Pairing) {}, Log: t.Logf,
		})
	}()
	return l, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestAcquaintance makes two stations know each other by one secure message: where the other listens, how it is called,
// and its key, so that the answer goes through TLS unasked.
func TestAcquaintance(t *testing.T) {
	a, b := open(t, t.TempDir(), "anna"), open(t, t.TempDir(), "bohdan")
	atA, atB := make(chan *lanchat.Message, 1), make(chan *lanchat.Message, 1)
	la, stopA := serve(t, a, atA)
	defer stopA()
	lb, stopB := serve(t, b, atB)
	defer stopB()
	say := func(from *station.Station, to, text string, mode mailbox.Mode) {
		t.Helper()
		o, err := from.Mailbox.Enqueue(t.Context(), to, mode, []byte(text))
		if err == nil {
			err = from.Courier.Deliver(t.Context(), o)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	say(a, lb.Addr().String(), "hello", mailbox.Secure)
	if m := <-atB; !m.Proved || m.Sender != a.Identity.Key() || m.Name != "anna" || m.ReplyPort != la.Addr().Port() {
		t.Errorf("%+v", m)
	}
	say(b, "anna", "hello yourself", mailbox.Auto)
	if m := <-atA; !m.Proved || m.Sender != b.Identity.Key() {
		t.Errorf("%+v", m)
	}
}

// TestOneListens refuses a second listener on the directory while the first lives, and lets it send.
func TestOneListens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	a, again := open(t, path, ""), open(t, path, "")
	received := make(chan *lanchat.Message, 1)
	l, stop := serve(t, a, received)
	if _, err := again.Listen(t.Context(), "127.0.0.1:0"); !errors.Is(err, datadir.ErrInUse) {
		t.Errorf("err %v", err)
	}
	o, err := again.Mailbox.Enqueue(t.Context(), l.Addr().String(), mailbox.Plain, []byte("beside"))
	if err == nil {
		err = again.Courier.Deliver(t.Context(), o)
	}
	if err != nil {
		t.Error(err)
	}
	<-received
	stop()
	_, stop = serve(t, again, received)
	stop()
}
