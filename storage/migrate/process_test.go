package migrate_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// TestMain lets the test binary act as a process that migrates a database, and dies at a certain step if it is told to.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("MIGRATE_TEST_DSN"); dsn != "" {
		dieAt, _ := strconv.Atoi(os.Getenv("MIGRATE_TEST_DIE_AT"))
		if err := migrateAndDie(dsn, dieAt); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// migrateAndDie migrates up, or down if dieAt is negative, prints what it did, and is killed at its |dieAt|-th step.
func migrateAndDie(dsn string, dieAt int) error {
	ctx := context.Background()
	db, err := storage.Open(ctx, dsn)
	if err != nil {
		return err
	}
	m, err := migrate.New(db, three(), migrate.Options{Program: "test"})
	if err != nil {
		return err
	}
	steps := 0
	m.OnStep(func(string) {
		if steps++; steps == max(dieAt, -dieAt) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	})
	var done []string
	if dieAt < 0 {
		done, err = m.Down(ctx, 3)
	} else {
		done, err = m.Up(ctx)
	}
	fmt.Println(strings.Join(done, " "))
	return err
}

// child starts the test binary as a process that migrates.
func child(t *testing.T, dsn string, dieAt int) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "MIGRATE_TEST_DSN="+dsn, "MIGRATE_TEST_DIE_AT="+strconv.Itoa(dieAt))
	output := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, output
}

// backends runs a test with new databases of each kind.
func backends(t *testing.T, test func(t *testing.T, newDSN func(t *testing.T) string)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "a.db") })
	})
	t.Run("postgres", func(t *testing.T) {
		server := storagetest.Postgres(t)
		test(t, func(t *testing.T) string { return server.Database(t) })
	})
}

func openDSN(t *testing.T, dsn string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// A process killed at any step of three migrations leaves a database that the next start completes unaided.
func TestKilledAtEveryStep(t *testing.T) {
	const steps = 3 * 4 // files, and steps of each
	backends(t, func(t *testing.T, newDSN func(t *testing.T) string) {
		for dieAt := 1; dieAt <= steps; dieAt++ {
			for _, direction := range []int{1, -1} {
				t.Run(fmt.Sprintf("%+d", direction*dieAt), func(t *testing.T) {
					t.Parallel()
					dsn := newDSN(t)
					if direction < 0 {
						if up, err := newMigrator(t, openDSN(t, dsn), three()).Up(t.Context()); len(up) != 3 || err != nil {
							t.Fatal(up, err)
						}
					}
					cmd, output := child(t, dsn, direction*dieAt)
					if err := cmd.Wait(); err == nil || cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
						t.Fatalf("the process was not killed: %v\n%s", err, output)
					}
					changed := dieAt / 4 // files whose transaction committed
					want := 3 - changed  // left to apply
					if direction < 0 {
						want = changed
					}
					m := newMigrator(t, openDSN(t, dsn), three())
					plan, err := m.Plan(t.Context())
					if err != nil || len(plan) != want {
						t.Errorf("plan %v (%v), want %d", plan, err, want)
					}
					if up, err := m.Up(t.Context()); err != nil || len(up) != want {
						t.Errorf("up %v (%v), want %d", up, err, want)
					}
					complete(t, dsn)
				})
			}
		}
	})
}

// Processes that start at once run each file once and all succeed.
func TestStartersAtOnce(t *testing.T) {
	backends(t, func(t *testing.T, newDSN func(t *testing.T) string) {
		for range 3 {
			dsn := newDSN(t)
			var cmds []*exec.Cmd
			var outputs []*strings.Builder
			for range 6 {
				cmd, output := child(t, dsn, 0)
				cmds, outputs = append(cmds, cmd), append(outputs, output)
			}
			ran := 0
			for i, cmd := range cmds {
				if err := cmd.Wait(); err != nil {
					t.Errorf("%v: %s", err, outputs[i])
				}
				ran += len(strings.Fields(outputs[i].String()))
			}
			if ran != 3 {
				t.Errorf("%d files ran, want 3", ran)
			}
			complete(t, dsn)
		}
	})
}

// complete checks that the tables are there with their rows, each once.
func complete(t *testing.T, dsn string) {
	t.Helper()
	var rows int
	const count = "SELECT count(*) FROM a JOIN b ON b.a_id = a.id WHERE a.name IS NULL AND b.note = 'what?;'"
	err := openDSN(t, dsn).NewRaw(count).Scan(t.Context(), &rows)
	if err != nil || rows != 1 {
		t.Errorf("%d rows (%v), want 1", rows, err)
	}
}

func TestPostgresErrorNamesFileAndLine(t *testing.T) {
	db := openDSN(t, storagetest.Postgres(t).Database(t))
	m := newMigrator(t, db, files("001_a.up.sql", "CREATE TABLE ї (x int);\n\nINSERT INTO nowhere VALUES (1);"))
	_, err := m.Up(t.Context())
	if err == nil || !strings.Contains(err.Error(), "001_a.up.sql: line 3:") {
		t.Error(err)
	}
	if got := applied(t, m); got != "001_a" {
		t.Error(got)
	}
}
