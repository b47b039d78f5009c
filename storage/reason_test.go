package storage_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/pythonweb/goweb/console/consoletest"
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
		nowhere: {`: database "nowhere" does not exist`, "createdb"},
		"postgres://user@127.0.0.1:1/db": {
			"connect to PostgreSQL at 127.0.0.1:1: connection refused", "is the server running",
		},
		"postgres://user@nobody.invalid/db": {": no host is known as nobody.invalid", "check the address"},
		"sqlite:" + text:                    {text + ": the file is not a SQLite database", "name another file"},
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
	checkReason(
		t,
		fmt.Errorf("save: %w", err),
		"save: the database is read-only: the server is a standby, or it or the user is set to read-only",
		"may write",
	)
	for _, lost := range []error{driver.ErrBadConn, pgconn.ErrConnClosed, io.ErrUnexpectedEOF, net.ErrClosed} {
		checkReason(t, fmt.Errorf("save: %w", lost), "save: the connection to the server was lost", "is the server running")
	}
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

// Every code of the servers' own lists is plain words with something to do, without codes, types or names of users.
func TestReasonOfEveryCode(t *testing.T) {
	list, err := filepath.Glob("/usr/share/postgresql/*/errcodes.txt")
	if err != nil || len(list) == 0 {
		consoletest.Missing(t, "no list of PostgreSQL's codes: install the Debian package postgresql")
	}
	text, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`(?m)^([0-9A-Z]{5}) +[EWS] `).FindAllStringSubmatch(string(text), -1)
	if len(codes) < 200 {
		t.Fatalf("%d codes", len(codes))
	}
	for _, code := range codes {
		server := &pgconn.PgError{Severity: "ERROR", Code: code[1], Message: "said by the server", Detail: "user=teacher"}
		got, hint := storage.Reason(fmt.Errorf("save: %w", server))
		if !strings.HasPrefix(got, "save: ") || len(got) < 20 || hint == "" || strings.Contains(got, code[1]) ||
			strings.Contains(got+hint, "SQLSTATE") ||
			strings.Contains(got, "teacher") {
			t.Errorf("%s: %q (%q)", code[1], got, hint)
		}
	}
	for code, message := range map[string]string{
		"28P01": `password authentication failed for user "teacher"`,
		"28000": `no pg_hba.conf entry for host "::1", user "teacher"`,
		"53300": `too many connections for role "teacher"`,
	} {
		if got, hint := storage.Reason(&pgconn.PgError{Code: code, Message: message}); strings.Contains(got+hint, "teacher") {
			t.Errorf("%s: %q (%q)", code, got, hint)
		}
	}
}
