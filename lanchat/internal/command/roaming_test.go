package command_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/pythonweb/goweb/console/consoletest"
)

// wire connects two hosts by a new wire, and gives b an address on it.
func wire(t *testing.T, a, b host, addressB string) {
	t.Helper()
	run(t, "ip", "-n", a.name, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", b.name)
	run(t, "ip", "-n", a.name, "addr", "add", a.address+"/24", "dev", "eth0")
	run(t, "ip", "-n", b.name, "addr", "add", addressB+"/24", "dev", "eth0")
	for _, h := range []host{a, b} {
		run(t, "ip", "-n", h.name, "link", "set", "eth0", "up")
	}
}

// announced starts a listener on h that announces itself, and waits until it listens.
func (h host) announced(t *testing.T, name string, args ...string) (data string, cmd *exec.Cmd) {
	t.Helper()
	data = t.TempDir()
	return data, h.announcedIn(t, data, name, args...)
}

// announcedIn is announced with a data directory that exists.
func (h host) announcedIn(t *testing.T, data, name string, args ...string) *exec.Cmd {
	t.Helper()
	all := h.exec(append([]string{"lanchat", "listen", "--name", name, "--data", data}, args...)...)
	cmd := exec.Command(all[0], all[1:]...)
	consoletest.Tie(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for all := h.exec("lanchat", "healthcheck", "--data", data); exec.Command(all[0], all[1:]...).Run() != nil; {
		if t.Context().Err() != nil {
			t.Fatal("the listener does not answer")
		}
	}
	return cmd
}

// TestRoaming finds a listener by its name after everything that happens to a computer: it was there before the
// network, its address changes, its interface is deleted and made again, and IPv4 goes.
func TestRoaming(t *testing.T) {
	t.Parallel()
	a, b := network(t)
	run(t, "ip", "-n", a.name, "link", "del", "eth0") // no network yet, on either side
	dataB, _ := b.announced(t, "bohdan")
	dataA := t.TempDir()
	say := func(text string) {
		t.Helper()
		a.lanchat(t, "send", "--wait", "--data", dataA, "bohdan", text)
		waitText(t, dataB, text)
	}
	wire(t, a, b, "10.77.1.2")
	// A name that nobody knows is looked for once, so the first message waits for the announcement.
	find := a.exec("lanchat", "send", "--data", dataA, "bohdan", "the network came later")
	for exec.Command(find[0], find[1:]...).Run() != nil {
		if t.Context().Err() != nil {
			t.Fatal("bohdan is not found")
		}
	}
	run(t, "ip", "-n", b.name, "addr", "del", "10.77.1.2/24", "dev", "eth0")
	run(t, "ip", "-n", b.name, "addr", "add", "10.77.1.22/24", "dev", "eth0")
	say("another address")
	run(t, "ip", "-n", b.name, "link", "del", "eth0")
	wire(t, a, b, "10.77.1.33")
	say("another interface")
	run(t, "ip", "-n", b.name, "link", "set", "eth0", "down")
	run(t, "ip", "-n", b.name, "link", "set", "eth0", "up")
	say("down and up")
	// A tunnel, whose addresses nobody here can reach, and a second interface in the same network.
	run(t, "ip", "-n", b.name, "link", "add", "vpn0", "type", "veth", "peer", "name", "vpn1")
	run(t, "ip", "-n", b.name, "addr", "add", "10.200.0.1/24", "dev", "vpn0")
	run(t, "ip", "-n", b.name, "link", "set", "vpn1", "up")
	run(t, "ip", "-n", b.name, "link", "set", "vpn0", "up")
	say("a tunnel is up")
	a.finds(t, "bohdan", "10.77.1.33")
	run(t, "ip", "-n", b.name, "link", "del", "vpn0")
	say("the tunnel is down")
	run(t, "ip", "-n", a.name, "link", "add", "eth1", "type", "veth", "peer", "name", "eth1", "netns", b.name)
	for n, h := range []host{a, b} {
		run(t, "ip", "-n", h.name, "addr", "add", fmt.Sprintf("10.77.1.%d/24", 50+n), "dev", "eth1")
		run(t, "ip", "-n", h.name, "link", "set", "eth1", "up")
	}
	say("two interfaces in one network")
	a.finds(t, "bohdan", "10.77.1.33", "10.77.1.51")
	for _, h := range []host{a, b} {
		run(t, "ip", "-n", h.name, "link", "set", "eth1", "down")
	}
	say("one of them is down")
	run(t, "ip", "-n", b.name, "addr", "del", "10.77.1.33/24", "dev", "eth0")
	run(t, "ip", "-n", a.name, "addr", "del", a.address+"/24", "dev", "eth0")
	say("IPv6 only")
	if peers := a.peers(t, dataA); peers[0].Name != "bohdan" || !peers[0].Answers ||
		!strings.HasPrefix(peers[0].Address, "[fe80::") {
		t.Errorf("not first: %+v", peers)
	}
}

// finds demands that somebody who knows nothing finds a name at one of some addresses, and at no other of IPv4.
func (h host) finds(t *testing.T, name string, addresses ...string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; {
		args := h.exec("lanchat", "peers", "--json", "--data", t.TempDir())
		out, err := exec.Command(args[0], args[1:]...).Output()
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
			var p peerLine
			if err := decoder.Decode(&p); err != nil {
				t.Fatal(err)
			}
			ip, _, _ := net.SplitHostPort(p.Address)
			if p.Name == name && !strings.Contains(ip, ":") && !slices.Contains(addresses, ip) {
				t.Errorf("%s is announced at %s", name, ip)
			}
			found = found || p.Name == name && slices.Contains(addresses, ip)
		}
		if found {
			return
		}
	}
	t.Errorf("nobody finds %s at %v", name, addresses)
}

// peerLine is a line of peers --json.
type peerLine struct {
	Address, Name, Trust string
	Answers, Added       bool
}

// peers returns what a host knows.
func (h host) peers(t *testing.T, data string) []peerLine {
	t.Helper()
	var all []peerLine
	for decoder := json.NewDecoder(strings.NewReader(h.lanchat(t, "peers", "--json", "--data", data))); decoder.More(); {
		var p peerLine
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatal("no peers")
	}
	return all
}

// TestPinnedPeerMoves follows a pinned key to its new address, although another computer has taken the old one; a key
// that is not pinned is not taken for the other either.
func TestPinnedPeerMoves(t *testing.T) {
	t.Parallel()
	for _, pinned := range []bool{true, false} {
		t.Run(fmt.Sprint("pinned ", pinned), func(t *testing.T) {
			t.Parallel()
			a, b := network(t)
			dataB, first := b.announced(t, "bohdan", "--addr", "10.77.1.2:7117")
			dataA := t.TempDir()
			if pinned {
				a.lanchat(t, "pair", "--yes", "--data", dataA, "bohdan")
			}
			a.lanchat(t, "send", "--data", dataA, "bohdan", "before")
			waitText(t, dataB, "before")
			// Another lanchat gets the address; bohdan moves to another one, with his key.
			run(t, "ip", "-n", b.name, "addr", "add", "10.77.1.3/24", "dev", "eth0")
			_ = first.Process.Signal(syscall.SIGTERM)
			_ = first.Wait()
			b.announcedIn(t, dataB, "bohdan", "--addr", "10.77.1.3:7117")
			other, _ := b.announced(t, "carol", "--addr", "10.77.1.2:7117")
			a.lanchat(t, "send", "--wait", "--data", dataA, "bohdan", "after")
			waitText(t, dataB, "after")
			if n := len(stored(t, other)); n != 0 {
				t.Errorf("%d messages for bohdan have reached carol", n)
			}
		})
	}
}

// overhear is a program of the test: it prints the address records of mDNS messages, with their lifetimes.
func overhear() {
	group := &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: 5353}
	eth0, err := net.InterfaceByName("eth0")
	if err != nil {
		panic(err)
	}
	conn, err := net.ListenMulticastUDP("udp4", eth0, group)
	if err != nil {
		panic(err)
	}
	fmt.Println("listening")
	buf := make([]byte, 9000)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			panic(err)
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil {
			continue
		}
		for _, r := range append(m.Answers, m.Additionals...) {
			switch body := r.Body.(type) {
			case *dnsmessage.AResource:
				fmt.Println(net.IP(body.A[:]), r.Header.TTL)
			case *dnsmessage.PTRResource:
				fmt.Println(body.PTR, r.Header.TTL)
			}
		}
	}
}

// lines returns the lines of r, until its end.
func lines(r io.Reader) <-chan string {
	all := make(chan string)
	go func() {
		defer close(all)
		for scanner := bufio.NewScanner(r); scanner.Scan(); {
			all <- scanner.Text()
		}
	}()
	return all
}

// TestWithdrawn hears on the wire that an address which has gone is taken back, and that everything is at the end.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	a, b := network(t)
	args := a.exec("overhear")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	consoletest.Tie(cmd)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	heard := lines(out)
	await := func(want string) {
		t.Helper()
		for line := range heard {
			if line == want {
				return
			}
		}
		t.Fatalf("%q was not heard", want)
	}
	await("listening")
	_, listening := b.announced(t, "bohdan")
	await("10.77.1.2 120")
	run(t, "ip", "-n", b.name, "addr", "add", "10.77.1.22/32", "dev", "eth0")
	await("10.77.1.22 120")
	run(t, "ip", "-n", b.name, "addr", "del", "10.77.1.2/24", "dev", "eth0")
	await("10.77.1.2 0")
	await("10.77.1.22 120")
	_ = listening.Process.Signal(syscall.SIGTERM)
	await("bohdan._lanchat._tcp.local. 0")
	await("10.77.1.22 0")
}

// TestMulticastBlocked gets by without announcements: a peer that was written down, and a doctor who says what is
// missing.
func TestMulticastBlocked(t *testing.T) {
	t.Parallel()
	a, b := network(t)
	consoletest.Need(t, "iptables", "iptables")
	for _, h := range []host{a, b} {
		args := h.exec("iptables", "-A", "INPUT", "-p", "udp", "--dport", "5353", "-j", "DROP")
		run(t, args[0], args[1:]...)
		run(t, "ip", "netns", "exec", h.name, "ip6tables", "-A", "INPUT", "-p", "udp", "--dport", "5353", "-j", "DROP")
	}
	dataB, _ := b.announced(t, "bohdan")
	dataA := t.TempDir()
	doctor := func(peer string, code int) string {
		t.Helper()
		args := a.exec("lanchat", "doctor", "--json", "--data", dataA, peer)
		cmd := exec.Command(args[0], args[1:]...)
		out, _ := cmd.Output()
		if cmd.ProcessState.ExitCode() != code {
			t.Errorf("doctor %s: exit code %d, want %d", peer, cmd.ProcessState.ExitCode(), code)
		}
		return string(out)
	}
	if out := doctor("bohdan", 4); !strings.Contains(out, `"ok":false,"side":"between","what":"multicast`) {
		t.Errorf("doctor does not say multicast: %s", out)
	}
	if out := doctor(b.address, 1); !strings.Contains(out, `"ok":false,"side":"between","what":"multicast`) {
		t.Errorf("doctor does not say multicast: %s", out)
	}
	a.lanchat(t, "peers", "add", "--data", dataA, "neighbour", b.address)
	a.lanchat(t, "send", "--data", dataA, "neighbour", "written down")
	waitText(t, dataB, "written down")
	if p := a.peers(t, dataA); len(p) != 1 || !p[0].Answers || !p[0].Added || p[0].Name != "neighbour" {
		t.Errorf("%+v", p)
	}
}
