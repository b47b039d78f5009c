package schooldb

import (
	"database/sql"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkBun reports, for every query, the CPU time of Ask over that of database/sql with the same SQL on the same
// connections, interleaved, as the median of many rounds; and their geometric mean. SCHOOLDB_DB names the database, else
// 1,000 students with 20 grades are invented.
func BenchmarkBun(b *testing.B) {
	s := openMigrated(b, benchPath(b))
	if ids, err := s.Draw(b.Context(), 1); err != nil || len(ids) == 0 {
		o := SeedOptions{Students: 1000, Groups: 40, Subjects: 20, Teachers: 10, Grades: 20, Seed: 1}
		if err := s.Seed(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
	const rounds, calls = 21, 50
	draw, err := s.Draw(b.Context(), calls)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		product := 1.0
		for _, q := range Queries() {
			var ratios []float64
			for range rounds {
				ask := cpu(func() {
					for _, p := range draw {
						if _, err := s.Ask(b.Context(), &q, p.For(&q)); err != nil {
							b.Fatal(err)
						}
					}
				})
				plain := cpu(func() {
					for _, p := range draw {
						if err := askPlainly(b, s.db.Reader.DB, &q, p.For(&q)); err != nil {
							b.Fatal(err)
						}
					}
				})
				ratios = append(ratios, ask/plain)
			}
			slices.Sort(ratios)
			product *= ratios[rounds/2]
			b.ReportMetric(ratios[rounds/2], q.Name+"-ratio")
		}
		b.ReportMetric(math.Pow(product, 1.0/12), "mean-ratio")
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

// askPlainly is what a program without bun does: the same statements with placeholders, into variables of its own.
func askPlainly(b *testing.B, db *sql.DB, q *Query, p Parameters) error {
	text := q.sql.in(sqlite)
	if q.crowded != "" {
		var n int
		err := db.QueryRowContext(b.Context(), "SELECT count(*) FROM (SELECT 1 FROM students WHERE group_id = ?1 LIMIT 1 OFFSET ?2)", p.Group, crowd).Scan(&n)
		if err != nil {
			return err
		}
	}
	var args []any
	for i, value := range []int64{p.Student, p.Subject, p.Group, p.Teacher, DefaultLimit} {
		old := fmt.Sprintf("?%d", i)
		if strings.Contains(text, old) {
			args = append(args, sql.Named("p"+strconv.Itoa(i), value))
			text = strings.ReplaceAll(text, old, ":p"+strconv.Itoa(i))
		}
	}
	rows, err := db.QueryContext(b.Context(), text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var target scanTarget
	into := target.columns(q.Columns)
	var answer []Row // kept, as Ask keeps it
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		answer = append(answer, *target.finish())
	}
	if len(answer) > 0 && answer[0].GradeID < 0 {
		b.Fatal("an impossible grade")
	}
	return rows.Err()
}
