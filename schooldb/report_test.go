package schooldb

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// The parts of a summary add up to the same grades, and to the model's.
func testSummarize(t *testing.T, fresh func(testing.TB) *School) {
	for seed := range uint64(5) {
		m := randomModel(rand.New(rand.NewPCG(seed, 7)))
		s := fresh(t)
		if err := s.load(t.Context(), true, func(k Kind) (source, error) { return m.records(k), nil }, nil); err != nil {
			t.Fatal(err)
		}
		ids := []int64{0}
		for id := range m.groups {
			ids = append(ids, id)
		}
		for _, id := range ids {
			got, err := s.Summarize(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			want := m.mean(func(g modelGrade) bool { return id == 0 || m.students[g.student].group == id })
			if got.Mean.Count != want.count || big.NewRat(got.Mean.Sum, 100).Cmp(want.sum) != 0 {
				t.Errorf("seed %d group %d: %+v, want %v", seed, id, got.Mean, want)
			}
			var months Mean
			for _, month := range got.Months {
				months.Sum += month.Mean.Sum
				months.Count += month.Mean.Count
			}
			var marks int64
			for _, bar := range got.Marks {
				marks += bar.Count
			}
			if id != 0 {
				table, err := s.TermTable(t.Context(), id, Period{})
				if err != nil {
					t.Fatal(err)
				}
				var all Mean
				for _, row := range table.Students {
					all.Sum += row.Mean.Sum
					all.Count += row.Mean.Count
				}
				if all != got.Mean || len(table.Students) != got.Students {
					t.Errorf("seed %d group %d: %d students, %+v, want %+v", seed, id, len(table.Students), all, got.Mean)
				}
			}
			if months != got.Mean || marks != got.Mean.Count {
				t.Errorf("seed %d group %d: months %+v, %d marks, mean %+v", seed, id, months, marks, got.Mean)
			}
		}
		for id := range m.students {
			day := "2025-09-02"
			record, err := s.StudentRecord(t.Context(), id, Period{Last: Day(day)})
			if err != nil {
				t.Fatal(err)
			}
			want := m.mean(func(g modelGrade) bool { return g.student == id && g.day <= day })
			if record.Mean.Count != want.count || big.NewRat(record.Mean.Sum, 100).Cmp(want.sum) != 0 {
				t.Errorf("seed %d student %d: %+v, want %v", seed, id, record.Mean, want)
			}
		}
		s.Close()
	}
}
