package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// numbered opens a file with a table of n rows.
func numbered(t *testing.T, file string, n int) *storage.DB {
	t.Helper()
	db := open(t, "sqlite:"+file)
	for _, text := range []string{
		"CREATE TABLE numbers (n INTEGER PRIMARY KEY, filler TEXT)",
		fmt.Sprintf(`WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < %d)
			INSERT INTO numbers SELECT n, hex(zeroblob(500)) FROM series`, n),
	} {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func rows(t *testing.T, db *storage.DB) (n int) {
	t.Helper()
	if err := db.Reader.NewRaw("SELECT count(*) FROM numbers").Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A copy is whole, and put back under a database that others have open with content in its journal: they see all of it.
func TestBackupAndRestore(t *testing.T) {
	folder := t.TempDir()
	live := numbered(t, filepath.Join(folder, "live.db"), 5000)
	copied := filepath.Join(folder, "a copy? of #1.db")
	if err := storage.Backup(t.Context(), live, copied); err != nil {
		t.Fatal(err)
	}
	if err := storage.Backup(t.Context(), live, copied); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	if _, err := live.ExecContext(t.Context(), "DELETE FROM numbers WHERE n > 3"); err != nil {
		t.Fatal(err)
	}
	other := open(t, "sqlite:"+filepath.Join(folder, "live.db"))
	if got := rows(t, other); got != 3 {
		t.Fatalf("%d rows before", got)
	}
	if err := storage.Restore(t.Context(), live, copied); err != nil {
		t.Fatal(err)
	}
	for name, db := range map[string]*storage.DB{"own": live, "other": other} {
		if got := rows(t, db); got != 5000 {
			t.Errorf("%s: %d rows after, want 5000", name, got)
		}
		if _, err := db.ExecContext(t.Context(), "UPDATE numbers SET filler = '' WHERE n = 1"); err != nil {
			t.Errorf("%s cannot write any more: %v", name, err)
		}
	}
}

// What is no database, is damaged or is called off changes nothing.
func TestRestoreRefuses(t *testing.T) {
	folder := t.TempDir()
	live := numbered(t, filepath.Join(folder, "live.db"), 3)
	good := filepath.Join(folder, "good.db")
	if err := storage.Backup(t.Context(), numbered(t, filepath.Join(folder, "more.db"), 5000), good); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"text": []byte(strings.Repeat("no database\n", 500)), "half": data[:len(data)/2], "empty": {},
	} {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := storage.Restore(t.Context(), live, file); err == nil {
			t.Errorf("%s was taken", name)
		} else if rows(t, live) != 3 {
			t.Errorf("%s: %d rows are left of 3", name, rows(t, live))
		}
	}
	if err := storage.Restore(t.Context(), live, filepath.Join(folder, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := storage.Restore(ended, live, good); err == nil {
		t.Error("it was called off and done")
	}
	memory := open(t, "sqlite::memory:")
	if err := storage.Restore(t.Context(), memory, good); err != nil || rows(t, memory) != 5000 {
		t.Errorf("into memory: %v", err)
	}
}

func TestBackupOfAServer(t *testing.T) {
	db := open(t, storagetest.Postgres(t).URL)
	if err := storage.Backup(t.Context(), db, filepath.Join(t.TempDir(), "x")); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
	if err := storage.Restore(t.Context(), db, "x"); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
}

// A file that may only be read, in a directory that may only be read, is read, though its journal's index cannot be
// made.
func TestReadOnlyFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "read.db")
	if err := numbered(t, file, 7).Close(); err != nil {
		t.Fatal(err)
	}
	copies := filepath.Join(filepath.Dir(folder), "copies")
	if err := os.Mkdir(copies, 0o777); err != nil {
		t.Fatal(err)
	}
	modes := map[string]fs.FileMode{copies: 0o777, filepath.Dir(folder): 0o755, file: 0o444, folder: 0o555}
	for path, mode := range modes {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o755) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "STORAGE_TEST_READ="+file)
	out, err := cmd.CombinedOutput()
	want := "7 rows; this user may not write the file or its directory; " +
		"refused: true, true; copied elsewhere: <nil>\n"
	if string(out) != want {
		t.Errorf("%s (%v), want %s", out, err, want)
	}
}

// readAsNobody says what can be done with a file as a user who may not write it.
func readAsNobody(ctx context.Context, file string) error {
	const nobody = 65534
	if os.Getuid() == 0 {
		if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
			return err
		}
	}
	db, err := storage.Open(ctx, "sqlite:"+file)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var n int
	if err := db.Reader.NewRaw("SELECT count(*) FROM numbers").Scan(ctx, &n); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "DELETE FROM numbers")
	copied := storage.Backup(ctx, db, file+".copy") // in the directory that may not be written
	elsewhere := storage.Backup(ctx, db, filepath.Join(filepath.Dir(filepath.Dir(file)), "copies", "copy.db"))
	fmt.Printf("%d rows; %s; refused: %v, %v; copied elsewhere: %v\n",
		n, db.ReadOnly(), err != nil, copied != nil, elsewhere)
	return nil
}
