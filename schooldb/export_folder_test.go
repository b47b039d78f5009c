package schooldb

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pythonweb/goweb/schooldb/internal/publish"
)

// An export into a folder that holds another one is killed before, between and after the moments at which its files
// come to their places. Whoever reads the folder next finds all of the new files.
func TestExportKilled(t *testing.T) {
	if at := os.Getenv("SCHOOLDB_TEST_EXPORT"); at != "" {
		killExport(t, at)
		return
	}
	school := filepath.Join(t.TempDir(), "school.db")
	s := openMigrated(t, school)
	o := SeedOptions{Students: 9, Groups: 2, Subjects: 3, Teachers: 2, Grades: 5, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	old := t.TempDir()
	if err := s.Export(t.Context(), old, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"groups", "teachers", "subjects", "students"} {
		if _, err := s.db.ExecContext(t.Context(), "UPDATE "+table+" SET name = name || '!'"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.db.ExecContext(t.Context(), "UPDATE grades SET grade = grade + 100"); err != nil {
		t.Fatal(err)
	}
	want := t.TempDir()
	if err := s.Export(t.Context(), want, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	for step := 1; step <= 7; step++ {
		dir := filepath.Join(t.TempDir(), "out")
		if err := os.CopyFS(dir, os.DirFS(old)); err != nil {
			t.Fatal(err)
		}
		command := exec.Command(os.Args[0], "-test.run=^TestExportKilled$")
		command.Env = append(os.Environ(),
			"SCHOOLDB_TEST_EXPORT="+strconv.Itoa(step), "SCHOOLDB_TEST_SCHOOL="+school, "SCHOOLDB_TEST_FOLDER="+dir)
		out, err := command.CombinedOutput()
		if status, ok := command.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
			t.Fatalf("step %d: not killed: %v\n%s", step, err, out)
		}
		reader := openMigrated(t, filepath.Join(t.TempDir(), "new.db"))
		importFrom(t, reader, dir)
		if diff := cmp.Diff(folder(t, want), folder(t, dir)); diff != "" {
			t.Errorf("step %d (-want +got):\n%s", step, diff)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
			t.Errorf("step %d: %s are left", step, left)
		}
		verified(t, reader, "an import of it")
	}
}

// killExport exports, and kills itself at a step.
func killExport(t *testing.T, at string) {
	s, err := Open(t.Context(), os.Getenv("SCHOOLDB_TEST_SCHOOL"))
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	err = s.Export(t.Context(), os.Getenv("SCHOOLDB_TEST_FOLDER"), ExportOptions{step: func() {
		if steps++; strconv.Itoa(steps) == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}})
	t.Fatalf("the export ended: %v", err)
}

// A list that somebody else has written moves nothing that is not an export's.
func TestForeignExportList(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"secret": "x", ".grades.csv.1.tmp": "id\n",
		publish.Unfinished: "secret\n../../x\n.grades.csv./../secret\n.grades.csv.1.tmp",
	})
	if err := publish.Finish(dir, tables()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"secret": "x", "grades.csv": "id\n"}, folder(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
