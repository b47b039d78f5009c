package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/storage"
)

const (
	processes    = 8
	transactions = 100
)

// TestMain lets the test binary act as one of the processes that share a database.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("STORAGE_TEST_INCREMENT"); dsn != "" {
		if err := increment(context.Background(), dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if file := os.Getenv("STORAGE_TEST_READ"); file != "" {
		if err := readAsNobody(context.Background(), file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// increment adds one to a counter many times, each time reading it first.
func increment(ctx context.Context, dsn string) error {
	db, err := storage.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	const table = "CREATE TABLE IF NOT EXISTS counter (id integer PRIMARY KEY, value int)"
	if _, err := db.ExecContext(ctx, table); err != nil {
		return err
	}
	for range transactions {
		err := db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			var value int
			err := tx.NewRaw("SELECT value FROM counter").Scan(ctx, &value)
			if err != nil && err != sql.ErrNoRows {
				return err
			}
			_, err = tx.ExecContext(
				ctx,
				"INSERT INTO counter VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
				value+1,
			)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Eight processes open a file that does not exist yet and each adds to one counter: no lock error, no lost update.
func TestProcessesShareOneFile(t *testing.T) {
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	var started []*exec.Cmd
	for range processes {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "STORAGE_TEST_INCREMENT="+dsn)
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		started = append(started, child)
	}
	for _, child := range started {
		if err := child.Wait(); err != nil {
			t.Error(err)
		}
	}
	var value int
	if err := open(t, dsn).NewRaw("SELECT value FROM counter").Scan(t.Context(), &value); err != nil ||
		value != processes*transactions {
		t.Errorf("the counter is %d (%v), want %d", value, err, processes*transactions)
	}
}
