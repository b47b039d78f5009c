package schooldb

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// history changes a school and its model in the same way, step by step.
type history struct {
	t *testing.T
	r *rand.Rand
	s *School
	m *model
}

// step makes one random change through the library.
func (h *history) step() {
	ctx, r, m := h.t.Context(), h.r, h.m
	name := nastyName(r)
	kind := Kinds()[r.IntN(len(Kinds()))]
	switch {
	case kind == GroupKind && r.IntN(2) == 0:
		key, err := h.s.Add(ctx, &Group{Name: name})
		h.must(err)
		m.groups[key.ID] = name
	case kind == TeacherKind && r.IntN(2) == 0:
		key, err := h.s.Add(ctx, &Teacher{Name: name})
		h.must(err)
		m.teachers[key.ID] = name
	case kind == SubjectKind && len(m.teachers) > 0:
		teacher := pick(r, m.teachers)
		if len(m.subjects) > 0 && r.IntN(2) == 0 {
			id := pick(r, m.subjects)
			h.must(h.s.Edit(ctx, kind, Key{ID: id}, func(r Record) { *r.(*Subject) = Subject{Name: name, Teacher: teacher} }))
			m.subjects[id] = modelSubject{name, teacher}
			return
		}
		key, err := h.s.Add(ctx, &Subject{Name: name, Teacher: teacher})
		h.must(err)
		m.subjects[key.ID] = modelSubject{name, teacher}
	case kind == StudentKind:
		h.student(name)
	case kind == GradeKind && len(m.students) > 0 && len(m.subjects) > 0:
		h.grade()
	case r.IntN(2) == 0:
		h.remove()
	default:
		h.importSome()
	}
}

func (h *history) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) student(name string) {
	ctx, r, m := h.t.Context(), h.r, h.m
	var group int64
	if len(m.groups) > 0 && r.IntN(4) > 0 {
		group = pick(r, m.groups)
	}
	if len(m.students) > 0 && r.IntN(2) == 0 {
		id := pick(r, m.students)
		h.must(h.s.Edit(ctx, StudentKind, Key{ID: id}, func(r Record) { *r.(*Student) = Student{Name: name, Group: group} }))
		m.students[id] = modelStudent{name, group}
		return
	}
	key, err := h.s.Add(ctx, &Student{Name: name, Group: group})
	h.must(err)
	m.students[key.ID] = modelStudent{name, group}
}

func (h *history) grade() {
	ctx, r, m := h.t.Context(), h.r, h.m
	g := modelGrade{pick(r, m.students), pick(r, m.subjects), randomHundredths(r, 3), randomDay(r)}
	grade := Grade{Student: g.student, Subject: g.subject, Mark: Mark(g.hundredths), Day: Day(g.day)}
	if len(m.grades) > 0 && r.IntN(3) == 0 {
		id := pick(r, m.grades)
		h.must(h.s.Edit(ctx, GradeKind, Key{ID: id}, func(r Record) { *r.(*Grade) = grade }))
		m.grades[id] = g
		return
	}
	key, err := h.s.Add(ctx, &grade)
	h.must(err)
	m.grades[key.ID] = g
}

// remove removes a grade, or a student with all grades and enrolments.
func (h *history) remove() {
	ctx, r, m := h.t.Context(), h.r, h.m
	if len(m.grades) > 0 && r.IntN(3) > 0 {
		id := pick(r, m.grades)
		h.must(h.s.Remove(ctx, GradeKind, Key{ID: id}))
		delete(m.grades, id)
		return
	}
	if len(m.students) == 0 {
		return
	}
	id := pick(r, m.students)
	for _, text := range []string{
		"DELETE FROM grades WHERE student_id = ?", "DELETE FROM enrolments WHERE student_id = ?",
	} {
		_, err := h.s.db.ExecContext(ctx, text, id)
		h.must(err)
	}
	for grade, g := range m.grades {
		if g.student == id {
			delete(m.grades, grade)
		}
	}
	for key := range m.enrolments {
		if key[0] == id {
			delete(m.enrolments, key)
		}
	}
	h.must(h.s.Remove(ctx, StudentKind, Key{ID: id}))
	delete(m.students, id)
}

// importSome imports another random school beside this one, by the triggers or anew.
func (h *history) importSome() {
	other := randomModel(h.r)
	for id := range other.grades {
		if id%3 > 0 && h.r.IntN(2) == 0 {
			delete(other.grades, id)
		}
	}
	shift := func(id int64) int64 { return id/2 + h.r.Int64N(1<<40)<<20 + 1<<21 }
	moved := newModel()
	groups, teachers, subjects, students := map[int64]int64{0: 0}, map[int64]int64{}, map[int64]int64{}, map[int64]int64{}
	for id, name := range other.groups {
		groups[id] = shift(id) % 1e12
		moved.groups[groups[id]] = name
	}
	for id, name := range other.teachers {
		teachers[id] = shift(id) % 1e12
		moved.teachers[teachers[id]] = name
	}
	for id, s := range other.subjects {
		subjects[id] = shift(id) % 1e12
		moved.subjects[subjects[id]] = modelSubject{s.name, teachers[s.teacher]}
	}
	for id, s := range other.students {
		students[id] = shift(id) % 1e12
		moved.students[students[id]] = modelStudent{s.name, groups[s.group]}
	}
	for id, g := range other.grades {
		moved.grades[shift(id)%1e12] = modelGrade{students[g.student], subjects[g.subject], g.hundredths, g.day}
	}
	for key := range other.enrolments {
		moved.enrolments[[2]int64{students[key[0]], subjects[key[1]]}] = true
	}
	h.must(h.s.load(h.t.Context(), h.r.IntN(2) == 0, func(k Kind) (source, error) { return moved.records(k), nil }, nil))
	for id, x := range moved.groups {
		h.m.groups[id] = x
	}
	for id, x := range moved.teachers {
		h.m.teachers[id] = x
	}
	for id, x := range moved.subjects {
		h.m.subjects[id] = x
	}
	for id, x := range moved.students {
		h.m.students[id] = x
	}
	for id, x := range moved.grades {
		h.m.grades[id] = x
	}
	for key := range moved.enrolments {
		h.m.enrolments[key] = true
	}
}

// After any additions, edits, removals and imports the sums are what a recomputation gives, and the answers the
// model's.
func testHistories(t *testing.T, fresh func(testing.TB) *School) {
	for seed := range uint64(consoletest.Count(4, 200)) {
		s := fresh(t)
		h := &history{t, rand.New(rand.NewPCG(seed, 3)), s, newModel()}
		for i := range 60 {
			h.step()
			if i%15 == 14 {
				compareAnswers(t, h.r, s, h.m, seed)
			}
		}
		s.Close()
	}
}

// Statements that other programs may send: every conflict clause, keys that change, and with foreign keys not enforced.
func TestForeignStatements(t *testing.T) {
	for seed := range uint64(consoletest.Count(16, 500)) {
		r := rand.New(rand.NewPCG(seed, 4))
		s := openMigrated(t, "sqlite::memory:")
		exec := func(text string, args ...any) {
			// A refused statement is as good as a taken one, as long as the sums are right.
			_, _ = s.db.DB.DB.ExecContext(t.Context(), text, args...)
		}
		exec(fmt.Sprintf("PRAGMA recursive_triggers = %d", seed%2))
		exec(fmt.Sprintf("PRAGMA foreign_keys = %d", seed/2%2))
		for i := 1; i < 5; i++ {
			exec("INSERT INTO groups VALUES (?, 'g')", i)
			exec("INSERT INTO teachers VALUES (?, 't')", i)
			exec("INSERT INTO subjects VALUES (?, 's', ?)", i, i)
		}
		n := func(most int) int { return 1 + r.IntN(most) }
		var log []string
		for range 60 {
			or := []string{"", "OR REPLACE", "OR REPLACE", "OR IGNORE", "OR FAIL", "OR ABORT"}[r.IntN(6)]
			text := []string{
				fmt.Sprintf("INSERT %s INTO students VALUES (%d, 'n%d', nullif(%d, 5))", or, n(4), n(4), n(5)),
				fmt.Sprintf("UPDATE %s students SET group_id = nullif(%d, 5) WHERE id < %d", or, n(5), n(8)),
				fmt.Sprintf("UPDATE %s students SET id = %d WHERE id = %d", or, n(4), n(4)),
				fmt.Sprintf("UPDATE students SET name = 'm%d' WHERE id = %d", n(4), n(4)),
				fmt.Sprintf("DELETE FROM students WHERE id = %d", n(4)),
				fmt.Sprintf("INSERT %s INTO grades VALUES (nullif(%d, 9), %d, %d, %d, '2026-01-01')", or, n(9), n(4), n(4), n(5)),
				fmt.Sprintf("INSERT %s INTO grades VALUES (nullif(%d, 9), %d, %d, %d, '2026-01-01')", or, n(9), n(4), n(4), n(5)),
				fmt.Sprintf(
					"INSERT INTO grades VALUES (%d, %d, %d, %d, '2026-01-01') "+
						"ON CONFLICT (id) DO UPDATE SET grade = excluded.grade, student_id = excluded.student_id",
					n(8), n(4), n(4), n(5),
				),
				fmt.Sprintf("UPDATE %s grades SET id = %d, grade = %d WHERE id = %d", or, n(8), n(9), n(8)),
				fmt.Sprintf("UPDATE %s grades SET student_id = %d, subject_id = %d WHERE id < %d", or, n(4), n(4), n(8)),
				fmt.Sprintf("UPDATE %s grades SET id = id + %d WHERE id < %d", or, n(3), n(12)),
				fmt.Sprintf("DELETE FROM grades WHERE id %% 7 = %d", n(7)),
				fmt.Sprintf("UPDATE %s subjects SET teacher_id = %d WHERE id = %d", or, n(4), n(4)),
			}[r.IntN(13)]
			log = append(log, text)
			exec(text)
			if differences, err := s.Verify(t.Context()); err != nil || len(differences) > 0 {
				t.Fatalf("seed %d: %v %v after\n%s", seed, differences, err, strings.Join(log, ";\n"))
			}
		}
		s.Close()
	}
}

// The sums are right after kill -9 in the middle of single changes and of bulk loads, and what was printed is there.
func TestKill(t *testing.T) {
	if path := os.Getenv("SCHOOLDB_TEST_VICTIM"); path != "" {
		victim(t, path)
		return
	}
	for round := range consoletest.Count(4, 100) {
		path := filepath.Join(t.TempDir(), "school.db")
		openMigrated(t, path).Close()
		command := exec.Command(os.Args[0], "-test.run=^TestKill$")
		command.Env = append(os.Environ(), "SCHOOLDB_TEST_VICTIM="+path)
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(uint64(round), 5))
		confirmed := 0
		buf := make([]byte, 1)
		for range 3 + r.IntN(60) {
			if _, err := out.Read(buf); err != nil {
				t.Fatal(err)
			}
			if buf[0] == '+' {
				confirmed++
			}
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait() // killed
		s := openMigrated(t, path)
		if differences, err := s.Verify(t.Context()); err != nil || len(differences) > 0 {
			t.Errorf("round %d: %v %v", round, differences, err)
		}
		var grades int
		if err := s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM grades WHERE grade = 1").Scan(&grades); err != nil {
			t.Fatal(err)
		}
		if grades < confirmed {
			t.Errorf("round %d: %d grades were confirmed, %d are there", round, confirmed, grades)
		}
		s.Close()
	}
}

// victim adds grades, prints + for each, and loads many at once, until it is killed.
func victim(t *testing.T, path string) {
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	day := "2026-01-01"
	ctx := t.Context()
	group, _ := s.Add(ctx, &Group{Name: "x"})
	teacher, _ := s.Add(ctx, &Teacher{Name: "x"})
	subject, _ := s.Add(ctx, &Subject{Name: "x", Teacher: teacher.ID})
	student, _ := s.Add(ctx, &Student{Name: "x", Group: group.ID})
	for i := int64(1); ; i++ {
		if _, err := s.Add(ctx, &Grade{Student: student.ID, Subject: subject.ID, Mark: 1, Day: Day(day)}); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("+")
		if i%20 != 0 {
			continue
		}
		n, next := 0, i*1_000_000
		err := s.load(ctx, i%40 == 0, func(kind Kind) (source, error) {
			if kind != GradeKind {
				return nil, nil
			}
			return sourceFunc(func() (record, error) {
				if n++; n > 2000 {
					return nil, errEOF
				}
				if n%200 == 0 {
					os.Stdout.WriteString(".")
				}
				next++
				return record{next, student.ID, subject.ID, int64(2), day}, nil
			}), nil
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The order of (whole, fraction) is the order of the exact means, also of the nearest neighbours there can be.
func TestMeansAreComparedExactly(t *testing.T) {
	s := openMigrated(t, "sqlite::memory:")
	const most = 1<<31 - 1
	means := []Mean{
		{1, most},
		{1, most - 1},
		{2, most},
		{0, 1},
		{0, most},
		{most - 1, most},
		{most - 2, most - 1},
		{1, 1},
		{1, 3},
		{2, 6},
		{int64(MaxMark), 1},
		{int64(MaxMark)*3 - 1, 3},
		{1 << 62, most},
		{1<<62 - 1, most},
		{1<<62 - 1, most - 1},
	}
	r := rand.New(rand.NewPCG(1, 6))
	for range 250 {
		count := r.Int64N(most) + 1
		means = append(means, Mean{r.Int64N(1 << 62), count}, Mean{r.Int64N(50), r.Int64N(50) + 1})
	}
	type key struct{ whole, fraction int64 }
	keys := make([]key, len(means))
	for i, m := range means {
		const insert = "INSERT INTO student_sums (student_id, name, grade_sum, grade_count) VALUES (?, ?, ?, ?)"
		if _, err := s.db.ExecContext(t.Context(), insert, i+1, strconv.Itoa(i), m.Sum, m.Count); err != nil {
			t.Fatal(err)
		}
		err := s.db.QueryRowContext(t.Context(), "SELECT whole, fraction FROM student_sums WHERE student_id = ?", i+1).
			Scan(&keys[i].whole, &keys[i].fraction)
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range means {
		for j := range means {
			want := means[i].Compare(means[j])
			got := cmpOr(keys[i].whole, keys[j].whole, keys[i].fraction, keys[j].fraction)
			if got != want {
				t.Fatalf("%v and %v: got %d, want %d", means[i], means[j], got, want)
			}
		}
	}
}

func cmpOr(a, b, c, d int64) int {
	switch {
	case a != b && a < b, a == b && c < d:
		return -1
	case a == b && c == d:
		return 0
	}
	return 1
}
