package statement

import (
	"fmt"
	"strings"
)

// Dialect is which database a statement is for.
type Dialect int

// The databases.
const (
	SQLite Dialect = iota
	Postgres
)

// Text is the SQL of a query, the same for SQLite and PostgreSQL but for two details that In fills in: {in_order}
// orders rows with equal means as an index does, and ::int64 turns a sum of 64-bit integers into one again. The
// parameters are ?0 student, ?1 subject, ?2 group, ?3 teacher, ?4 limit. The columns come in the order of the query's,
// a mean as its sum and count. CROSS JOIN tells SQLite the order to look things up in.
type Text string

// In returns the statement as d understands it.
func (s Text) In(d Dialect) string {
	if d == SQLite {
		return strings.NewReplacer("{in_order}", "name, student_id", "::int64", "").Replace(string(s))
	}
	// PostgreSQL's index holds the beginning of a name only, because it refuses long keys.
	return strings.NewReplacer("{in_order}", "left(name, 200), name, student_id", "::int64", "::bigint").Replace(string(s))
}

const TopStudents Text = `
SELECT student_id, name, grade_sum, grade_count
FROM student_sums
ORDER BY whole DESC, fraction DESC, {in_order}
LIMIT ?4`

const TopStudentsWithTies Text = `
SELECT student_id, name, grade_sum, grade_count
FROM student_sums
WHERE (whole, fraction) >= (
    SELECT whole, fraction
    FROM (SELECT whole, fraction FROM student_sums ORDER BY whole DESC, fraction DESC LIMIT ?4) AS best
    ORDER BY whole, fraction
    LIMIT 1)
ORDER BY whole DESC, fraction DESC, {in_order}`

const BestInSubject Text = `
SELECT p.student_id, p.name, u.id, u.name, p.grade_sum, p.grade_count
FROM (
    SELECT student_id, name, grade_sum, grade_count
    FROM student_subject_sums
    WHERE subject_id = ?1
    ORDER BY whole DESC, fraction DESC, {in_order}
    LIMIT 1) AS p
CROSS JOIN subjects AS u
WHERE u.id = ?1`

const BestInSubjectWithTies Text = `
SELECT p.student_id, p.name, u.id, u.name, p.grade_sum, p.grade_count
FROM student_subject_sums AS p CROSS JOIN subjects AS u
WHERE u.id = ?1 AND p.subject_id = ?1 AND (p.whole, p.fraction) = (
    SELECT whole, fraction
    FROM student_subject_sums
    WHERE subject_id = ?1
    ORDER BY whole DESC, fraction DESC
    LIMIT 1)
ORDER BY p.name, p.student_id`

const GroupAverage Text = `
SELECT g.id, g.name, u.id, u.name, t.grade_sum, t.grade_count
FROM groups AS g CROSS JOIN subjects AS u
LEFT JOIN group_subject_sums AS t ON t.group_id = g.id AND t.subject_id = u.id
WHERE g.id = ?2 AND u.id = ?1`

const StreamAverage Text = `
SELECT sum(grade_sum)::int64, sum(grade_count)::int64
FROM subject_sums`

const TeacherCourses Text = `
SELECT u.id, u.name, t.id, t.name
FROM teachers AS t CROSS JOIN subjects AS u
WHERE t.id = ?3 AND u.teacher_id = t.id
ORDER BY u.name, u.id`

const GroupStudents Text = `
SELECT s.id, s.name, g.id, g.name
FROM groups AS g CROSS JOIN students AS s
WHERE g.id = ?2 AND s.group_id = g.id
ORDER BY s.name, s.id`

const GroupGrades Text = `
SELECT s.id, s.name, g.id, g.name, u.id, u.name, r.grade, r.received_on, r.id
FROM groups AS g CROSS JOIN subjects AS u CROSS JOIN students AS s CROSS JOIN grades AS r
WHERE g.id = ?2 AND u.id = ?1 AND s.group_id = g.id AND r.student_id = s.id AND r.subject_id = u.id
ORDER BY s.name, s.id, r.received_on, r.id`

// Goes through the members of the group.
const LastLessonGrades Text = `
SELECT s.id, s.name, g.id, g.name, u.id, u.name, r.grade, r.received_on, r.id
FROM groups AS g CROSS JOIN subjects AS u CROSS JOIN students AS s CROSS JOIN grades AS r
WHERE g.id = ?2 AND u.id = ?1 AND s.group_id = g.id AND r.student_id = s.id AND r.subject_id = u.id
  AND r.received_on = (
    SELECT max(l.received_on)
    FROM students AS m CROSS JOIN grades AS l
    WHERE m.group_id = ?2 AND l.student_id = m.id AND l.subject_id = ?1)
ORDER BY s.name, s.id, r.id`

// Goes back through the days of the subject until one has a grade of a member of the group.
const LastLessonGradesOfCrowd Text = `
SELECT s.id, s.name, g.id, g.name, u.id, u.name, r.grade, r.received_on, r.id
FROM groups AS g CROSS JOIN subjects AS u CROSS JOIN grades AS r CROSS JOIN students AS s
WHERE g.id = ?2 AND u.id = ?1 AND s.id = r.student_id AND s.group_id = g.id AND r.subject_id = u.id
  AND r.received_on = (
    SELECT l.received_on
    FROM grades AS l
    WHERE l.subject_id = ?1
      AND EXISTS (SELECT 1 FROM students AS m WHERE m.id = l.student_id AND m.group_id = ?2)
    ORDER BY l.received_on DESC
    LIMIT 1)
ORDER BY s.name, s.id, r.id`

const StudentCourses Text = `
SELECT u.id, u.name, t.id, t.name, s.id, s.name
FROM students AS s
CROSS JOIN (
    SELECT subject_id FROM student_subject_sums WHERE student_id = ?0
    UNION
    SELECT subject_id FROM enrolments WHERE student_id = ?0) AS c
CROSS JOIN subjects AS u CROSS JOIN teachers AS t
WHERE s.id = ?0 AND u.id = c.subject_id AND t.id = u.teacher_id
ORDER BY u.name, u.id`

const StudentTeacherCourses Text = `
SELECT u.id, u.name, t.id, t.name, s.id, s.name
FROM students AS s
CROSS JOIN (
    SELECT subject_id FROM student_subject_sums WHERE student_id = ?0
    UNION
    SELECT subject_id FROM enrolments WHERE student_id = ?0) AS c
CROSS JOIN subjects AS u CROSS JOIN teachers AS t
WHERE s.id = ?0 AND t.id = ?3 AND u.id = c.subject_id AND t.id = u.teacher_id
ORDER BY u.name, u.id`

const TeacherStudentAverage Text = `
SELECT t.id, t.name, s.id, s.name, p.grade_sum, p.grade_count
FROM teachers AS t CROSS JOIN students AS s CROSS JOIN (
    SELECT sum(q.grade_sum)::int64 AS grade_sum, sum(q.grade_count)::int64 AS grade_count
    FROM student_subject_sums AS q CROSS JOIN subjects AS u
    WHERE q.student_id = ?0 AND u.id = q.subject_id AND u.teacher_id = ?3) AS p
WHERE t.id = ?3 AND s.id = ?0`

const TeacherAverage Text = `
SELECT t.id, t.name, p.grade_sum, p.grade_count
FROM teachers AS t CROSS JOIN (
    SELECT sum(q.grade_sum)::int64 AS grade_sum, sum(q.grade_count)::int64 AS grade_count
    FROM subjects AS u CROSS JOIN subject_sums AS q
    WHERE u.teacher_id = ?3 AND q.subject_id = u.id) AS p
WHERE t.id = ?3`

const ListGroups Text = `SELECT id, name FROM groups ORDER BY name, id`

const ListTeachers Text = `SELECT id, name FROM teachers ORDER BY name, id`

const ListSubjects Text = `
SELECT u.id, u.name, t.id, t.name
FROM subjects AS u JOIN teachers AS t ON t.id = u.teacher_id
{where}
ORDER BY u.name, u.id`

const ListStudents Text = `
SELECT s.id, s.name, g.id, g.name
FROM students AS s LEFT JOIN groups AS g ON g.id = s.group_id
{where}
ORDER BY s.name, s.id`

const ListGrades Text = `
SELECT r.id, s.id, s.name, u.id, u.name, r.grade, r.received_on
FROM grades AS r JOIN students AS s ON s.id = r.student_id JOIN subjects AS u ON u.id = r.subject_id
{where}
ORDER BY s.name, s.id, r.received_on, r.id`

const ListEnrolments Text = `
SELECT s.id, s.name, u.id, u.name
FROM enrolments AS r JOIN students AS s ON s.id = r.student_id JOIN subjects AS u ON u.id = r.subject_id
{where}
ORDER BY s.name, s.id, u.name, u.id`

// ?0 is the student, ?1 and ?2 are the first and the last day.
const RecordOfStudent Text = `
SELECT u.id, u.name, t.name, r.grade, r.received_on
FROM grades AS r CROSS JOIN subjects AS u CROSS JOIN teachers AS t
WHERE r.student_id = ?0 AND r.received_on BETWEEN ?1 AND ?2 AND u.id = r.subject_id AND t.id = u.teacher_id
ORDER BY u.name, u.id, r.received_on, r.id`

// ?0 is the group, ?1 and ?2 are the first and the last day.
const TermMeans Text = `
SELECT u.id, u.name, p.student_id, p.grade_sum, p.grade_count
FROM (
    SELECT r.student_id, r.subject_id, sum(r.grade)::int64 AS grade_sum, count(*) AS grade_count
    FROM students AS s CROSS JOIN grades AS r
    WHERE s.group_id = ?0 AND r.student_id = s.id AND r.received_on BETWEEN ?1 AND ?2
    GROUP BY r.student_id, r.subject_id) AS p
CROSS JOIN subjects AS u
WHERE u.id = p.subject_id
ORDER BY u.name, u.id`

// ?0 is the group, 0 for all.
const MonthMeans Text = `
SELECT substr(CAST(r.received_on AS text), 1, 7) AS month, sum(r.grade)::int64, count(*)
FROM grades AS r JOIN students AS s ON s.id = r.student_id
WHERE ?0 = 0 OR s.group_id = ?0
GROUP BY month
ORDER BY month`

// Lesson is a lesson of a student in a subject on a day, written YYYY-MM-DD.
type Lesson struct {
	Student, Subject int64
	Day              string
}

// OfLesson returns a condition for grades of some students in some subjects on some days.
func OfLesson(lessons []Lesson, d Dialect) string {
	date := ""
	if d == Postgres {
		date = "DATE "
	}
	texts := make([]string, len(lessons))
	for i, l := range lessons { // the day has been checked
		texts[i] = fmt.Sprintf("(%d, %d, %s'%s')", l.Student, l.Subject, date, l.Day)
	}
	return "(student_id, subject_id, received_on) IN (VALUES " + strings.Join(texts, ", ") + ")"
}
