package storagetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres starts a PostgreSQL server, which takes about a second: let subtests share one and give each its own
// Database. Its text is UTF-8 in the C collation. It does not wait for the disk, so what survives Kill need not survive
// a power failure.
func Postgres(t testing.TB) *Server {
	t.Helper()
	if address := os.Getenv("TEST_POSTGRES_URL"); address != "" {
		return &Server{kind: "PostgreSQL", URL: address}
	}
	bin := postgresBin()
	if bin == "" {
		missing(t, "PostgreSQL is not installed (Debian package postgresql)")
	}
	port := freePort(t)
	s := &Server{
		kind: "PostgreSQL",
		URL:  fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port),
		port: port,
		command: func(s *Server) *exec.Cmd {
			return exec.Command("sh", "-c", `
				set -e
				[ -e data ] || "$0/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C \
					--no-sync --no-instructions
				rm -f data/postmaster.pid
				exec "$0/postgres" -D data -h 127.0.0.1 -p "$1" -k "" -c fsync=off -c timezone=UTC -c max_connections=200`,
				bin, strconv.Itoa(s.port))
		},
		ready:    pingPostgres,
		stopWith: syscall.SIGINT, // fast shutdown
	}
	s.start(t)
	return s
}

// Database creates an empty database on a PostgreSQL server and returns its URL. It is dropped when the test ends.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return s.DatabaseWith(t, "")
}

// DatabaseWith is Database with options of CREATE DATABASE, such as "TEMPLATE template0 ENCODING 'LATIN1'".
func (s *Server) DatabaseWith(t testing.TB, options string) string {
	t.Helper()
	address, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal("TEST_POSTGRES_URL is not a URL")
	}
	name := databaseName()
	s.admin(t, "CREATE DATABASE "+name+" "+options)
	if s.dir == "" { // a private server is removed as a whole
		t.Cleanup(func() { s.admin(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	}
	address.Path = "/" + name
	return address.String()
}

// Role creates a user with these options of CREATE ROLE, on a private server, and returns the URL of database for that
// user.
func (s *Server) Role(t testing.TB, database, options string) string {
	t.Helper()
	s.need(t)
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	name := databaseName()
	s.admin(t, "CREATE ROLE "+name+" LOGIN "+options)
	address.User = url.User(name)
	return address.String()
}

// databaseName returns a name that no other test uses.
func databaseName() string { return "test_" + strings.ToLower(rand.Text()) }

// Admin runs a statement as superuser in the server's main database.
func (s *Server) Admin(t testing.TB, statement string) {
	t.Helper()
	s.admin(t, statement)
}

// admin runs a statement in the server's main database.
func (s *Server) admin(t testing.TB, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

func pingPostgres(ctx context.Context, address string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// postgresBin returns the directory of the newest installed PostgreSQL's programs, "" if there is none. Debian keeps
// them off PATH.
func postgresBin() string {
	newest, directory := -1, ""
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	for _, initdb := range found {
		bin := filepath.Dir(initdb)
		if version, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && version > newest {
			newest, directory = version, bin
		}
	}
	if initdb, err := exec.LookPath("initdb"); err == nil && directory == "" {
		directory = filepath.Dir(initdb)
	}
	return directory
}
