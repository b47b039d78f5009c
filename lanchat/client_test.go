package lanchat_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/lanchat"
)

func client(t *testing.T) *lanchat.Client {
	t.Helper()
	identity, err := lanchat.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return &lanchat.Client{Identity: identity, Name: "caller", ReplyPort: 7}
}

// TestRefusedBeforeTheEnd tells what the known address has answered, not that the time was over while another one was
// looked for.
func TestRefusedBeforeTheEnd(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	closed.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	over := errors.New("the time is over")
	_, err = client(t).Send(ctx, lanchat.Route{Address: address, Elsewhere: func(ctx context.Context) (string, error) {
		cancel(over)
		return "", context.Cause(ctx)
	}}, lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte("hi")})
	if !errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, over) {
		t.Error(err)
	}
}

func TestSend(t *testing.T) {
	s := start(t, nil)
	c := client(t)
	long := strings.Repeat("довгий текст ", 100_000)
	for _, tc := range []struct {
		name  string
		route lanchat.Route
		body  string
		want  string
	}{
		{"plain", lanchat.Route{}, "hi", "hi\n"},
		{"plain with newline", lanchat.Route{}, "hi\n", "hi\n"},
		{"plain and long", lanchat.Route{}, long, long + "\n"},
		{"framed", lanchat.Route{Frames: true}, "hi", "hi"},
		{"framed and long", lanchat.Route{Frames: true}, long, long},
		{"secure", lanchat.Route{Secure: true}, "hi", "hi"},
		{"secure and long", lanchat.Route{Secure: true}, long, long},
		{"pinned", lanchat.Route{Pin: s.identity.Key().Pin()}, "hi\n", "hi\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.route.Address = s.address
			key, err := c.Send(t.Context(), tc.route, lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte(tc.body)})
			if err != nil {
				t.Fatal(err)
			}
			secure := tc.route.Secure || !tc.route.Pin.IsZero()
			if secure != (key == s.identity.Key()) {
				t.Errorf("peer key %x", key)
			}
			m := <-s.received
			if string(m.Body) != tc.want {
				t.Errorf("received %.40q, want %.40q", m.Body, tc.want)
			}
			if m.Proved != secure || (m.Name == "caller") != (secure || tc.route.Frames) {
				t.Errorf("proved %v, name %q", m.Proved, m.Name)
			}
		})
	}
}

func TestRepeatedFrameIsStoredOnce(t *testing.T) {
	s := start(t, nil)
	c := client(t)
	post := lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte("once")}
	for _, route := range []lanchat.Route{{Frames: true}, {Frames: true}, {Secure: true}} {
		route.Address = s.address
		if _, err := c.Send(t.Context(), route, post); err != nil {
			t.Fatal(err)
		}
	}
	s.stop()
	if diff := cmp.Diff([]string{"once"}, s.texts()); diff != "" {
		t.Error(diff)
	}
	if n := len(s.received); n != 1 {
		t.Errorf("received %d times", n)
	}
}

func TestChangedKeyIsRefused(t *testing.T) {
	s := start(t, nil)
	other, err := lanchat.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	route := lanchat.Route{Address: s.address, Pin: other.Key().Pin()}
	_, err = client(t).Send(t.Context(), route, lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte("secret")})
	var changed *lanchat.ChangedKeyError
	if !errors.As(err, &changed) || changed.Have != s.identity.Key().Pin() {
		t.Errorf("err %v", err)
	}
	var failed *lanchat.SendError
	if !errors.As(err, &failed) || failed.Reached {
		t.Errorf("the message has left: %v", err)
	}
	s.stop()
	if len(s.texts()) > 0 {
		t.Errorf("stored %q", s.texts())
	}
}

// peer answers every connection with the parts, each in a segment of its own, and stays open when asked to.
func peer(t *testing.T, stay bool, parts ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.ReadAll(conn)
		for _, part := range parts {
			_, _ = io.WriteString(conn, part)
		}
		if stay {
			<-t.Context().Done()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return listener.Addr().String()
}

func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		name  string
		stay  bool
		parts []string
		ok    bool
	}{
		{"OK", false, []string{"OK"}, true},
		{"with a newline", false, []string{"OK\n"}, true},
		{"with CR LF", false, []string{"OK\r\n"}, true},
		{"split", false, []string{"O", "K", "\r", "\n"}, true},
		{"stays open", true, []string{"OK"}, true},
		{"stays open after a line", true, []string{"OK\r\n"}, true},
		{"nothing", false, nil, false},
		{"half", false, []string{"O"}, false},
		{"lower case", false, []string{"ok"}, false},
		{"more", false, []string{"OK", "AY"}, false},
		{"a greeting", true, []string{"220 mail"}, false},
		{"two lines", false, []string{"OK\nOK\n"}, false},
		{"silence", true, nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			_, err := client(t).Send(
				ctx, lanchat.Route{Address: peer(t, tc.stay, tc.parts...)},
				lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte("hi")},
			)
			if (err == nil) != tc.ok {
				t.Errorf("err %v", err)
			}
			var failed *lanchat.SendError
			if err != nil && (!errors.As(err, &failed) || !failed.Reached) {
				t.Errorf("a plain message that left is not marked so: %v", err)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	_, err = client(t).Send(
		t.Context(), lanchat.Route{Address: listener.Addr().String()},
		lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte("hi")},
	)
	var failed *lanchat.SendError
	if !errors.As(err, &failed) || failed.Reached {
		t.Errorf("err %v", err)
	}
}

func TestHello(t *testing.T) {
	s := start(t, nil)
	for _, route := range []lanchat.Route{{}, {Secure: true}} {
		route.Address = s.address
		reply, err := client(t).Hello(t.Context(), route)
		if err != nil {
			t.Fatal(err)
		}
		if reply.Name != "station" || reply.Sender != s.identity.Key() {
			t.Errorf("reply %+v", reply)
		}
	}
}

// TestPair lets neither side hold a pairing before both people have confirmed the same code; on first use nobody
// is asked.
func TestPair(t *testing.T) {
	for _, tc := range []struct {
		name              string
		firstUse          bool
		caller, called    bool
		confirmed, failed bool
	}{
		{"both", false, true, true, true, false},
		{"the called side says no", false, true, false, false, true},
		{"the caller says no", false, false, true, false, false},
		{"on first use", true, true, false, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			shown := make(chan lanchat.Pairing, 2)
			s := start(t, func(server *lanchat.Server) {
				server.Paired = func(p lanchat.Pairing) { shown <- p }
				server.Compare = func(ctx context.Context, p lanchat.Pairing) (bool, error) {
					if tc.firstUse {
						<-ctx.Done() // nobody is there
						return false, ctx.Err()
					}
					return tc.called, nil
				}
			})
			c := client(t)
			p, err := c.Pair(t.Context(), s.address, tc.firstUse, func(p lanchat.Pairing) (bool, error) {
				there := <-shown
				if there.Code != p.Code || len(p.Code) != 8 || there.Confirmed {
					t.Errorf("here %q, there %+v", p.Code, there)
				}
				return tc.caller, nil
			})
			if (err != nil) != tc.failed || p.Confirmed != tc.confirmed {
				t.Fatalf("pairing %+v, %v", p, err)
			}
			if !tc.confirmed {
				select {
				case there := <-shown:
					t.Errorf("confirmed there: %+v", there)
				default:
				}
				return
			}
			there := <-shown
			if !there.Confirmed || there.FirstUse != tc.firstUse || there.Peer != c.Identity.Key() || there.Name != "caller" ||
				there.Address.Port() != 7 {
				t.Errorf("there %+v", there)
			}
			if p.Peer != s.identity.Key() || p.FirstUse != tc.firstUse {
				t.Errorf("here %+v", p)
			}
		})
	}
}
