package schooldb

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// Many write at once: grades that change hands between the same few students, students who change groups, loads, and
// statements of other programs. Nobody fails, and the sums stay true.
func testConcurrentWriters(t *testing.T, fresh func(testing.TB) *School) {
	s, m := fresh(t), newModel()
	for id := int64(1); id <= 4; id++ {
		m.groups[id], m.teachers[id] = "G", "T"
		m.subjects[id], m.students[id] = modelSubject{"S", id}, modelStudent{"N", id}
	}
	for id := int64(1); id <= 40; id++ {
		m.grades[id] = modelGrade{1 + id%4, 1 + id/4%4, id, "2026-01-01"}
	}
	if err := s.load(t.Context(), true, func(k Kind) (source, error) { return m.records(k), nil }, nil); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for writer := range uint64(6) {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(writer, 7))
			for range consoletest.Count(20, 500) {
				if err := writeSomething(t, r, s); err != nil && !errors.Is(err, ErrNotFound) {
					t.Errorf("writer %d: %v", writer, err)
				}
			}
		})
	}
	writers.Go(func() {
		for id := int64(1004); id > 1000; id-- { // downwards: an added grade gets a greater number than all
			err := s.load(t.Context(), id%2 == 0, func(k Kind) (source, error) {
				other := newModel()
				for i := range int64(4) {
					other.grades[10*id+i] = modelGrade{4 - i, 1 + i, 500, "2026-01-02"}
				}
				return other.records(k), nil
			}, nil)
			if err != nil {
				t.Errorf("load: %v", err)
			}
		}
	})
	writers.Wait()
	if differences, err := s.Verify(t.Context()); err != nil || len(differences) > 0 {
		t.Errorf("verify: %v %v", differences, err)
	}
}

// writeSomething makes one change.
func writeSomething(t *testing.T, r *rand.Rand, s *School) error {
	any4 := func() int64 { return 1 + r.Int64N(4) }
	mark := Mark(r.IntN(1200))
	switch r.IntN(6) {
	case 0:
		_, err := s.Add(t.Context(), &Grade{Student: any4(), Subject: any4(), Mark: mark, Day: "2026-01-03"})
		return err
	case 1:
		return s.Remove(t.Context(), GradeKind, Key{ID: 1 + r.Int64N(60)})
	case 2:
		group := any4()
		return s.Edit(t.Context(), StudentKind, Key{ID: any4()}, func(r Record) { r.(*Student).Group = group })
	case 3:
		_, err := s.db.ExecContext(
			t.Context(),
			"UPDATE grades SET grade = grade + 1, student_id = 1 + id % 4 WHERE id % 7 = ?",
			r.IntN(7),
		)
		if isGivenUp(err) {
			return nil // what another program does then is its own affair
		}
		return err
	default:
		student, subject := any4(), any4()
		return s.Edit(t.Context(), GradeKind, Key{ID: 1 + r.Int64N(40)}, func(r Record) {
			g := r.(*Grade)
			g.Student, g.Subject, g.Mark = student, subject, mark
		})
	}
}

// Who reads while an import has written much and not yet committed waits for nothing and sees the school as it was.
func testReadersDuringImport(t *testing.T, fresh func(testing.TB) *School) {
	for _, much := range []bool{false, true} {
		s, m := fresh(t), newModel()
		m.teachers[1], m.subjects[1], m.students[1] = "T", modelSubject{"S", 1}, modelStudent{"N", 0}
		m.grades[1] = modelGrade{1, 1, 700, "2026-01-01"}
		if err := s.load(t.Context(), much, func(k Kind) (source, error) { return m.records(k), nil }, nil); err != nil {
			t.Fatal(err)
		}
		query, _ := QueryByName("top-students")
		before := m.answer(query.Name, Parameters{})
		n := int64(1)
		err := s.load(t.Context(), much, func(k Kind) (source, error) {
			if k != GradeKind {
				return nil, nil
			}
			return sourceFunc(func() (record, error) {
				if n++; n > 3000 {
					return nil, errEOF
				}
				if n%1000 == 0 {
					if got := ask(t, s, query, Parameters{}); len(got) != 1 || got[0] != before[0] {
						t.Errorf("during the import: got %s, want %s", got, before)
					}
				}
				return record{n, int64(1), int64(1), int64(1200), "2026-01-02"}, nil
			}), nil
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, s, query, Parameters{}); len(got) != 1 || got[0] == before[0] {
			t.Errorf("after the import: got %s", got)
		}
	}
}
