package resp

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
)

// Numbers and names of the file are found here; all else is left to those who can ask the network.
func TestTarget(t *testing.T) {
	hosts := filepath.Join(t.TempDir(), "hosts")
	const text = "127.0.0.1 localhost\n::1 six # seven\n10.0.0.1\tmy.host  alias\nnonsense eight\n"
	if err := os.WriteFile(hosts, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"localhost:1": "127.0.0.1:1", "192.0.2.1:2": "192.0.2.1:2", "[2001:db8::2]:3": "[2001:db8::2]:3",
		"six:4": "[::1]:4", "MY.host:4": "10.0.0.1:4", "alias:4": "10.0.0.1:4",
		"seven:4": "", "eight:4": "", "none.test:4": "", "alias:x": "", "alias:99999": "", "a:1,b:2": "",
	} {
		ip, port, err := target(host, hosts)
		if want == "" {
			if !errors.Is(err, ErrElsewhere) {
				t.Errorf("%s: %v, %d, %v", host, ip, port, err)
			}
			continue
		}
		number, _ := netip.AddrFromSlice(ip)
		if got := netip.AddrPortFrom(number, uint16(port)).String(); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", host, got, err, want)
		}
	}
}

// Whatever is a number here is the same one to package net/netip.
func FuzzNumbers(f *testing.F) {
	for _, text := range []string{
		"127.0.0.1", "1.2.3.4.5", "01.2.3.4", "1.2.3", "::", "::1", "1::", "2001:db8::2", "1:2:3:4:5:6:7:8", "1:2",
		"1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "1::2::3", ":::", "12345::", "::ffff:1.2.3.4", "fe80::1%eth0", "+1::",
		"::1:", "", ":1:2:3:4:5:6:7",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, ip := range [][]byte{parseIP4(text), parseIP6(text)} {
			if ip == nil {
				continue
			}
			got, _ := netip.AddrFromSlice(ip)
			if want, err := netip.ParseAddr(text); err != nil || got != want {
				t.Errorf("%q: %s, %v; want %s", text, got, err, want)
			}
		}
	})
}
