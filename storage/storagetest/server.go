// Package storagetest starts private servers for tests: PostgreSQL, Redis, and one that speaks MongoDB's protocol. Each
// listens on a loopback port of its own choice, keeps its data in a temporary directory of its own, and is removed with
// it when the test ends, even if the test's process is killed.
//
//	func TestStore(t *testing.T) {
//		server := storagetest.Postgres(t)
//		db, err := storage.Open(t.Context(), server.Database(t)) // a new, empty database
//		…
//		server.Freeze(t) // now see what the code does about it
//	}
//
// Where TEST_POSTGRES_URL, TEST_REDIS_URL or TEST_MONGO_URL names a running server, that one is used, and tests that
// stop or freeze it are skipped. Where a server is not installed the test is skipped and says so; with
// REQUIRE_SERVICES=1 it fails.
package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take to start or stop on a busy machine.
const patience = 2 * time.Minute

// attempt is how long one attempt to reach a starting server may take: a lost connection must not use up all patience.
const attempt = 5 * time.Second

// Server is a running server. Its methods fail the test when they cannot do what they say.
type Server struct {
	// URL is the server's address, which every client library understands.
	URL string

	kind     string
	port     int
	dir      string // contains the data; empty for a server that somebody else runs
	command  func(*Server) *exec.Cmd
	prepare  func() error // what dir needs before the first start; may be nil
	ready    func(ctx context.Context, url string) error
	stopWith syscall.Signal
	asRoot   bool // the program may be where only root can read

	process  *exec.Cmd
	exited   chan struct{} // closed when process has ended
	log      *log
	watchdog io.WriteCloser // see startWatchdog
}

// start starts a private server and has it stopped when the test ends.
func (s *Server) start(t testing.TB) {
	t.Helper()
	s.dir = temporaryDirectory(t)
	s.log = &log{}
	done := s.startWatchdog(t)
	t.Cleanup(func() {
		if s.running() {
			s.signalAll(syscall.SIGKILL)
			<-s.exited
		}
		s.report("")
		_ = s.watchdog.Close()
		<-done
		if t.Failed() {
			t.Logf("%s:\n%s", s.kind, s.log)
		}
	})
	if s.prepare != nil {
		if err := s.prepare(); err != nil {
			t.Fatal(err)
		}
	}
	s.launch(t)
}

// launch starts the server's process and waits until it answers.
func (s *Server) launch(t testing.TB) {
	t.Helper()
	s.process = s.command(s)
	s.process.Dir = s.dir
	s.process.Stdout, s.process.Stderr = s.log, s.log
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C must not reach it
	if !s.asRoot {
		s.process.SysProcAttr.Credential = credential()
	}
	if err := s.process.Start(); err != nil {
		t.Fatalf("start %s: %v", s.kind, err)
	}
	exited := make(chan struct{})
	s.exited = exited
	process := s.process
	go func() {
		defer close(exited)
		_ = process.Wait()
	}()
	s.report(strconv.Itoa(s.process.Process.Pid))

	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.reach(ctx)
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-exited:
			t.Fatalf("%s exited at once:\n%s", s.kind, s.log)
		case <-ctx.Done():
			t.Fatalf("%s does not answer: %v\n%s", s.kind, err, s.log)
		}
	}
}

// reach tries once to reach the server.
func (s *Server) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	return s.ready(ctx, s.URL)
}

// Stop asks the server to end and waits until it has.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.need(t)
	s.signal(t, s.stopWith)
	s.wait(t)
}

// Kill ends the server with SIGKILL: it gets no chance to write anything.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.need(t)
	s.signalAll(syscall.SIGKILL)
	s.wait(t)
}

// Freeze halts the server's processes (SIGSTOP): connections stay open and nothing answers, until Continue.
func (s *Server) Freeze(t testing.TB) {
	t.Helper()
	s.need(t)
	s.signalAll(syscall.SIGSTOP)
}

// Continue resumes a frozen server.
func (s *Server) Continue(t testing.TB) {
	t.Helper()
	s.need(t)
	s.signalAll(syscall.SIGCONT)
}

// Restart starts the server again on the same port with what it has kept, after killing it if it runs.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.need(t)
	if s.running() {
		s.Kill(t)
	}
	s.launch(t)
}

// need skips a test that must control the server if somebody else runs it.
func (s *Server) need(t testing.TB) {
	t.Helper()
	if s.dir == "" {
		t.Skipf("%s runs elsewhere and cannot be stopped by a test", s.kind)
	}
}

func (s *Server) running() bool {
	if s.exited == nil {
		return false
	}
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

func (s *Server) signal(t testing.TB, signal syscall.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(signal); err != nil {
		t.Fatalf("signal %v to %s: %v", signal, s.kind, err)
	}
}

// signalAll signals the server and its children: PostgreSQL has one for every connection.
func (s *Server) signalAll(signal syscall.Signal) {
	pid := s.process.Process.Pid
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	_ = s.process.Process.Signal(signal)
	for child := range strings.FieldsSeq(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, signal)
		}
	}
}

func (s *Server) wait(t testing.TB) {
	t.Helper()
	select {
	case <-s.exited:
		s.report("")
	case <-time.After(patience):
		t.Fatalf("%s does not end:\n%s", s.kind, s.log)
	}
}

// startWatchdog starts a process that outlives this one: when its input ends, because the test is over or its process
// was killed, it kills the server whose process id it was told last and removes the directory. The channel is closed
// when it has.
func (s *Server) startWatchdog(t testing.TB) <-chan struct{} {
	t.Helper()
	const script = `
		while read -r line; do pid=$line; done
		if [ -n "$pid" ]; then
			children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
			kill -KILL $pid $children 2>/dev/null
		fi
		for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$0" 2>/dev/null && break; sleep 0.2; done`
	watchdog := exec.Command("sh", "-c", script, s.dir)
	watchdog.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := watchdog.StdinPipe()
	if err == nil {
		err = watchdog.Start()
	}
	if err != nil {
		t.Fatalf("start the watchdog of %s: %v", s.kind, err)
	}
	s.watchdog = input
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = watchdog.Wait()
	}()
	return done
}

// report tells the watchdog which process to kill.
func (s *Server) report(pid string) { _, _ = io.WriteString(s.watchdog, pid+"\n") }

// temporaryDirectory makes a directory that the server's user owns. t.TempDir is of no use to another user.
func temporaryDirectory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "storagetest-")
	if err != nil {
		t.Fatal(err)
	}
	if c := credential(); c != nil {
		if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// credential is the user that servers run as when the tests run as root, which PostgreSQL refuses.
func credential() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if errors.Join(err1, err2) == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// freePort returns a port on which nothing listens.
func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

// missing skips the test, or fails it under REQUIRE_SERVICES=1.
func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("REQUIRE_SERVICES") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf("SKIPPED: "+format, args...)
}

// log keeps what a server writes.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
