package quota

import (
	"net/netip"
	"testing"
	"time"
)

var (
	honest   = netip.MustParseAddr("192.0.2.1")
	other    = netip.MustParseAddr("2001:db8::1")
	loopback = netip.MustParseAddr("127.0.0.1")
)

// text is how long a text may be.
const text = 16 << 20

// TestHonestRate lets an address send 100 messages a second for a minute, in bursts of a second, without a wait.
func TestHonestRate(t *testing.T) {
	b, now := New(text), time.Unix(1e9, 0)
	for range 60 {
		for range 100 {
			if wait, ok := b.Admit(honest, now); wait != 0 || !ok {
				t.Fatalf("wait %v, %v", wait, ok)
			}
			b.Leave(honest, 0)
		}
		now = now.Add(time.Second)
	}
}

// TestFlood makes an address wait that sends more, so that it keeps to the rate, and no other address.
func TestFlood(t *testing.T) {
	b, now := New(text), time.Unix(1e9, 0)
	const seconds = 10
	var last time.Duration
	for range addressRate * (seconds + 1) { // a second's worth is free
		wait, ok := b.Admit(honest, now)
		if !ok {
			t.Fatal("refused")
		}
		last = wait
		b.Leave(honest, 0)
	}
	if last != seconds*time.Second {
		t.Errorf("the last waits %v", last)
	}
	for _, addr := range []netip.Addr{other, loopback} {
		if wait, ok := b.Admit(addr, now); wait != 0 || !ok {
			t.Errorf("%s waits %v, %v", addr, wait, ok)
		}
	}
}

// TestConnections gives an address at least 64 connections and not all there are; what it gives back, it gets again.
func TestConnections(t *testing.T) {
	b, now := New(text), time.Unix(1e9, 0)
	held := 0
	for {
		now = now.Add(time.Second)
		if _, ok := b.Admit(honest, now); !ok {
			break
		}
		if held++; held > 10_000 {
			t.Fatal("no bound")
		}
	}
	if held < 64 {
		t.Errorf("only %d connections", held)
	}
	if _, ok := b.Admit(other, now); !ok {
		t.Error("another address is refused")
	}
	for range 10_000 {
		if _, ok := b.Admit(loopback, now); !ok {
			t.Fatal("loopback is bounded")
		}
	}
	b.Leave(honest, 0)
	if _, ok := b.Admit(honest, now); !ok {
		t.Error("refused after one has gone")
	}
}

// TestPartialMemory bounds what unfinished messages hold, of one address and of all together.
func TestPartialMemory(t *testing.T) {
	b, now := New(text), time.Unix(1e9, 0)
	b.Admit(honest, now)
	if err := b.Reserve(honest, addressTexts*text); err != nil {
		t.Error(err)
	}
	if err := b.Reserve(honest, 1); err == nil {
		t.Error("an address may hold any amount")
	}
	if err := b.Reserve(loopback, totalTexts*text-addressTexts*text); err != nil {
		t.Error(err)
	}
	b.Admit(other, now)
	if err := b.Reserve(other, 1); err == nil {
		t.Error("all together may hold any amount")
	}
	b.Leave(honest, addressTexts*text)
	if err := b.Reserve(other, 1); err != nil {
		t.Error(err)
	}
}

// TestAddressesAreForgotten, or an attacker with many addresses would fill the memory.
func TestAddressesAreForgotten(t *testing.T) {
	b, now := New(text), time.Unix(1e9, 0)
	addr := netip.MustParseAddr("2001:db8::")
	for range 100_000 {
		addr = addr.Next()
		now = now.Add(time.Second)
		if _, ok := b.Admit(addr, now); !ok {
			t.Fatal("refused")
		}
		b.Leave(addr, 0)
	}
	if n := len(b.addresses); n > 2000 {
		t.Errorf("%d addresses are remembered", n)
	}
}
