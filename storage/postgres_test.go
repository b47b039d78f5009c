package storage_test

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestPostgres(t *testing.T) {
	server := storagetest.Postgres(t)
	dsn := server.Database(t)
	db := open(t, dsn)
	if db.Reader != db.DB {
		t.Error("PostgreSQL has two pools")
	}
	if exists, err := db.Exists(); !exists || err != nil {
		t.Errorf("Exists() = %v, %v", exists, err)
	}
	execute(t, db, "CREATE TABLE t (id int, text text, bytes bytea, moment timestamptz)")
	execute(
		t,
		db,
		"INSERT INTO t VALUES (?, ?, ?, '2026-02-28T23:59:59.123456Z')",
		1,
		`O'Brien ї \ ?`,
		[]byte{0, 255, '\\'},
	)
	var row struct {
		ID     int
		Text   string
		Bytes  []byte
		Moment string
	}
	if err := db.NewSelect().Table("t").Column("id", "text", "bytes", "moment").Scan(t.Context(), &row); err != nil {
		t.Fatal(err)
	}
	if row.Text != `O'Brien ї \ ?` || string(row.Bytes) != "\x00\xff\\" || !strings.HasPrefix(row.Moment, "2026-02-28") {
		t.Errorf("read back %+v", row)
	}

	missing, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	missing.Path, missing.User = "/none", url.UserPassword("postgres", "HUNTER2")
	if _, err := storage.Open(t.Context(), missing.String()); err == nil || !strings.Contains(err.Error(), missing.Host) ||
		!strings.Contains(err.Error(), `database "none" does not exist`) || strings.Contains(err.Error(), "HUNTER2") {
		t.Errorf("a missing database: %v", err)
	}
}

// A pool survives its server's sudden death: the first query after the restart may fail, the next one works.
func TestPostgresServerKilled(t *testing.T) {
	server := storagetest.Postgres(t)
	db := open(t, server.Database(t))
	execute(t, db, "CREATE TABLE t (x int); INSERT INTO t VALUES (1)")
	server.Kill(t)
	if _, err := db.ExecContext(t.Context(), "INSERT INTO t VALUES (2)"); err == nil {
		t.Error("a dead server took a row")
	}
	server.Restart(t)
	if n := count(t, db, "t"); n != 1 {
		t.Errorf("%d rows after the restart, want 1", n)
	}
}

// Two attempts, with TLS and without, are one error of one line.
func TestPostgresThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		err = listener.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = storage.Open(t.Context(), "postgres://u:secret@"+listener.Addr().String()+"/x")
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("%v", err)
	}
}
