package schooldb

import (
	"math"
	"testing"
)

// The number of a removed record is not given again, and after the greatest there is a smaller free one follows.
func testIdentifiers(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	ctx := t.Context()
	add := func() int64 {
		t.Helper()
		key, err := s.Add(ctx, &Student{Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		return key.ID
	}
	exec := func(text string, args ...any) {
		t.Helper()
		if _, err := s.db.ExecContext(ctx, text, args...); err != nil {
			t.Fatal(err)
		}
	}
	want := func(want, got int64) {
		t.Helper()
		if want != got {
			t.Errorf("want %d, got %d", want, got)
		}
	}
	want(1, add())
	want(2, add())
	if err := s.Remove(ctx, StudentKind, Key{ID: 2}); err != nil {
		t.Fatal(err)
	}
	want(3, add())
	exec("DELETE FROM students WHERE id = 3") // by another program
	want(4, add())
	exec("INSERT INTO students (id, name) VALUES (?, 'y')", int64(math.MaxInt64))
	want(5, add())
	exec("DELETE FROM students WHERE id > 1")
	want(6, add())
	exec("INSERT INTO students (id, name) VALUES (?, 'y')", int64(lowIDs-1))
	want(2, add())
	want(3, add())
	verified(t, s, "additions")
}

// What no trigger sees is found, and mended.
func testRepair(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	o := SeedOptions{Students: 9, Groups: 2, Subjects: 3, Teachers: 2, Grades: 5, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"UPDATE student_sums SET grade_sum = grade_sum + 1 WHERE student_id = 1",
		"DELETE FROM subject_sums WHERE subject_id = 2",
		"UPDATE group_subject_sums SET grade_count = grade_count + 1", "UPDATE student_subject_sums SET name = 'x'",
	} {
		if _, err := s.db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if differences, err := s.Verify(t.Context()); err != nil || len(differences) == 0 {
				t.Errorf("%s: verify: %v %v", text, differences, err)
			}
		}
		if differences, err := s.Repair(t.Context()); err != nil || len(differences) == 0 {
			t.Errorf("%s: repair: %v %v", text, differences, err)
		}
		verified(t, s, text)
	}
	if differences, err := s.Repair(t.Context()); err != nil || len(differences) > 0 {
		t.Errorf("repair of nothing: %v %v", differences, err)
	}
	if _, err := s.db.ExecContext(t.Context(), "DELETE FROM grades WHERE student_id = 2"); err != nil {
		t.Fatal(err)
	}
	verified(t, s, "a change after the repairs")
}

// The migrations of the sums are undone and done again around the records.
func testMigrations(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	o := SeedOptions{Students: 9, Groups: 2, Subjects: 3, Teachers: 2, Grades: 5, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	states, err := s.Migrations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(states); n++ {
		if undone, err := s.Unmigrate(t.Context(), n); err != nil || len(undone) != n {
			t.Fatalf("down %d: %v %v", n, undone, err)
		}
		const change = "UPDATE students SET group_id = 3 - group_id; UPDATE grades SET grade = 1200 - grade"
		if _, err := s.db.ExecContext(t.Context(), change); err != nil {
			t.Fatalf("down %d: %v", n, err)
		}
		if done, err := s.Migrate(t.Context()); err != nil || len(done) != n {
			t.Fatalf("up %d: %v %v", n, done, err)
		}
		verified(t, s, "migrations")
	}
}
