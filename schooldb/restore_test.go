package schooldb

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// What pg_dump writes, all of it or the data alone, psql loads without an error, and the sums are right.
func testDump(t *testing.T, server *storagetest.Server) {
	consoletest.Need(t, "pg_dump", "postgresql-client")
	consoletest.Need(t, "psql", "postgresql-client")
	address := server.Database(t)
	s := openMigrated(t, address)
	o := SeedOptions{Students: 30, Groups: 3, Subjects: 4, Teachers: 2, Grades: 9, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), GradeKind, Key{ID: 270}); err != nil {
		t.Fatal(err)
	}
	for name, restore := range map[string]struct {
		flags []string
		into  func(address string)
	}{
		"whole":            {nil, func(string) {}},
		"data, new tables": {[]string{"--data-only"}, func(address string) { openMigrated(t, address) }},
		"inserts, new table": {
			[]string{"--data-only", "--column-inserts"}, func(address string) { openMigrated(t, address) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			into := server.Database(t)
			restore.into(into)
			dump := exec.Command("pg_dump", append(restore.flags, address)...)
			load := exec.Command("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", into)
			var out, complaints strings.Builder
			load.Stdout, load.Stderr, dump.Stderr = &out, &complaints, &complaints
			var err error
			if load.Stdin, err = dump.StdoutPipe(); err != nil {
				t.Fatal(err)
			}
			if err := dump.Start(); err != nil {
				t.Fatal(err)
			}
			loaded, dumped := load.Run(), dump.Wait()
			if loaded != nil || dumped != nil {
				t.Fatalf("pg_dump: %v, psql: %v\n%s", dumped, loaded, complaints.String())
			}
			restored := openMigrated(t, into)
			verified(t, restored, "a restore")
			query, _ := QueryByName("top-students")
			if want, got := ask(t, s, query, Parameters{}), ask(t, restored, query, Parameters{}); want[0] != got[0] {
				t.Errorf("want %s, got %s", want, got)
			}
			// The number of the removed grade is not given again there either.
			key, err := restored.Add(t.Context(), &Grade{Student: 1, Subject: 1, Mark: 1, Day: "2026-01-01"})
			if err != nil || key.ID != 271 {
				t.Errorf("the next grade: %v %v", key, err)
			}
			verified(t, restored, "a change after a restore")
		})
	}
}
