package storage_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// A user reads what is wrong and what to do, without codes.
func TestReason(t *testing.T) {
	server := storagetest.Postgres(t)
	nowhere := strings.Replace(server.URL, "/postgres?", "/nowhere?", 1)
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for dsn, want := range map[string][2]string{
		nowhere:                             {`: database "nowhere" does not exist`, "createdb"},
		"postgres://user@127.0.0.1:1/db":    {"connect to PostgreSQL at 127.0.0.1:1: connection refused", "is the server running"},
		"postgres://user@nobody.invalid/db": {": no computer is known as nobody.invalid", "check the address"},
		"sqlite:" + text:                    {text + ": the file is no SQLite database", "name another file"},
	} {
		_, err := storage.Open(t.Context(), dsn)
		checkReason(t, err, want[0], want[1])
	}
	db, err := storage.Open(t.Context(), server.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "BEGIN READ ONLY; CREATE TABLE t (i INTEGER)")
	checkReason(t, fmt.Errorf("save: %w", err), "save: cannot execute CREATE TABLE in a read-only transaction", "may write")
	for _, other := range []error{errors.New("other"), sql.ErrNoRows, os.ErrNotExist} {
		if text, hint := storage.Reason(other); text != "" || hint != "" {
			t.Errorf("%v: %q (%q)", other, text, hint)
		}
	}
}

func checkReason(t *testing.T, err error, text, hint string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %s", text)
	}
	gotText, gotHint := storage.Reason(err)
	if !strings.HasSuffix(gotText, text) || !strings.Contains(gotHint, hint) {
		t.Errorf("%v: %q (%q), want %q (%q)", err, gotText, gotHint, text, hint)
	}
}
