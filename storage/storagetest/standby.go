package storagetest

import (
	"fmt"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
)

// Standby starts a PostgreSQL server that follows a private one and answers only reads. Through gives the URL of a
// database on it.
func Standby(t testing.TB, primary *Server) *Server {
	t.Helper()
	primary.need(t)
	port := freePort(t)
	s := &Server{
		kind: "PostgreSQL standby",
		URL:  fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port),
		port: port,
		command: func(s *Server) *exec.Cmd {
			return exec.Command("sh", "-c", `
				set -e
				[ -e data ] || "$0/pg_basebackup" -h 127.0.0.1 -p "$2" -U postgres -D data --write-recovery-conf \
					--checkpoint=fast --no-sync
				rm -f data/postmaster.pid
				chmod 700 data
				exec "$0/postgres" -D data -h 127.0.0.1 -p "$1" -k "" -c fsync=off -c timezone=UTC -c max_connections=200`,
				postgresBin(), strconv.Itoa(port), strconv.Itoa(primary.port))
		},
		ready:    pingPostgres,
		stopWith: syscall.SIGINT,
	}
	s.start(t)
	return s
}
