package storagetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Redis starts a Redis server that keeps nothing on disk, so that a Restart finds it empty. The arguments are
// further arguments of redis-server, such as "--maxmemory", "2mb". A test that gives any is skipped where
// TEST_REDIS_URL names a server, whose configuration is its owner's.
func Redis(t testing.TB, arguments ...string) *Server {
	t.Helper()
	if address := os.Getenv("TEST_REDIS_URL"); address != "" {
		if len(arguments) > 0 {
			t.Skipf("the server at TEST_REDIS_URL has no %s", strings.Join(arguments, " "))
		}
		return &Server{kind: "Redis", URL: address}
	}
	program, err := exec.LookPath("redis-server")
	if err != nil {
		missing(t, "redis-server is not installed (Debian package redis-server)")
	}
	port := freePort(t)
	s := &Server{
		kind: "Redis",
		URL:  fmt.Sprintf("redis://127.0.0.1:%d/0", port),
		port: port,
		command: func(s *Server) *exec.Cmd {
			return exec.Command(program, append([]string{
				"--bind", "127.0.0.1", "--port", strconv.Itoa(s.port), "--save", "", "--appendonly", "no",
				"--loglevel", "warning",
			}, arguments...)...)
		},
		ready:    pingRedis,
		stopWith: syscall.SIGTERM,
	}
	s.start(t)
	return s
}

func pingRedis(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "PING\r\n"); err != nil {
		return err
	}
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "+PONG\r\n" {
		return fmt.Errorf("PING was answered by %q (%w)", line, err)
	}
	return nil
}
