package command_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

// patience is how long a test waits for a program before it gives up: much longer than any machine needs.
const patience = time.Minute

// listener is a lanchat listen in a process of its own.
type listener struct {
	*exec.Cmd
	address string
	errs    *bufio.Reader
}

// listen starts a listener and waits until it listens. An empty address means any port.
func listen(t *testing.T, data, address string, prefix ...string) *listener {
	t.Helper()
	return listenWith(t, data, address, nil, prefix...)
}

// listenWith is listen with more flags.
func listenWith(t *testing.T, data, address string, flags []string, prefix ...string) *listener {
	t.Helper()
	if address == "" {
		address = "127.0.0.1:0"
	}
	args := append(prefix, "lanchat", "listen", "--no-mdns", "--data", data, "--addr", address)
	args = append(args, flags...)
	l := &listener{Cmd: exec.Command(args[0], args[1:]...)}
	l.Env = append(os.Environ(), "HOME="+t.TempDir())
	consoletest.Tie(l.Cmd)
	stderr, err := l.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Process.Kill(); _ = l.Wait() })
	l.errs = bufio.NewReader(stderr)
	for {
		line, err := l.errs.ReadString('\n')
		if err != nil {
			t.Fatalf("the listener ended: %v", err)
		}
		if found := regexp.MustCompile(`listening on (\S+)`).FindStringSubmatch(line); found != nil {
			l.address = found[1]
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, l.errs) }()
	return l
}

// end waits for the end of the listener and returns its exit code.
func (l *listener) end(t *testing.T) int {
	t.Helper()
	timer := time.AfterFunc(patience, func() { _ = l.Process.Kill() })
	defer timer.Stop()
	_ = l.Wait()
	return l.ProcessState.ExitCode()
}

// stored returns how often each text is in the inbox of data.
func stored(t *testing.T, data string) map[string]int {
	t.Helper()
	box, err := mailbox.Open(t.Context(), filepath.Join(data, "lanchat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	count := map[string]int{}
	err = box.After(t.Context(), 0, func(m *lanchat.Message) error {
		count[strings.TrimSuffix(string(m.Body), "\n")]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// blast sends plain texts by several senders at once until ctx is done, and returns those that got OK.
func blast(ctx context.Context, address, prefix string, senders int) []string {
	var mu sync.Mutex
	var confirmed []string
	var running sync.WaitGroup
	for s := range senders {
		running.Go(func() {
			client := &lanchat.Client{}
			for n := 0; ctx.Err() == nil; n++ {
				text := fmt.Sprintf("%s %d %d", prefix, s, n)
				_, err := client.Send(
					ctx, lanchat.Route{Address: address}, lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte(text)},
				)
				if err != nil {
					if errors.Is(err, syscall.ECONNREFUSED) {
						return
					}
					continue
				}
				mu.Lock()
				confirmed = append(confirmed, text)
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return confirmed
}

// after calls f at a random moment within d.
func after(d time.Duration, f func()) *time.Timer { return time.AfterFunc(rand.N(d), f) }

// TestKillInCommit kills the listener at random moments under load: every text that got OK is there once, none is
// there twice.
func TestKillInCommit(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	var confirmed []string
	for round := range consoletest.Count(3, 100) {
		l := listen(t, data, "")
		ctx, cancel := context.WithCancel(t.Context())
		timer := after(200*time.Millisecond, func() {
			_ = l.Process.Kill()
			cancel()
		})
		confirmed = append(confirmed, blast(ctx, l.address, fmt.Sprint("round ", round), 16)...)
		timer.Stop()
		cancel()
		_ = l.Process.Kill()
		_ = l.Wait()
	}
	check(t, stored(t, data), confirmed)
	t.Logf("%d texts confirmed", len(confirmed))
}

// check demands that every confirmed text is stored once, and no other twice.
func check(t *testing.T, stored map[string]int, confirmed []string) {
	t.Helper()
	for _, text := range confirmed {
		if stored[text] != 1 {
			t.Errorf("%q got OK and is stored %d times", text, stored[text])
		}
	}
	for text, n := range stored {
		if n > 1 {
			t.Errorf("%q is stored %d times", text, n)
		}
	}
}

// deliver is a program of the test: it delivers the outbox of a directory, without the pauses that a courier makes
// after a failure, until it is killed or nothing is left.
func deliver() {
	ctx := context.Background()
	s, err := station.Open(ctx, os.Args[1], station.Options{Name: "sender", Unannounced: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var running sync.WaitGroup
	fmt.Println("ready")
	peers, err := s.Mailbox.Waiting(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, peer := range peers {
		running.Go(func() {
			for s.Courier.DeliverAll(ctx, peer) != nil {
				continue
			}
		})
	}
	running.Wait()
}

// TestNoneLostNoneDoubled swallows a fifth of the OKs and kills both sides at random.
func TestNoneLostNoneDoubled(t *testing.T) {
	t.Parallel()
	messages := consoletest.Count(200, 100_000)
	const peers = 16
	from, to := t.TempDir(), t.TempDir()
	l := listen(t, to, "")
	address := l.address
	sender, err := station.Open(t.Context(), from, station.Options{Unannounced: true})
	if err != nil {
		t.Fatal(err)
	}
	var proxies []string
	for range peers {
		proxies = append(proxies, swallow(t, address))
		peer := mailbox.Peer{Address: proxies[len(proxies)-1], Frames: true}
		if err := sender.Mailbox.Learn(t.Context(), peer); err != nil {
			t.Fatal(err)
		}
	}
	var all []string
	for n := range messages {
		all = append(all, fmt.Sprint("message ", n))
		if _, err := sender.Mailbox.Enqueue(t.Context(), proxies[n%peers], mailbox.Auto, []byte(all[n])); err != nil {
			t.Fatal(err)
		}
	}
	if err := sender.Close(); err != nil {
		t.Fatal(err)
	}

	stop := make(chan struct{})
	var receiving sync.WaitGroup
	receiving.Go(func() {
		for kills := 0; ; kills++ {
			timer := time.NewTimer(rand.N(time.Second) + time.Duration(50*kills)*time.Millisecond)
			select {
			case <-timer.C:
			case <-stop:
				t.Logf("the receiver was killed %d times", kills)
				return
			}
			_ = l.Process.Kill()
			_ = l.Wait()
			l = listen(t, to, address)
		}
	})
	kills := 0
	for done := false; !done; {
		// Each lives longer than the one before, so that a slow machine comes to the end, too.
		life := time.Duration(consoletest.Count(300, 4000)+50*kills) * time.Millisecond
		cmd := exec.Command("deliver", from)
		cmd.Stderr = os.Stderr
		consoletest.Tie(cmd)
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_, _ = bufio.NewReader(stdout).ReadString('\n') // it begins
		timer := after(life, func() { _ = cmd.Process.Kill() })
		err = cmd.Wait()
		timer.Stop()
		if done = err == nil; !done {
			kills++
		}
		if t.Context().Err() != nil {
			t.Fatal("no time left")
		}
	}
	close(stop)
	receiving.Wait()
	_ = l.Process.Kill()
	_ = l.Wait()
	t.Logf("the sender was killed %d times", kills)
	count := stored(t, to)
	if len(count) != messages {
		t.Errorf("%d texts are stored, %d were sent", len(count), messages)
	}
	check(t, count, all)
}

// swallow forwards connections to address, and keeps every fifth answer for itself.
func swallow(t *testing.T, address string) string {
	t.Helper()
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	go func() {
		for {
			client, err := proxy.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				server, err := net.Dial("tcp", address)
				if err != nil {
					return
				}
				defer server.Close()
				go func() { _, _ = io.Copy(server, client) }()
				answer, _ := io.ReadAll(server)
				if rand.N(5) > 0 {
					_, _ = client.Write(answer)
				}
			}()
		}
	}()
	return proxy.Addr().String()
}

// rand16 returns a number that no other test of this computer uses at the moment.
func rand16() int { return rand.N(1 << 16) }
