package schooldb_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage/storagetest"
)

// TestStandby: a standby answers queries and makes reports; what would write is told in one line that it cannot, and
// why.
func TestStandby(t *testing.T) {
	primary := storagetest.Postgres(t)
	database := primary.Database(t)
	run := func(address string, args ...string) (stdout, stderr string, code int) {
		cmd := exec.Command("schooldb", append([]string{"--db", address}, args...)...)
		var out, complaints strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &complaints
		if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
			t.Fatal(err)
		}
		return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
	}
	if _, complaints, code := run(database, "seed", "--migrate", "--seed", "1"); code != 0 {
		t.Fatal(complaints)
	}
	want, _, _ := run(database, "query", "top-students", "--json")
	standby := storagetest.Standby(t, primary).Through(t, database)
	if got, complaints, code := run(standby, "query", "top-students", "--json"); code != 0 || got != want {
		t.Errorf("query: exit code %d: %s%s", code, got, complaints)
	}
	page := filepath.Join(t.TempDir(), "report.html")
	if _, complaints, code := run(standby, "report", "--group", "1", "--html", page); code != 0 {
		t.Errorf("report: exit code %d: %s", code, complaints)
	}
	for _, args := range [][]string{
		{"add", "group", "--name", "X-1"},
		{"edit", "group", "1", "--name", "X-1"},
		{"rm", "grade", "1", "--yes"},
		{"verify", "--repair"},
	} {
		_, complaints, code := run(standby, args...)
		if code == 0 || strings.Count(complaints, "\n") != 1 || !strings.Contains(complaints, "standby") {
			t.Errorf("%v: exit code %d: %s", args, code, complaints)
		}
	}
}
