package consoletest

import (
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for a program before it gives up: much longer than any machine needs.
const patience = time.Minute

const processesKey = "processes"

// process is a program that a script has started.
type process struct {
	cmd            *exec.Cmd
	stdin          io.WriteCloser
	stdout, stderr transcript
	ended          chan struct{}
	err            error // of Wait; read after ended is closed
}

// start runs a program in the background.
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME PROGRAM ARG...")
	}
	name := args[0]
	processes := ts.Value(processesKey).(map[string]*process)
	if processes[name] != nil {
		ts.Fatalf("%s is already running", name)
	}
	// env finds the program on the script's own PATH.
	p := &process{cmd: exec.Command("env", args[1:]...), ended: make(chan struct{})}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	Tie(p.cmd)
	environment, input := surroundings(ts)
	p.cmd.Env = environment
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		ts.Fatalf("%v", err)
	}
	ts.Check(p.cmd.Start())
	if input != "" {
		go func() {
			// A program that does not read its input is not an error of the script.
			_, _ = io.WriteString(p.stdin, input)
			_ = p.stdin.Close()
		}()
	}
	processes[name] = p
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	ts.Defer(func() {
		// The whole group: what the program started goes too.
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.ended
	})
}

// surroundings returns the script's environment and what its last stdin command set. testscript keeps both to
// itself, but a program that it runs sees them.
func surroundings(ts *testscript.TestScript) (environment []string, input string) {
	ts.Check(ts.Exec("sh", "-c", `env -0; printf '\0'; cat`))
	before, input, _ := strings.Cut(ts.ReadFile("stdout"), "\x00\x00")
	return strings.Split(before, "\x00"), input
}

// write types a line to a process.
func write(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: type NAME WORD...")
	}
	_, err := io.WriteString(running(ts, args[0]).stdin, strings.Join(args[1:], " ")+"\n")
	ts.Check(err)
}

// endInput closes a process's stdin.
func endInput(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: eof NAME")
	}
	ts.Check(running(ts, args[0]).stdin.Close())
}

// running returns the process of that name.
func running(ts *testscript.TestScript, name string) *process {
	p := ts.Value(processesKey).(map[string]*process)[name]
	if p == nil {
		ts.Fatalf("no program %s was started", name)
	}
	return p
}

// await waits for a pattern in what a process writes.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: await NAME stdout|stderr RE")
	}
	p, re := running(ts, args[0]), compile(ts, args[2])
	stream := &p.stdout
	if args[1] == "stderr" {
		stream = &p.stderr
	}
	timeout := time.After(patience)
	for ended := false; ; {
		text, more := stream.read()
		if re.MatchString(text) {
			return
		}
		if ended {
			ts.Fatalf("%s ended without writing %q\nstdout:\n%sstderr:\n%s", args[0], args[2], &p.stdout, &p.stderr)
		}
		select {
		case <-more:
		case <-p.ended:
			ended = true
		case <-timeout:
			ts.Fatalf("%s does not write %q\nstdout:\n%sstderr:\n%s", args[0], args[2], &p.stdout, &p.stderr)
		}
	}
}

// send sends a signal.
func send(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: signal NAME SIGNAL")
	}
	signals := map[string]syscall.Signal{
		"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "QUIT": syscall.SIGQUIT,
		"KILL": syscall.SIGKILL,
		"STOP": syscall.SIGSTOP, "CONT": syscall.SIGCONT, "USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2,
	}
	sig, ok := signals[args[1]]
	if !ok {
		ts.Fatalf("unknown signal %s", args[1])
	}
	ts.Check(running(ts, args[0]).cmd.Process.Signal(sig))
}

// ended waits for the end of a process.
func ended(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ended NAME CODE")
	}
	p, want := running(ts, args[0]), number(ts, args[1])
	select {
	case <-p.ended:
	case <-time.After(patience):
		ts.Fatalf("%s does not end\nstdout:\n%sstderr:\n%s", args[0], &p.stdout, &p.stderr)
	}
	delete(ts.Value(processesKey).(map[string]*process), args[0])
	_, _ = ts.Stdout().Write([]byte(p.stdout.String()))
	_, _ = ts.Stderr().Write([]byte(p.stderr.String()))
	if got := exitCode(ts, p.err); got != want {
		ts.Fatalf("%s ended with %d, want %d\nstdout:\n%sstderr:\n%s", args[0], got, want, &p.stdout, &p.stderr)
	}
}

// transcript is what a process wrote so far. It can be waited on.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{} // closed when text grows
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text.Write(p)
	if t.more != nil {
		close(t.more)
		t.more = nil
	}
	return len(p), nil
}

// read returns the text so far, and a channel that is closed when there is more.
func (t *transcript) read() (string, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.more == nil {
		t.more = make(chan struct{})
	}
	return t.text.String(), t.more
}

func (t *transcript) String() string {
	text, _ := t.read()
	return text
}
