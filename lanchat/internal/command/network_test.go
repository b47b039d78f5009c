package command_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
)

// host is a computer of a network that exists only in this kernel: a network namespace.
type host struct {
	name, address string
}

// network returns two hosts on one wire.
func network(t *testing.T) (a, b host) {
	t.Helper()
	consoletest.Need(t, "ip", "iproute2")
	id := fmt.Sprint(rand16())
	a, b = host{"lca" + id, "10.77.1.1"}, host{"lcb" + id, "10.77.1.2"}
	for _, h := range []host{a, b} {
		if out, err := exec.Command("ip", "netns", "add", h.name).CombinedOutput(); err != nil {
			privileged(t, "ip netns add", fmt.Errorf("%w: %s", err, out))
		}
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", h.name).Run() })
	}
	run(t, "ip", "-n", a.name, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", b.name)
	for _, h := range []host{a, b} {
		run(t, "ip", "-n", h.name, "link", "set", "lo", "up")
		run(t, "ip", "-n", h.name, "addr", "add", h.address+"/24", "dev", "eth0")
		run(t, "ip", "-n", h.name, "link", "set", "eth0", "up")
		run(t, "ip", "-n", h.name, "route", "add", "224.0.0.0/4", "dev", "eth0")
	}
	return a, b
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

// exec returns the prefix that runs a program on h.
func (h host) exec(args ...string) []string {
	return append([]string{"ip", "netns", "exec", h.name}, args...)
}

// lanchat runs a command on h, which has to succeed.
func (h host) lanchat(t *testing.T, args ...string) string {
	t.Helper()
	all := h.exec(append([]string{"lanchat"}, args...)...)
	return run(t, all[0], all[1:]...)
}

// TestTwoHosts lets two computers talk both ways over a wire that loses packets, breaks, and gets other addresses.
func TestTwoHosts(t *testing.T) {
	t.Parallel()
	a, b := network(t)
	dataA, dataB := t.TempDir(), t.TempDir()
	la := listen(t, dataA, ":7117", a.exec()...)
	listen(t, dataB, ":7117", b.exec()...)

	a.lanchat(t, "send", "--data", dataA, b.address+":7117", "a to b")
	b.lanchat(t, "send", "--data", dataB, a.address+":7117", "b to a")

	// Pairing makes both sides speak frames through TLS, in both directions.
	a.lanchat(t, "pair", "--yes", "--data", dataA, b.address+":7117")
	a.lanchat(t, "send", "--data", dataA, b.address+":7117", "secret")
	b.lanchat(t, "send", "--data", dataB, a.address+":7117", "answer")
	if out := b.lanchat(t, "inbox", "--data", dataB, "--json"); !strings.Contains(out, `"text":"secret"`) ||
		!strings.Contains(out, `"key":"`) {
		t.Errorf("not through TLS: %s", out)
	}
	if out := a.lanchat(t, "inbox", "--data", dataA, "--json"); !strings.Contains(out, `"text":"answer"`) ||
		!strings.Contains(out, `"key":"`) {
		t.Errorf("the answer is not through TLS: %s", out)
	}

	// Every tenth packet is lost, in both directions.
	consoletest.Need(t, "iptables", "iptables")
	for _, h := range []host{a, b} {
		args := h.exec("iptables", "-A", "INPUT", "-m", "statistic", "--mode", "random", "--probability", "0.1", "-j", "DROP")
		run(t, args[0], args[1:]...)
	}
	for n := range consoletest.Count(10, 200) {
		a.lanchat(t, "send", "--wait", "--timeout", "60s", "--data", dataA, b.address+":7117", fmt.Sprint("lossy ", n))
	}
	for _, h := range []host{a, b} {
		args := h.exec("iptables", "-F")
		run(t, args[0], args[1:]...)
	}

	// The wire breaks; the message is kept and arrives when the wire is whole again, by itself.
	run(t, "ip", "-n", a.name, "link", "set", "eth0", "down")
	cut := a.exec("lanchat", "send", "--timeout", "1s", "--data", dataA, b.address+":7117", "after the cut")
	if err := exec.Command(cut[0], cut[1:]...).Run(); err == nil {
		t.Error("OK without a wire")
	}
	run(t, "ip", "-n", a.name, "link", "set", "eth0", "up")
	waitText(t, dataB, "after the cut")

	// The address of b changes; its key does not.
	run(t, "ip", "-n", b.name, "addr", "del", b.address+"/24", "dev", "eth0")
	run(t, "ip", "-n", b.name, "addr", "add", "10.77.1.9/24", "dev", "eth0")
	a.lanchat(t, "send", "--wait", "--data", dataA, "10.77.1.9:7117", "new address")
	waitText(t, dataB, "new address")

	want := []string{"a to b", "secret", "after the cut", "new address"}
	for n := range consoletest.Count(10, 200) {
		want = append(want, fmt.Sprint("lossy ", n))
	}
	check(t, stored(t, dataB), want)
	check(t, stored(t, dataA), []string{"b to a", "answer"})
	_ = la
}

// waitText returns when text is stored in data.
func waitText(t *testing.T, data, text string) {
	t.Helper()
	for stored(t, data)[text] == 0 {
		if t.Context().Err() != nil {
			t.Fatalf("%q does not arrive", text)
		}
	}
}

// TestNeighbours finds a peer by the name that it announces, and says who does not answer and why.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	a, b := network(t)
	dataA, dataB := t.TempDir(), t.TempDir()
	announce := b.exec("lanchat", "listen", "--name", "Bohdan у залі", "--data", dataB)
	cmd := exec.Command(announce[0], announce[1:]...)
	consoletest.Tie(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for !strings.Contains(a.lanchat(t, "peers", "--json", "--data", dataA), `"name":"Bohdan у залі"`) {
		if t.Context().Err() != nil {
			t.Fatal("nobody is found")
		}
	}
	a.lanchat(t, "send", "--data", dataA, "Bohdan у залі", "by name")
	waitText(t, dataB, "by name")

	doctor := func(want string, args ...string) {
		t.Helper()
		all := a.exec(append([]string{"lanchat", "doctor", "--json", "--no-mdns", "--data", dataA}, args...)...)
		out, err := exec.Command(all[0], all[1:]...).Output()
		if !strings.Contains(string(out), want) {
			t.Errorf("doctor %v does not say %q: %s %v", args, want, out, err)
		}
	}
	doctor("somebody listens", b.address+":7117")
	doctor(`"side":"there","what":"no listener`, b.address+":7118")
	doctor(`"side":"there","what":"wrong address`, "10.77.1.200:7117")
	doctor(`"side":"here","what":"no network`, "192.0.2.1:7117")
	consoletest.Need(t, "iptables", "iptables")
	args := b.exec("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "7119", "-j", "DROP")
	run(t, args[0], args[1:]...)
	doctor(`"side":"there","what":"firewall`, b.address+":7119")
	args = a.exec(
		"iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", "7120", "-j", "REJECT", "--reject-with", "icmp-admin-prohibited",
	)
	run(t, args[0], args[1:]...)
	doctor(`"side":"between","what":"firewall`, b.address+":7120")
}

// crowd is a program of the test: it holds as many connections to an address as it may, says how many, and for each
// line that it reads says how many of them the other side has not ended.
func crowd() {
	var held []net.Conn
	for range 400 { // as many as TestCrowd thinks
		conn, err := net.Dial("tcp", os.Args[1])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		held = append(held, conn)
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		alive := held[:0]
		for _, conn := range held {
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
			if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
				alive = append(alive, conn)
			}
		}
		held = alive
		fmt.Println(len(held))
	}
}

// TestCrowd lets one address hold at least 64 connections and not all there are; neither keeps another address out.
// When the crowd vanishes without a word, as computers do, its connections are freed by their deadlines, and a listener
// that ends does not wait for them.
func TestCrowd(t *testing.T) {
	t.Parallel()
	a, b := network(t)
	consoletest.Need(t, "iptables", "iptables")
	data := t.TempDir()
	l := listen(t, data, ":7117", b.exec()...)
	args := a.exec("crowd", b.address+":7117")
	cmd := exec.Command(args[0], args[1:]...)
	consoletest.Tie(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	const tried = 400
	held := tried
	for held == tried { // until the refusals have arrived
		_, _ = io.WriteString(in, "\n")
		if _, err := fmt.Fscan(out, &held); err != nil || held < 64 {
			t.Fatalf("%d connections are held, %v", held, err)
		}
	}
	b.lanchat(t, "send", "--data", t.TempDir(), b.address+":7117", "from another address")
	waitText(t, data, "from another address")

	drop := b.exec("iptables", "-A", "INPUT", "-s", a.address, "-j", "DROP")
	run(t, drop[0], drop[1:]...)
	_ = cmd.Process.Kill() // what it says on its way is not heard
	if n := l.sockets(t); n < held {
		t.Errorf("%d sockets, %d connections are held", n, held)
	}
	for range consoletest.Count(0, 1) {
		for l.sockets(t) > 64 {
			if t.Context().Err() != nil {
				t.Fatal("connections of a computer that has gone are not freed")
			}
		}
	}
	_ = l.Process.Signal(syscall.SIGTERM)
	if code := l.end(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// sockets returns how many sockets the listener's process has.
func (l *listener) sockets(t *testing.T) int {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", l.Process.Pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil && strings.HasPrefix(to, "socket:") {
			n++
		}
	}
	return n
}
