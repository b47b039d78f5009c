package schooldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// A small school, in the tables of whichever schema comes first.
const small = `
	INSERT INTO groups VALUES (1, 'A'), (2, 'B');
	INSERT INTO teachers VALUES (1, 'T');
	INSERT INTO subjects VALUES (1, 'S', 1), (2, 'U', 1);
	INSERT INTO students VALUES (1, 'N', 1), (2, 'M', 2), (3, 'L', NULL);
	INSERT INTO grades VALUES (1, 1, 1, 700, '2026-01-01'), (2, 1, 2, 800, '2026-01-02'),
		(3, 2, 1, 900, '2026-01-03'), (4, 3, 1, 100, '2026-01-03');`

// Statements that change a student and the grades at once, and the ways in which other programs come to the tables.
func testStatements(t *testing.T, server *storagetest.Server) {
	for name, text := range map[string]string{
		"move and insert": "WITH u AS (UPDATE students SET group_id = 2 WHERE id = 1) " +
			"INSERT INTO grades VALUES (9, 1, 1, 500, '2026-06-01')",
		"move and delete": "WITH u AS (UPDATE students SET group_id = 2 WHERE id = 1) " +
			"DELETE FROM grades WHERE student_id = 1 AND subject_id = 1",
		"move and update": "WITH u AS (UPDATE students SET group_id = 2 WHERE id = 1) " +
			"UPDATE grades SET grade = 100 WHERE student_id = 1",
		"move and clear": "WITH u AS (UPDATE students SET group_id = NULL WHERE id = 1) " +
			"DELETE FROM grades WHERE student_id = 1",
		"grades of one and move of another": "WITH u AS (UPDATE students SET group_id = 1, name = 'X' WHERE id = 2) " +
			"UPDATE grades SET student_id = 2 WHERE student_id = 1",
		"the last grade and the student": "WITH g AS (DELETE FROM grades WHERE student_id = 1) " +
			"DELETE FROM students WHERE id = 1",
		"a student and a grade of it": "WITH g AS (INSERT INTO students VALUES (7, 'new', 1)) " +
			"INSERT INTO grades VALUES (9, 7, 1, 500, '2026-06-01')",
		"another student of the same number": "WITH d AS (DELETE FROM students WHERE id = 1 RETURNING id) " +
			"INSERT INTO students SELECT id, 'other', 2 FROM d",
		"renumbered with its grades": "WITH u AS (UPDATE students SET id = 100, group_id = 2 WHERE id = 1) " +
			"UPDATE grades SET student_id = 100 WHERE student_id = 1",
		"all move": "UPDATE students SET group_id = 3 - coalesce(group_id, 1), name = name || '!'",
		"temporary tables": "CREATE TEMP TABLE student_sums (LIKE public.student_sums INCLUDING ALL); " +
			"CREATE TEMP TABLE students (LIKE public.students INCLUDING ALL); " +
			"INSERT INTO public.grades VALUES (9, 1, 1, 500, '2026-06-01'); " +
			"UPDATE public.students SET group_id = 2 WHERE id = 1",
		"no search path": "SET LOCAL search_path = ''; INSERT INTO public.grades VALUES (9, 1, 1, 500, '2026-06-01'); " +
			"UPDATE public.students SET group_id = 2 WHERE id = 1; DELETE FROM public.grades WHERE id = 3",
		"sums of a dump, first": "SET LOCAL search_path = ''; INSERT INTO public.student_sums VALUES (2, 2, 'M', 5, 1); " +
			"INSERT INTO public.group_subject_sums VALUES (2, 2, 500, 1); INSERT INTO public.subject_sums VALUES (9, 5, 1); " +
			"INSERT INTO public.student_subject_sums VALUES (9, 9, 'x', 1, 1); " +
			"INSERT INTO public.grades VALUES (9, 2, 2, 500, '2026-06-01')",
		"foreign session values": "SET LOCAL DateStyle = 'German, DMY'; SET LOCAL standard_conforming_strings = off; " +
			"INSERT INTO grades VALUES (9, 1, 1, 500, '01.06.2026')",
		"a student of a group that comes along": "WITH g AS (INSERT INTO groups VALUES (8, 'H')), " +
			"u AS (UPDATE students SET group_id = 8) DELETE FROM grades WHERE id = 1",
	} {
		t.Run(name, func(t *testing.T) {
			s := openMigrated(t, server.Database(t))
			run(t, s, small)
			run(t, s, text)
			verified(t, s, text)
		})
	}
}

// run executes statements on one connection of their own, in one transaction.
func run(t *testing.T, s *School, text string) {
	t.Helper()
	conn, err := s.db.DB.DB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "BEGIN; "+text+"; COMMIT"); err != nil {
		_, _ = conn.ExecContext(t.Context(), "ROLLBACK")
		t.Fatalf("%s: %v", text, err)
	}
	if _, err := conn.ExecContext(t.Context(), "DISCARD TEMP"); err != nil {
		t.Fatal(err)
	}
}

func verified(t *testing.T, s *School, about string) {
	t.Helper()
	if differences, err := s.Verify(t.Context()); err != nil || len(differences) > 0 {
		t.Fatalf("verify: %v %v after\n%s", differences, err, about)
	}
}

// Two schools in two schemas of one database, each written from a session that sees the other one first.
func testSchemas(t *testing.T, server *storagetest.Server) {
	first, second := twoSchemas(t, server)
	run(
		t,
		second,
		"UPDATE one.grades SET grade = 1200 WHERE student_id = 1; UPDATE one.students SET group_id = 2 WHERE id = 1",
	)
	run(
		t,
		first,
		"DELETE FROM two.grades WHERE student_id = 2; INSERT INTO two.students VALUES (9, 'x', 1); TRUNCATE two.grades",
	)
	verified(t, first, "changes of the first from the second")
	verified(t, second, "changes of the second from the first")
}

// twoSchemas opens the schools one and two of one database.
func twoSchemas(t *testing.T, server *storagetest.Server) (one, two *School) {
	address := server.Database(t)
	both := openMigrated(t, address)
	run(t, both, "CREATE SCHEMA one; CREATE SCHEMA two")
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	in := func(schema string) *School {
		values := u.Query()
		values.Set("search_path", schema)
		own := *u
		own.RawQuery = values.Encode()
		s := openMigrated(t, own.String())
		run(t, s, small)
		return s
	}
	return in("one"), in("two")
}

// Who may write grades and nothing else adds, changes and removes them, by the program and by SQL.
func testClerk(t *testing.T, server *storagetest.Server) {
	address := server.Database(t)
	owner := openMigrated(t, address)
	run(t, owner, small)
	role := "clerk_" + strings.ToLower(t.Name()[strings.LastIndexByte(t.Name(), '/')+1:])
	run(t, owner, `DROP ROLE IF EXISTS `+role+`; CREATE ROLE `+role+` LOGIN;
		GRANT SELECT ON ALL TABLES IN SCHEMA public TO `+role+`; GRANT INSERT, UPDATE, DELETE ON grades TO `+role)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	clerk, err := Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { clerk.Close() })
	if err := clerk.CheckMigrated(t.Context()); err != nil {
		t.Fatal(err)
	}
	key, err := clerk.Add(t.Context(), &Grade{Student: 1, Subject: 1, Mark: 1200, Day: "2026-06-01"})
	if err != nil {
		t.Fatal(err)
	}
	if err := clerk.Edit(t.Context(), GradeKind, key, func(r Record) { r.(*Grade).Mark = 1100 }); err != nil {
		t.Fatal(err)
	}
	if err := clerk.Remove(t.Context(), GradeKind, key); err != nil {
		t.Fatal(err)
	}
	run(
		t,
		clerk,
		"INSERT INTO grades VALUES (50, 1, 1, 500, '2026-06-01'); UPDATE grades SET student_id = 2 WHERE id = 50",
	)
	verified(t, owner, "the clerk's changes")
	if _, err := clerk.Add(t.Context(), &Group{Name: "x"}); err == nil {
		t.Error("the clerk added a group")
	}
}

// Random statements in two schemas, three levels of isolation and two sessions that interleave.
func testRandomStatements(t *testing.T, server *storagetest.Server) {
	statements := consoletest.Count(400, 12_000)
	one, two := twoSchemas(t, server)
	r := rand.New(rand.NewPCG(1, 7))
	var log []string
	for n := 0; n < statements; {
		level := []sql.IsolationLevel{sql.LevelReadCommitted, sql.LevelRepeatableRead, sql.LevelSerializable}[r.IntN(3)]
		schools := []*School{one, two}
		log = []string{level.String()}
		var sessions []*session
		for range 2 {
			sessions = append(sessions, newSession(t, schools[r.IntN(2)], level))
		}
		for range 2 + r.IntN(6) {
			i := r.IntN(2)
			text := randomStatement(r)
			log = append(log, fmt.Sprintf("%d: %s", i, text))
			sessions[i].do(text)
			n++
		}
		for i, s := range sessions {
			log = append(log, fmt.Sprintf("%d: %v", i, s.end(r.IntN(5) > 0)))
		}
		verified(t, one, strings.Join(log, ";\n"))
		verified(t, two, strings.Join(log, ";\n"))
	}
	for _, s := range []*School{one, two} {
		compareAnswers(t, r, s, read(t, s), 1)
	}
}

// session is a transaction of another program. A statement that would wait for the other session is given up.
type session struct {
	t    *testing.T
	conn *sql.Conn
}

func newSession(t *testing.T, s *School, level sql.IsolationLevel) *session {
	conn, err := s.db.DB.DB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	se := &session{t, conn}
	se.must("BEGIN ISOLATION LEVEL " + level.String() + "; SET LOCAL lock_timeout = '40ms'")
	return se
}

func (s *session) must(text string) {
	if _, err := s.conn.ExecContext(s.t.Context(), text); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
}

// do executes a statement; a refused one is as good as a taken one, as long as the sums are right.
func (s *session) do(text string) {
	s.must("SAVEPOINT s")
	if _, err := s.conn.ExecContext(s.t.Context(), text); err != nil {
		s.must("ROLLBACK TO s")
	}
}

// end commits, or rolls back, and gives the connection back as it was.
func (s *session) end(commit bool) error {
	ctx := context.WithoutCancel(s.t.Context())
	var err error
	if commit {
		_, err = s.conn.ExecContext(ctx, "COMMIT")
	}
	if !commit || err != nil {
		s.must("ROLLBACK")
	}
	s.must("DISCARD TEMP")
	return errors.Join(err, s.conn.Close())
}

// randomStatement returns a statement about few rows, with their names in either schema or in none, sometimes from a
// session that has temporary tables of the same names or no search_path.
func randomStatement(r *rand.Rand) string {
	n := func(most int) int { return 1 + r.IntN(most) }
	schema := []string{"", "", "one.", "two."}[r.IntN(4)]
	students, grades := schema+"students", schema+"grades"
	group := fmt.Sprintf("nullif(%d, 3)", n(3))
	writes := []func() string{
		func() string {
			return fmt.Sprintf(
				"INSERT INTO %s SELECT i, %d, %d, %d, '2026-01-01' FROM generate_series(%d, %d) AS i ON CONFLICT DO NOTHING",
				grades,
				n(5),
				n(2),
				n(900),
				n(30),
				n(40),
			)
		},
		func() string {
			return fmt.Sprintf(
				"INSERT INTO %s VALUES (%d, %d, %d, %d, '2026-01-01') ON CONFLICT (id) DO UPDATE SET grade = excluded.grade, "+
					"student_id = excluded.student_id",
				grades,
				n(30),
				n(5),
				n(2),
				n(900),
			)
		},
		func() string {
			return fmt.Sprintf("UPDATE %s SET student_id = %d, grade = grade + 1 WHERE id %% %d = 0", grades, n(5), n(6))
		},
		func() string {
			return fmt.Sprintf("UPDATE %s SET subject_id = 3 - subject_id WHERE student_id = %d", grades, n(5))
		},
		func() string { return fmt.Sprintf("DELETE FROM %s WHERE student_id = %d", grades, n(5)) },
		func() string { return fmt.Sprintf("DELETE FROM %s WHERE id < %d", grades, n(30)) },
		func() string { return fmt.Sprintf("UPDATE %s SET id = id + %d", grades, n(40)) },
		func() string {
			return fmt.Sprintf("UPDATE %s SET group_id = %s, name = 'n%d' WHERE id = %d", students, group, n(4), n(5))
		},
		func() string { return fmt.Sprintf("UPDATE %s SET group_id = %s", students, group) },
		func() string {
			return fmt.Sprintf(
				"INSERT INTO %s VALUES (%d, 'new', %s) ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id",
				students,
				n(6),
				group,
			)
		},
		func() string { return fmt.Sprintf("DELETE FROM %s WHERE id = %d", students, n(6)) },
		func() string { return fmt.Sprintf("UPDATE %s SET id = %d WHERE id = %d", students, n(6), n(6)) },
		func() string {
			return fmt.Sprintf(
				"MERGE INTO %s AS g USING (VALUES (%d), (%d)) AS v (id) ON g.id = v.id WHEN MATCHED AND g.grade > 400 THEN DELETE "+
					"WHEN MATCHED THEN UPDATE SET grade = 950 WHEN NOT MATCHED THEN INSERT VALUES (v.id, %d, 1, 300, '2026-02-02')",
				grades,
				n(9),
				9+n(9),
				n(5),
			)
		},
		func() string {
			return fmt.Sprintf(
				"MERGE INTO %s AS s USING (VALUES (%d)) AS v (id) ON s.id = v.id WHEN MATCHED THEN UPDATE SET group_id = %s "+
					"WHEN NOT MATCHED THEN INSERT VALUES (v.id, 'm', 1)",
				students,
				n(6),
				group,
			)
		},
	}
	write := func() string { return writes[r.IntN(len(writes))]() }
	text := write()
	if !strings.HasPrefix(text, "MERGE") {
		for i := range r.IntN(3) {
			if other := write(); !strings.HasPrefix(other, "MERGE") {
				text = fmt.Sprintf("WITH w%d AS (%s RETURNING 1) %s", i, other, text)
			}
		}
		text = strings.ReplaceAll(text, ") WITH ", "), ")
	}
	switch r.IntN(12) {
	case 0:
		text = "SET LOCAL search_path = ''; " + text
	case 1:
		text = "CREATE TEMP TABLE IF NOT EXISTS student_sums (LIKE one.student_sums) ON COMMIT DROP; " + text
	case 2:
		text = "SET LOCAL search_path = two, one; " + text
	case 3:
		if r.IntN(4) == 0 {
			text = "TRUNCATE " + grades
		}
	case 4:
		text = "INSERT INTO one.subject_sums VALUES (1, 5, 5); " + text
	}
	return text
}

// read makes the model of a school.
func read(t *testing.T, s *School) *model {
	m := newModel()
	each := func(text string, into []any, take func()) {
		rows, err := s.db.QueryContext(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			take()
		}
	}
	var id, a, b, c int64
	var name string
	var on Day
	each("SELECT id, name FROM groups", []any{&id, &name}, func() { m.groups[id] = name })
	each("SELECT id, name FROM teachers", []any{&id, &name}, func() { m.teachers[id] = name })
	each(
		"SELECT id, name, teacher_id FROM subjects",
		[]any{&id, &name, &a},
		func() { m.subjects[id] = modelSubject{name, a} },
	)
	each(
		"SELECT id, name, coalesce(group_id, 0) FROM students",
		[]any{&id, &name, &a},
		func() { m.students[id] = modelStudent{name, a} },
	)
	each("SELECT id, student_id, subject_id, grade, received_on FROM grades", []any{&id, &a, &b, &c, &on},
		func() { m.grades[id] = modelGrade{a, b, c, string(on)} })
	each("SELECT student_id, subject_id FROM enrolments", []any{&a, &b}, func() { m.enrolments[[2]int64{a, b}] = true })
	return m
}
