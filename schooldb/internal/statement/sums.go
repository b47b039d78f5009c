package statement

import (
	"fmt"
	"strings"
)

// Sum is one of the tables that keep sums: its columns, how many of them are its key, and the query that computes it.
// Each is computed from the grades or from an earlier one. SQLite does not materialize a subquery that is CROSS JOINed
// to what is looked up for its rows.
type Sum struct {
	Table   string
	Columns []string
	key     int
	Truth   Text
}

// Sums returns all of them, in the order in which they are computed.
func Sums() []Sum {
	return []Sum{
		{"student_subject_sums", []string{"student_id", "subject_id", "name", "grade_sum", "grade_count"}, 2, `
SELECT p.student_id, p.subject_id, s.name, p.grade_sum, p.grade_count
FROM (
    SELECT student_id, subject_id, sum(grade)::int64 AS grade_sum, count(*) AS grade_count
    FROM grades GROUP BY student_id, subject_id) AS p
CROSS JOIN students AS s
WHERE s.id = p.student_id`},
		{"student_sums", []string{"student_id", "group_id", "name", "grade_sum", "grade_count"}, 1, `
SELECT p.student_id, s.group_id, s.name, p.grade_sum, p.grade_count
FROM (
    SELECT student_id, sum(grade_sum)::int64 AS grade_sum, sum(grade_count)::int64 AS grade_count
    FROM student_subject_sums GROUP BY student_id) AS p
CROSS JOIN students AS s
WHERE s.id = p.student_id`},
		{"group_subject_sums", []string{"group_id", "subject_id", "grade_sum", "grade_count"}, 2, `
SELECT s.group_id, p.subject_id, sum(p.grade_sum)::int64, sum(p.grade_count)::int64
FROM students AS s JOIN student_subject_sums AS p ON p.student_id = s.id
WHERE s.group_id IS NOT NULL
GROUP BY s.group_id, p.subject_id`},
		{"subject_sums", []string{"subject_id", "grade_sum", "grade_count"}, 1, `
SELECT subject_id, sum(grade_sum)::int64, sum(grade_count)::int64
FROM (
    SELECT subject_id, grade_sum, grade_count FROM group_subject_sums
    UNION ALL
    SELECT p.subject_id, p.grade_sum, p.grade_count
    FROM students AS s JOIN student_subject_sums AS p ON p.student_id = s.id
    WHERE s.group_id IS NULL) AS p
GROUP BY subject_id`},
	}
}

// Remake returns the statements that recompute the table.
func (s Sum) Remake(d Dialect) []string {
	statements := []string{
		"DELETE FROM " + s.Table,
		fmt.Sprintf("INSERT INTO %s (%s) %s", s.Table, strings.Join(s.Columns, ", "), s.Truth.In(d)),
	}
	if d == Postgres {
		// The tables of sums take rows from triggers only.
		guard := fmt.Sprintf("%s TRIGGER %s_are_kept", s.Table, s.Table)
		return []string{
			"ALTER TABLE " + strings.Replace(guard, " ", " DISABLE ", 1), statements[0], statements[1],
			"ALTER TABLE " + strings.Replace(guard, " ", " ENABLE ", 1),
		}
	}
	return statements
}
