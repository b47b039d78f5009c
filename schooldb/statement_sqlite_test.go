package schooldb

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// Random statements in two schools, the second attached to the first, from two sessions of other programs that
// interleave: with each way to begin a transaction, savepoints, and whatever SQLite refuses because the other one
// writes. testRandomStatements is the same on PostgreSQL.
func TestRandomStatementsOfTwoSessions(t *testing.T) {
	t.Parallel()
	statements := consoletest.Count(400, 12_000)
	dir := t.TempDir()
	one, two := openMigrated(t, filepath.Join(dir, "one.db")), openMigrated(t, filepath.Join(dir, "two.db"))
	for _, s := range []*School{one, two} {
		if _, err := s.db.ExecContext(t.Context(), small); err != nil {
			t.Fatal(err)
		}
	}
	var sessions []*sql.Conn
	for i := range 2 {
		pool, err := sql.Open("sqlite", filepath.Join(dir, "one.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { pool.Close() })
		conn, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		for _, text := range []string{
			"ATTACH '" + filepath.Join(dir, "two.db") + "' AS two", "PRAGMA foreign_keys = 1", "PRAGMA busy_timeout = 0",
			fmt.Sprintf("PRAGMA recursive_triggers = %d", i), "CREATE TEMP TABLE student_sums (student_id, grade_sum)",
		} {
			if _, err := conn.ExecContext(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		sessions = append(sessions, conn)
	}
	r := rand.New(rand.NewPCG(1, 8))
	refused, taken := 0, 0
	for n := 0; n < statements; {
		log := []string{}
		do := func(i int, text string) {
			_, err := sessions[i].ExecContext(t.Context(), text)
			log = append(log, fmt.Sprintf("%d: %s: %v", i, text, err))
			if err != nil {
				refused++ // is as good as taken, as long as the sums are right
			} else {
				taken++
			}
		}
		for i := range sessions {
			do(i, "BEGIN "+[]string{"DEFERRED", "IMMEDIATE", "EXCLUSIVE"}[min(2, r.IntN(6))])
		}
		for range 2 + r.IntN(6) {
			do(r.IntN(2), sqliteStatement(r))
			n++
		}
		for i := range sessions {
			if r.IntN(5) > 0 {
				do(i, "COMMIT")
			}
			// Does nothing after a COMMIT that was taken.
			_, _ = sessions[i].ExecContext(t.Context(), "ROLLBACK")
		}
		verified(t, one, strings.Join(log, ";\n"))
		verified(t, two, strings.Join(log, ";\n"))
	}
	if taken < refused/4 || refused == 0 {
		t.Errorf("%d statements were taken, %d refused: the sessions do not meet", taken, refused)
	}
	for _, s := range []*School{one, two} {
		compareAnswers(t, r, s, read(t, s), 1)
	}
}

// sqliteStatement returns a statement about few rows of either school.
func sqliteStatement(r *rand.Rand) string {
	n := func(most int) int { return 1 + r.IntN(most) }
	schema := []string{"", "main.", "two."}[r.IntN(3)]
	students, grades := schema+"students", schema+"grades"
	group := fmt.Sprintf("nullif(%d, 3)", n(3))
	or := []string{"", "", "OR REPLACE", "OR IGNORE", "OR FAIL", "OR ROLLBACK"}[r.IntN(6)]
	switch r.IntN(16) {
	case 0:
		return "SAVEPOINT s"
	case 1:
		return "ROLLBACK TO s"
	case 2:
		return "RELEASE s"
	case 3:
		return fmt.Sprintf(
			"INSERT %s INTO %s WITH RECURSIVE i (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM i WHERE n < %d) "+
				"SELECT n, %d, %d, %d, '2026-01-01' FROM i",
			or,
			grades,
			n(30),
			n(40),
			n(5),
			n(2),
			n(900),
		)
	case 4:
		return fmt.Sprintf("INSERT INTO %s VALUES (%d, %d, %d, %d, '2026-01-01') ON CONFLICT (id) DO UPDATE SET "+
			"grade = excluded.grade, student_id = excluded.student_id", grades, n(30), n(5), n(2), n(900))
	case 5:
		return fmt.Sprintf("UPDATE %s %s SET student_id = %d, grade = grade + 1 WHERE id %% %d = 0", or, grades, n(5), n(6))
	case 6:
		return fmt.Sprintf("UPDATE %s SET subject_id = 3 - subject_id WHERE student_id = %d", grades, n(5))
	case 7:
		return fmt.Sprintf("DELETE FROM %s WHERE student_id = %d RETURNING id", grades, n(5))
	case 8:
		return fmt.Sprintf("DELETE FROM %s WHERE id < %d", grades, n(30))
	case 9:
		return fmt.Sprintf("UPDATE %s %s SET id = id + %d", or, grades, n(40))
	case 10:
		return fmt.Sprintf("UPDATE %s SET group_id = %s, name = 'n%d' WHERE id = %d", students, group, n(4), n(5))
	case 11:
		return fmt.Sprintf(
			"UPDATE %s SET group_id = %s FROM (SELECT %d AS least) AS f WHERE id > f.least",
			students,
			group,
			n(3),
		)
	case 12:
		return fmt.Sprintf(
			"INSERT INTO %s VALUES (%d, 'new', %s) ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id",
			students,
			n(6),
			group,
		)
	case 13:
		return fmt.Sprintf("DELETE FROM %s WHERE id = %d", students, n(6))
	case 14:
		return fmt.Sprintf("UPDATE %s %s SET id = %d WHERE id = %d", or, students, n(6), n(6))
	default:
		return fmt.Sprintf("REPLACE INTO %s VALUES (%d, %d, %d, %d, '2026-02-02')", grades, n(30), n(5), n(2), n(900))
	}
}
