package storagetest_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/mongodb"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestPostgres(t *testing.T) {
	server := storagetest.Postgres(t)
	first, second := server.Database(t), server.Database(t)
	if first == second {
		t.Fatal("two tests have one database")
	}
	db, err := storage.Open(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE t (x text); INSERT INTO t VALUES ('ї')"); err != nil {
		t.Fatal(err)
	}

	server.Freeze(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := db.ExecContext(ctx, "SELECT 1"); err == nil {
		t.Error("a frozen server answered")
	}
	server.Continue(t)
	if _, err := db.ExecContext(t.Context(), "SELECT 1"); err != nil {
		t.Errorf("after Continue: %v", err)
	}

	server.Kill(t)
	server.Restart(t)
	var x string
	if err := db.NewRaw("SELECT x FROM t").Scan(t.Context(), &x); err != nil || x != "ї" {
		t.Errorf("after kill -9 and restart: %q, %v", x, err)
	}
	server.Stop(t)
	server.Restart(t)
}

func TestRedis(t *testing.T) {
	server := storagetest.Redis(t)
	server.Freeze(t)
	server.Continue(t)
	server.Stop(t)
	if conn, err := net.Dial("tcp", host(t, server.URL)); err == nil {
		_ = conn.Close()
		t.Error("a stopped server accepts connections")
	}
	server.Restart(t)
}

// A killed test process leaves no server and no files behind.
func TestServersEndWithTheirTest(t *testing.T) {
	if os.Getenv("STORAGETEST_CHILD") == "1" {
		server := storagetest.Redis(t)
		_, _ = os.Stdout.WriteString("URL " + server.URL + "\n")
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	temporary := t.TempDir()
	if err := os.Chmod(temporary, 0o777); err != nil { // the server runs as another user
		t.Fatal(err)
	}
	if err := os.Chmod(temporary+"/..", 0o755); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestServersEndWithTheirTest$")
	child.Env = append(os.Environ(), "STORAGETEST_CHILD=1", "TEST_REDIS_URL=", "TMPDIR="+temporary)
	output, err := child.Output()
	_, address, found := strings.Cut(string(output), "URL ")
	if !found {
		t.Fatalf("the child started no server: %v\n%s", err, output)
	}
	address, _, _ = strings.Cut(address, "\n")
	consoletest.Eventually(t, "the server is gone", func() bool {
		conn, err := net.Dial("tcp", host(t, address))
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	consoletest.Eventually(t, "its directory is gone", func() bool {
		entries, err := os.ReadDir(temporary)
		return err == nil && len(entries) == 0
	})
}

func host(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func TestMongo(t *testing.T) {
	server := storagetest.Mongo(t)
	address := server.MongoDatabase(t)
	db, err := mongodb.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mongodb.Close(context.Background(), db) }()
	if _, err := db.Collection("t").InsertOne(t.Context(), bson.M{"x": "ї"}); err != nil {
		t.Fatal(err)
	}
	server.Kill(t)
	server.Restart(t)
	if n, err := db.Collection("t").CountDocuments(t.Context(), bson.M{"x": "ї"}); n != 1 || err != nil {
		t.Errorf("%d documents after kill -9 and restart (%v), want 1", n, err)
	}
	server.NeedConditionalWrites(t)
}
