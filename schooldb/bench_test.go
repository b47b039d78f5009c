package schooldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/uptrace/bun"
	"modernc.org/sqlite/vtab"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/schooldb/internal/bulk"
	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// BenchmarkBun reports, for every query, the CPU time of Ask over that of database/sql with the same SQL on the
// same connections, interleaved, as the median of many rounds; and their geometric mean. SCHOOLDB_DB names the
// database, else 1,000 students with 20 grades are invented.
func BenchmarkBun(b *testing.B) {
	s := openMigrated(b, benchPath(b))
	benchSchool(b, s)
	const rounds, calls = 21, 50
	draw, err := s.Draw(b.Context(), calls)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		product := 1.0
		for _, q := range Queries() {
			var ratios []float64
			peer := newPlain(&q)
			for range rounds {
				ask := cpu(func() {
					for _, p := range draw {
						if _, err := s.Ask(b.Context(), &q, p.For(&q)); err != nil {
							b.Fatal(err)
						}
					}
				})
				without := cpu(func() {
					for _, p := range draw {
						if _, err := peer.ask(b.Context(), s.db.Reader.DB, p.For(&q)); err != nil {
							b.Fatal(err)
						}
					}
				})
				ratios = append(ratios, ask/without)
			}
			slices.Sort(ratios)
			product *= ratios[rounds/2]
			b.ReportMetric(ratios[rounds/2], q.Name+"-ratio")
		}
		b.ReportMetric(math.Pow(product, 1.0/12), "mean-ratio")
	}
}

// BenchmarkCalls reports, for every query, a student's record and a group's term table, the processor time in
// milliseconds of 300 calls with identifiers from all over the school: the median, the 99th percentile and the
// greatest. On a busy machine schooldb bench shows how long calls wait, too.
func BenchmarkCalls(b *testing.B) {
	s := openMigrated(b, benchPath(b))
	benchSchool(b, s)
	draw, err := s.Draw(b.Context(), 300)
	if err != nil {
		b.Fatal(err)
	}
	calls := map[string]func(Parameters) error{
		"student-record": func(p Parameters) error {
			_, err := s.StudentRecord(b.Context(), p.Student, Period{})
			return err
		},
		"term-table": func(p Parameters) error {
			_, err := s.TermTable(b.Context(), p.Group, Period{})
			return err
		},
	}
	for _, q := range Queries() {
		calls[q.Name] = func(p Parameters) error {
			_, err := s.Ask(b.Context(), &q, p.For(&q))
			return err
		}
	}
	for b.Loop() {
		for name, call := range calls {
			var times []float64
			for _, p := range draw {
				times = append(times, 1000*cpu(func() {
					if err := call(p); err != nil {
						b.Fatal(err)
					}
				}))
			}
			slices.Sort(times)
			b.ReportMetric(times[len(times)/2], name+"-median-ms")
			b.ReportMetric(times[len(times)*99/100], name+"-p99-ms")
			b.ReportMetric(times[len(times)-1], name+"-max-ms")
		}
	}
}

// BenchmarkSQLite3 reports, for every query, the CPU time of Ask over that of the sqlite3 program, which reads the same
// statements with the values written in, as one script, from the same file; less what it takes to start. Medians, and
// their geometric mean.
func BenchmarkSQLite3(b *testing.B) {
	consoletest.Need(b, "sqlite3", "sqlite3")
	path := benchPath(b)
	s := openMigrated(b, path)
	benchSchool(b, s)
	const rounds, calls, times = 7, 50, 20
	draw, err := s.Draw(b.Context(), calls)
	if err != nil {
		b.Fatal(err)
	}
	program := func(script string) float64 {
		command := exec.Command("sqlite3", path)
		command.Stdin = strings.NewReader(script)
		if out, err := command.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		return (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
	}
	for b.Loop() {
		product := 1.0
		for _, q := range Queries() {
			var script strings.Builder
			for _, p := range draw {
				p = p.For(&q)
				script.WriteString(
					s.db.Reader.QueryGen().FormatQuery(
						q.sql.In(statement.SQLite), p.Student, p.Subject, p.Group, p.Teacher, DefaultLimit,
					),
				)
				script.WriteString(";\n")
			}
			text := strings.Repeat(script.String(), times)
			var ratios []float64
			for range rounds {
				ours := cpu(func() {
					for range times {
						for _, p := range draw {
							if _, err := s.Ask(b.Context(), &q, p.For(&q)); err != nil {
								b.Fatal(err)
							}
						}
					}
				})
				ratios = append(ratios, ours/max(program(text)-program("SELECT count(*) FROM sqlite_schema;"), 1e-6))
			}
			slices.Sort(ratios)
			product *= ratios[rounds/2]
			b.ReportMetric(ratios[rounds/2], q.Name+"-ratio")
		}
		b.ReportMetric(math.Pow(product, 1.0/12), "mean-ratio")
	}
}

// BenchmarkImportFloor reports what an import of 100,000 grades takes beside the same records from memory, through the
// same driver: into the same tables with their indexes, sums and triggers, and the grades alone into an empty table
// without any. Processor time, less what it takes to invent the records, as part of that of the import.
func BenchmarkImportFloor(b *testing.B) {
	o := SeedOptions{Students: 5000, Groups: 200, Subjects: 20, Teachers: 10, Grades: 20, Seed: 1}
	sources := func(kind Kind) (source, error) { return o.source(kind), nil }
	dir := b.TempDir()
	first := openMigrated(b, filepath.Join(b.TempDir(), "school.db"))
	if err := errors.Join(first.Seed(b.Context(), o), first.Export(b.Context(), dir, ExportOptions{})); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var loads, empties []float64
		for range 3 {
			invented := cpu(func() {
				for _, kind := range Kinds() {
					for src := o.source(kind); src != nil; {
						if _, err := src.next(); err != nil {
							break
						}
					}
				}
			})
			fresh := openMigrated(b, filepath.Join(b.TempDir(), "school.db"))
			imported := cpu(func() {
				if err := fresh.Import(b.Context(), dir, ImportOptions{}); err != nil {
					b.Fatal(err)
				}
			})
			fresh = openMigrated(b, filepath.Join(b.TempDir(), "school.db"))
			load := cpu(func() {
				if err := fresh.bulk(b.Context(), sources, nil); err != nil {
					b.Fatal(err)
				}
			})
			fresh = openMigrated(b, filepath.Join(b.TempDir(), "school.db"))
			empty := cpu(func() { fillEmpty(b, fresh, sources) })
			loads, empties = append(loads, (load-invented)/imported), append(empties, (empty-invented)/imported)
		}
		slices.Sort(loads)
		slices.Sort(empties)
		b.ReportMetric(loads[1], "load-ratio")
		b.ReportMetric(empties[1], "empty-ratio")
	}
}

// fillEmpty loads the grades into a table that has nothing but its key.
func fillEmpty(b *testing.B, s *School, open func(Kind) (source, error)) {
	in := &incoming{open: open, count: map[Kind]int64{}}
	pool, err := s.db.Bulk(sqldb.BulkOptions{CacheKiB: bulkCache, Modules: map[string]vtab.Module{"incoming": in}})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	err = pool.RunInTx(b.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := bulk.SetAside(ctx, tx, tables()); err != nil {
			return err
		}
		return take(ctx, tx, GradeKind)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// benchSchool invents a school unless there is one.
func benchSchool(b *testing.B, s *School) {
	if ids, err := s.Draw(b.Context(), 1); err != nil || len(ids) == 0 {
		o := SeedOptions{Students: 1000, Groups: 40, Subjects: 20, Teachers: 10, Grades: 20, Seed: 1}
		if err := s.Seed(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}

func benchPath(b *testing.B) string {
	if path := os.Getenv("SCHOOLDB_DB"); path != "" {
		return path
	}
	return b.TempDir() + "/school.db"
}

// cpu returns the seconds of processor time that do takes.
func cpu(do func()) float64 {
	var before, after syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	do()
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	used := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
	return time.Duration(used).Seconds()
}

// plain is what a program without bun has: the same statement with SQLite's own placeholders.
type plain struct {
	query *Query
	text  string
	args  int // how many it takes
}

func newPlain(q *Query) plain {
	p := plain{query: q, text: q.sql.In(statement.SQLite)}
	for i := 4; i >= 0; i-- { // ?4 becomes ?5, and so on
		if old := fmt.Sprintf("?%d", i); strings.Contains(p.text, old) {
			p.text, p.args = strings.ReplaceAll(p.text, old, fmt.Sprintf("?%d", i+1)), max(p.args, i+1)
		}
	}
	return p
}

// ask does with database/sql what Ask does with bun.
func (p plain) ask(ctx context.Context, db *sql.DB, of Parameters) ([]Row, error) {
	if p.query.crowded != "" {
		var n int
		const crowded = "SELECT count(*) FROM (SELECT 1 FROM students WHERE group_id = ?1 LIMIT 1 OFFSET ?2)"
		err := db.QueryRowContext(ctx, crowded, of.Group, crowd).Scan(&n)
		if err != nil || n > 0 {
			return nil, errors.Join(err, errors.New("a crowded group"))
		}
	}
	args := []any{of.Student, of.Subject, of.Group, of.Teacher, DefaultLimit}[:p.args]
	rows, err := db.QueryContext(ctx, p.text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var target scanTarget
	into := target.columns(p.query.Columns)
	var answer []Row
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		answer = append(answer, *target.finish())
	}
	return answer, rows.Err()
}
