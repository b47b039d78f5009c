package talk

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// listening opens a station of its own and listens with it.
func listening(t *testing.T) *station.Listening {
	t.Helper()
	s, err := station.Open(t.Context(), t.TempDir(), station.Options{Unannounced: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	l, err := s.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLines says every line of the input and ends when the other side has stored them all.
func TestLines(t *testing.T) {
	there := listening(t)
	ctx, cancel := context.WithCancel(t.Context())
	heard, ended := make(chan string, 2), make(chan error)
	go func() {
		ended <- there.Serve(ctx, station.Receiver{
			Received: func(m *lanchat.Message) { heard <- string(m.Body) }, Log: t.Logf,
		})
	}()
	var out bytes.Buffer
	terminal := &console.Terminal{In: strings.NewReader("first\n\nsecond\n"), Out: &out, Err: &out}
	chat := &Talk{Station: listening(t), Named: there.Addr().String()}
	if err := chat.Lines(t.Context(), terminal, time.Minute); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"first\n", "second\n"} {
		if got := <-heard; got != want {
			t.Errorf("the other side hears %q, want %q", got, want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestTarget sends to whom the user has named, else to whoever wrote last and listens, else to nobody.
func TestTarget(t *testing.T) {
	for _, tc := range []struct {
		name string
		talk *Talk
		want string
		why  string
	}{
		{"named", &Talk{Named: "anna", peer: "192.0.2.7:7117"}, "anna", ""},
		{"wrote last", &Talk{peer: "192.0.2.7:7117", last: "192.0.2.7"}, "192.0.2.7:7117", ""},
		{
			"shown", &Talk{Named: "anna", chosen: "berta", targets: map[string]string{"berta": "192.0.2.8:7117"}},
			"192.0.2.8:7117", "",
		},
		{"does not listen", &Talk{last: "192.0.2.7"}, "", "did not say where it listens"},
		{"nobody", &Talk{}, "", "nobody to send to yet"},
	} {
		got, err := tc.talk.target()
		if got != tc.want || (err == nil) != (tc.why == "") || err != nil && !strings.Contains(err.Error(), tc.why) {
			t.Errorf("%s: %q, %v", tc.name, got, err)
		}
	}
}
