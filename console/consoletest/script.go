package consoletest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Scripts runs every *.txtar and *.txt script in dir (see [testscript]), each as a subtest of its own, in parallel, in
// a fresh directory which is also HOME. Besides testscript's commands they have:
//
//	exits CODE PROGRAM ARG...    run a program; it has to end with exactly this code (stdout, stderr, stdin as with exec)
//	start NAME PROGRAM ARG...    start a program in the background; what the command stdin has set is its input, without
//	                             that it waits for lines (stdout and stderr are overwritten)
//	type NAME WORD...            write a line to the program's stdin
//	eof NAME                     close the program's stdin
//	await NAME stdout|stderr RE  wait until what the program has written matches
//	signal NAME SIGNAL           send INT, TERM, HUP, QUIT, KILL, STOP, CONT, USR1 or USR2
//	ended NAME CODE              wait until the program has ended, with this code (128 and the number when a signal
//	                             killed it); stdout and stderr then hold what it wrote
//
// The environment has the given variables, "NAME=VALUE", besides testscript's. Programs that a script leaves running
// are killed at its end. With UPDATE=1 in the environment the files that cmp compares are rewritten.
func Scripts(t *testing.T, dir string, env ...string) {
	t.Helper()
	for _, pattern := range []string{"*.txtar", "*.txt"} {
		if files, _ := filepath.Glob(filepath.Join(dir, pattern)); len(files) > 0 {
			testscript.Run(t, params(dir, env))
			return
		}
	}
	t.Fatalf("no scripts in %s", dir)
}

func params(dir string, variables []string) testscript.Params {
	return testscript.Params{
		Dir:           dir,
		UpdateScripts: os.Getenv("UPDATE") == "1",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("LC_ALL", "C.UTF-8")
			env.Setenv("TZ", "UTC")
			env.Vars = append(env.Vars, variables...)
			env.Values[processesKey] = map[string]*process{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "start": start, "await": await, "type": write, "eof": endInput, "signal": send, "ended": ended,
		},
	}
}

// exits runs a program and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want := number(ts, args[0])
	if got := exitCode(ts, ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("%q exited with %d, want %d", args[1:], got, want)
	}
}

// exitCode returns the code as a shell reports it.
func exitCode(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	if err == nil {
		return 0
	}
	if !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

func number(ts *testscript.TestScript, s string) int {
	n, err := strconv.Atoi(s)
	ts.Check(err)
	return n
}

func compile(ts *testscript.TestScript, s string) *regexp.Regexp {
	re, err := regexp.Compile("(?m)" + s)
	ts.Check(err)
	return re
}
