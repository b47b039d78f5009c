package resp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dnsServer answers questions for the given names, and says of others that there are none.
func dnsServer(t *testing.T, records map[string]string) (port uint16) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(reply(buffer[:n], records), from)
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return uint16(conn.LocalAddr().(*net.UDPAddr).Port)
}

// reply answers a question by another name, and the address of that.
func reply(query []byte, records map[string]string) []byte {
	var labels []string
	rest := query[12:]
	for rest[0] != 0 {
		labels = append(labels, string(rest[1:1+rest[0]]))
		rest = rest[1+rest[0]:]
	}
	kind := binary.BigEndian.Uint16(rest[1:])
	answer := append([]byte(nil), query...)
	answer[2] |= 0x80
	address, err := netip.ParseAddr(records[strings.Join(labels, ".")])
	switch {
	case err != nil:
		answer[3] |= 3
	case address.Is4() == (kind == typeA):
		answer[7] = 2
		answer = append(answer, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 7, 5, 'a', 'l', 'i', 'a', 's', 0)
		answer = append(answer, 5, 'a', 'l', 'i', 'a', 's', 0, 0, byte(kind), 0, 1, 0, 0, 0, 9, 0, byte(len(address.AsSlice())))
		answer = append(answer, address.AsSlice()...)
	}
	return answer
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	r := resolver{
		hosts: write("hosts", "127.0.0.1 localhost\n::1 six # seven\n10.0.0.1\tmy.host  alias\n"),
		conf:  write("resolv.conf", "; a comment\nnameserver 127.0.0.1\nsearch one.test two.test.\noptions edns0 ndots:2\n"),
		port: dnsServer(t, map[string]string{
			"redis.two.test": "10.0.0.2", "redis.example": "10.0.0.3", "redis.example.one.test": "10.0.0.4",
			"a.b.c": "10.0.0.5", "a.b.c.one.test": "10.0.0.6", "only.six.test": "2001:db8::1",
		}),
	}
	for host, want := range map[string]string{
		"localhost:1": "127.0.0.1:1", "192.0.2.1:2": "192.0.2.1:2", "[2001:db8::2]:3": "[2001:db8::2]:3",
		"six:4": "[::1]:4", "MY.host:4": "10.0.0.1:4", "alias:4": "10.0.0.1:4",
		"redis:4": "10.0.0.2:4", "redis.example:4": "10.0.0.4:4", "redis.example.:4": "10.0.0.3:4", "a.b.c:4": "10.0.0.5:4",
		"only.six.test:4": "[2001:db8::1]:4",
		"seven:4":         "", "none.test:4": "", "redis:x": "", "redis:99999": "", "a..b:4": "", strings.Repeat("x", 64) + ":4": "",
	} {
		got, err := r.target(host)
		if want == "" {
			if err == nil {
				t.Errorf("%s is found: %s", host, got)
			}
		} else if err != nil || got.String() != want {
			t.Errorf("%s: %s, %v; want %s", host, got, err, want)
		}
	}
}

// Whatever a DNS server sends, there is an address or an error, and no panic.
func FuzzDNS(f *testing.F) {
	query, err := question("redis.two.test", typeA)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(reply(query, map[string]string{"redis.two.test": "10.0.0.2"})[2:])
	f.Add(reply(query, nil)[2:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if address, err := addressIn(append(query[:2:2], data...), query, typeA); err != nil && address.IsValid() {
			t.Errorf("%v and %v", address, err)
		}
	})
}
