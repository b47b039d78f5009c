package migrate_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/pythonweb/goweb/storage"
	"github.com/pythonweb/goweb/storage/migrate"
)

// BenchmarkCheck reports what it costs to open a SQLite file, to see that its ten migrations have run, and to ask it
// something, as many times what it costs without the check. Processor time, medians of 101 rounds by turns.
func BenchmarkCheck(b *testing.B) {
	files := fstest.MapFS{}
	for i := range 10 {
		name := fmt.Sprintf("%03d_t.up.sql", i+1)
		files[name] = &fstest.MapFile{Data: fmt.Appendf(nil, "CREATE TABLE t%d (x integer NOT NULL);", i)}
	}
	path := "sqlite:" + filepath.Join(b.TempDir(), "x.db")
	open := func(check bool) float64 {
		var before, after syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
		db, err := storage.Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if check {
			m, err := migrate.New(db, files, migrate.Options{Program: "bench"})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := m.Up(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		var n int
		_ = db.Reader.NewRaw("SELECT count(*) FROM t0").Scan(b.Context(), &n) // not there before the first check
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		return float64(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	}
	open(true)
	for b.Loop() {
		var with, without []float64
		for range 101 {
			with, without = append(with, open(true)), append(without, open(false))
		}
		slices.Sort(with)
		slices.Sort(without)
		b.ReportMetric(with[50]/without[50], "check-ratio")
	}
}
