package discovery

import (
	"context"
	"encoding/hex"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pion/mdns/v2"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/lanchat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestNeighbour believes of an announcement what is well formed.
func TestNeighbour(t *testing.T) {
	key := lanchat.Key{1, 2, 3}
	entry := func(k, v string) mdns.TXTEntry { return mdns.TXTEntry{Key: k, Value: []byte(v)} }
	for _, tc := range []struct {
		name string
		text []mdns.TXTEntry
		want Neighbour
	}{
		{
			"whole",
			[]mdns.TXTEntry{entry("frames", "1"), entry("key", hex.EncodeToString(key[:]))},
			Neighbour{Frames: true, Key: key},
		},
		{"bare", nil, Neighbour{}},
		{"short key", []mdns.TXTEntry{entry("key", "0102")}, Neighbour{}},
		{"no key", []mdns.TXTEntry{entry("key", "\x1b[2J")}, Neighbour{}},
		{"frames of another kind", []mdns.TXTEntry{entry("frames", "2"), entry("other", "1")}, Neighbour{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.want.Name, tc.want.Address = "Анна", netip.MustParseAddrPort("192.0.2.1:7117")
			have := neighbour(mdns.ServiceEvent{
				Addr:     netip.MustParseAddr("::ffff:192.0.2.1"),
				Instance: mdns.ServiceInstance{Instance: "Анна", Port: 7117, Text: tc.text},
			})
			if have != tc.want {
				t.Errorf("%+v, want %+v", have, tc.want)
			}
		})
	}
}

// TestLabel cuts a long name at a character's border.
func TestLabel(t *testing.T) {
	if l := label("vm"); l != "vm" {
		t.Errorf("%q", l)
	}
	l := label(strings.Repeat("ї", 40))
	if len(l) > 63 || len(l) < 62 || !utf8.ValidString(l) {
		t.Errorf("%d bytes: %q", len(l), l)
	}
}

// TestGone takes an address back on the wire on which it was announced, unless another interface has it now.
func TestGone(t *testing.T) {
	on := func(name string, addresses ...string) link {
		l := link{Interface: net.Interface{Name: name}}
		for _, a := range addresses {
			l.addresses = append(l.addresses, netip.MustParseAddr(a))
		}
		return l
	}
	before := []link{on("eth0", "192.0.2.1", "192.0.2.2", "192.0.2.3"), on("vpn0", "198.51.100.1")}
	after := []link{on("eth0", "192.0.2.1"), on("wlan0", "192.0.2.3")}
	if lost := gone(before, after, "eth0"); !slices.Equal(lost, []netip.Addr{netip.MustParseAddr("192.0.2.2")}) {
		t.Errorf("on eth0: %v", lost)
	}
	if lost := gone(before, after, "wlan0"); lost != nil {
		t.Errorf("on wlan0: %v", lost)
	}
}

// TestWatchEnds waits for what a watch has started, which ends with its context.
func TestWatchEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := watch(ctx)
	cancel()
	w.running.Wait()
}
