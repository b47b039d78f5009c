package schooldb

import (
	"errors"
	"path/filepath"
	"testing"
)

// Of two seeds at once one finds the database empty and then not: it says what a later one says.
func TestTwoSeeds(t *testing.T) {
	s := openMigrated(t, filepath.Join(t.TempDir(), "school.db"))
	o := SeedOptions{Students: 3, Groups: 1, Subjects: 1, Teachers: 1, Grades: 2, Seed: 1}
	if err := s.Seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := s.Seed(t.Context(), o); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("a second seed: %v", err)
	}
	// The same, as if it had looked before the first one wrote.
	err := s.load(t.Context(), true, func(kind Kind) (source, error) { return o.source(kind), nil }, nil)
	if err == nil || !errors.Is(seeded(err), ErrNotEmpty) {
		t.Errorf("a seed beside another: %v, %v", err, seeded(err))
	}
}
