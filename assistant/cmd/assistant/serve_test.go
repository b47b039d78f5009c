package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// server is a running assistant serve.
type server struct {
	url, addr string
	cmd       *exec.Cmd
	log       *bufio.Reader // what comes on stderr after the address
}

// serve starts a server on a free port, with a store of its own.
func serve(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	return serveStore(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"), env, args...)
}

// serveStore starts a server on a free port.
func serveStore(t *testing.T, store string, env []string, args ...string) *server {
	t.Helper()
	cmd := exec.Command("assistant", append([]string{"--store", store, "serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// A server that has ended already is what most tests want.
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	log := bufio.NewReader(stderr)
	for {
		line, err := log.ReadString('\n')
		if err != nil {
			t.Fatalf("the server ended: %s %v", line, err)
		}
		if url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on "); ok {
			_, rest, _ := strings.Cut(url, "://")
			addr, _, _ := strings.Cut(rest, "/")
			return &server{url, addr, cmd, log}
		}
	}
}

// end sends a signal and returns the exit code.
func (s *server) end(t *testing.T, signal syscall.Signal) int {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(s.log)
	if err != nil || len(rest) > 0 {
		t.Errorf("stderr: %s %v", rest, err)
	}
	_ = s.cmd.Wait() // the exit code says it
	return s.cmd.ProcessState.ExitCode()
}

// TestServe: the server says where it is, answers, is healthy, and ends cleanly with a connection that nobody uses.
func TestServe(t *testing.T) {
	s := serve(t, nil)
	response, err := http.Get(s.url + "/healthz")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response, err)
	}
	_ = response.Body.Close()
	idle, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = idle.Close() }()
	if out, err := exec.Command("assistant", "healthcheck", "--addr", s.addr).CombinedOutput(); err != nil ||
		len(out) > 0 {
		t.Errorf("healthcheck: %s %v", out, err)
	}
	if code := s.end(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	out, err := exec.Command("assistant", "healthcheck", "--addr", s.addr).CombinedOutput()
	want := fmt.Sprintf("assistant: no server answers at %s (start it with assistant serve)\n", s.addr)
	if err == nil || err.Error() != "exit status 1" || string(out) != want {
		t.Errorf("healthcheck of nobody: %v %s", err, out)
	}
}

// TestServeDrains: a request that has begun when SIGTERM comes is answered.
func TestServeDrains(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("correct horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(
		t,
		[]string{"ASSISTANT_OWNER=olena", "ASSISTANT_OWNER_PASSWORD_FILE=" + file},
		"--base-url",
		"https://example.com/book",
	)
	if !strings.HasSuffix(s.url, "/book") {
		t.Error(s.url)
	}
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	body := "name=olena&password=correct+horse"
	head := "POST /book/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
	if _, err := fmt.Fprintf(conn, head, len(body)); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatal(line, err) // the request is in the handler
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.StatusCode != http.StatusSeeOther {
		t.Fatal(response, err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestServeRefuses: what cannot be served ends with its exit code and a line.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env, args []string
		code      int
		text      string
	}{
		{nil, []string{"--addr", "0.0.0.0:0"}, 1, "the server is for this computer alone while there is no account"},
		{[]string{"ASSISTANT_ADDR=:0"}, nil, 1, "the server is for this computer alone while there is no account"},
		{nil, []string{"--auth-header", "Remote-User"}, 2, "needs a trusted proxy"},
		{nil, []string{"--trusted-proxy", "x"}, 2, "is not a network"},
		{[]string{"ASSISTANT_OWNER=olena"}, nil, 2, "ASSISTANT_OWNER and ASSISTANT_OWNER_PASSWORD_FILE belong together"},
		{nil, []string{"--addr", "nowhere"}, 2, "is not an address"},
		{nil, []string{"--base-url", "example.com"}, 2, "is not the address of a server"},
		{[]string{"ASSISTANT_BASE_URL=ftp://x"}, nil, 2, "is not the address of a server"},
		{nil, []string{"--tls-cert", "x"}, 2, "--tls-cert and --tls-key belong together"},
		{nil, []string{"--tls-cert", "none", "--tls-key", "none"}, 4, "no such file"},
	} {
		cmd := exec.Command("assistant", append([]string{"--store", "sqlite::memory:", "serve"}, test.args...)...)
		cmd.Env = append(os.Environ(), test.env...)
		out, _ := cmd.CombinedOutput() // the exit code says it
		if cmd.ProcessState.ExitCode() != test.code || !strings.Contains(string(out), test.text) {
			t.Errorf("%v %v: exit code %d, not %d: %s", test.env, test.args, cmd.ProcessState.ExitCode(), test.code, out)
		}
	}
}

// TestOwnersLink: without an account the server tells a link, by which the owner comes in once.
func TestOwnersLink(t *testing.T) {
	cmd := exec.Command(
		"assistant",
		"--store",
		"sqlite:"+filepath.Join(t.TempDir(), "book.db"),
		"serve",
		"--addr",
		"127.0.0.1:0",
	)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewReader(stderr)
	line, err := log.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(line, "there is no account yet: ")
	link, _, found := strings.Cut(rest, " sets the owner's password")
	if !found {
		t.Fatal(line)
	}
	if line, err = log.ReadString('\n'); err != nil || !strings.HasPrefix(line, "listening on http://127.0.0.1:") {
		t.Fatal(line, err)
	}
	address, token, _ := strings.Cut(link, "?token=")
	form := url.Values{"token": {token}, "name": {"olena"}, "password": {"correct horse"}}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, test := range []struct {
		token, password string
		status          int
	}{
		{"guess", "correct horse", http.StatusForbidden},
		{token, "short", http.StatusUnprocessableEntity},
		{token, "correct horse", http.StatusSeeOther},
		{token, "correct horse", http.StatusForbidden},
	} {
		form.Set("token", test.token)
		form.Set("password", test.password)
		response, err := client.PostForm(address, form)
		if err != nil || response.StatusCode != test.status {
			t.Fatal(test, response, err)
		}
		_ = response.Body.Close()
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
