package storagetest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// PgBouncer starts a pooler in front of a private PostgreSQL server. It shares the server's connections between
// transactions, as most installations do. Its program is in the Debian package pgbouncer.
func PgBouncer(t testing.TB, postgres *Server) *Server {
	t.Helper()
	postgres.need(t)
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	if _, err := os.Stat(program); err != nil {
		missing(t, "PgBouncer is not installed (Debian package pgbouncer)")
	}
	port := freePort(t)
	s := &Server{
		kind: "PgBouncer",
		URL:  fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port),
		port: port,
		command: func(s *Server) *exec.Cmd {
			return exec.Command(program, filepath.Join(s.dir, "pgbouncer.ini"))
		},
		ready:    pingPostgres,
		stopWith: syscall.SIGTERM,
	}
	s.prepare = func() error {
		settings := fmt.Sprintf(
			"[databases]\n* = host=127.0.0.1 port=%d\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\n"+
				"auth_type = trust\nauth_file = users\nauth_user = postgres\nunix_socket_dir =\npool_mode = transaction\n"+
				"max_client_conn = 500\ndefault_pool_size = 3\n",
			postgres.port,
			port,
		)
		return errors.Join(
			os.WriteFile(filepath.Join(s.dir, "pgbouncer.ini"), []byte(settings), 0o644),
			os.WriteFile(filepath.Join(s.dir, "users"), []byte(`"postgres" ""`+"\n"), 0o644))
	}
	s.start(t)
	return s
}

// Through returns a database's URL as it is reached through s: a pooler, a proxy or a standby of its server.
func (s *Server) Through(t testing.TB, database string) string {
	t.Helper()
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	address.Host = fmt.Sprintf("127.0.0.1:%d", s.port)
	return address.String()
}
