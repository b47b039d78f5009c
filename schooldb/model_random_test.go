package schooldb

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// nastyName is a name that orders, quotes or folds badly somewhere.
func nastyName(r *rand.Rand) string {
	names := [...]string{
		"Їжак", "їжак", "Ґудзь", "Zoë", "Zoe", "zoe", "a", "A", "aa", "a b", " a", "a ", "a\u0301", "á", "O'Brien",
		`"quoted"`,
		"x,y", "x;y", "x\ty", "two\nlines", "two\r\nlines", "=1+1", "-2", "@sum", "😀", "🇺🇦", "\ufeffbom", "日本", "\U0010ffff",
		"\uffff",
		"%", "_", "?", "?0", "$1", ":x", "\\", "\x01", "\u2028", "ı", "İ", "ß", "ss", "10", "9", "NULL",
		"Robert'); DROP TABLE students;--", "_x0041_", "_x005F_x",
		strings.Repeat("довге ", 700), strings.Repeat("довге ", 700) + "!", strings.Repeat("я", 200),
		strings.Repeat("я", 200) + "а",
	}
	return names[r.IntN(len(names))]
}

// id returns a key of things, seldom one that is not.
func anyID[T any](r *rand.Rand, things map[int64]T) int64 {
	if len(things) == 0 || r.IntN(12) == 0 {
		return int64(1 + r.IntN(1_000_000))
	}
	ids := slices.Sorted(maps.Keys(things))
	return ids[r.IntN(len(ids))]
}

// newID returns a small number or one beyond 2^31.
func newID[T any](r *rand.Rand, things map[int64]T) int64 {
	for {
		id := int64(1 + r.IntN(200))
		if r.IntN(4) == 0 {
			id = r.Int64N(1<<62) + 1
		}
		if !has(things, id) {
			return id
		}
	}
}

// randomModel invents a school with ties, empty groups, idle teachers and students without grades or group.
func randomModel(r *rand.Rand) *model {
	m := newModel()
	for range r.IntN(5) {
		m.groups[newID(r, m.groups)] = nastyName(r)
	}
	for range r.IntN(4) {
		m.teachers[newID(r, m.teachers)] = nastyName(r)
	}
	if len(m.teachers) > 0 {
		for range r.IntN(6) {
			m.subjects[newID(r, m.subjects)] = modelSubject{nastyName(r), pick(r, m.teachers)}
		}
	}
	for range r.IntN(25) {
		s := modelStudent{name: nastyName(r)}
		if len(m.groups) > 0 && r.IntN(6) > 0 {
			s.group = pick(r, m.groups)
		}
		m.students[newID(r, m.students)] = s
	}
	if len(m.subjects) == 0 || len(m.students) == 0 {
		return m
	}
	few := 1 + r.IntN(4)
	for range r.IntN(150) {
		m.grades[newID(r, m.grades)] = modelGrade{
			pick(r, m.students),
			pick(r, m.subjects),
			randomHundredths(r, few),
			randomDay(r),
		}
	}
	for range r.IntN(10) {
		m.enrolments[[2]int64{pick(r, m.students), pick(r, m.subjects)}] = true
	}
	return m
}

// randomHundredths makes ties likely: one of a few grades, seldom a large one.
func randomHundredths(r *rand.Rand, few int) int64 {
	if r.IntN(50) == 0 {
		return r.Int64N(int64(MaxMark) + 1)
	}
	return int64(r.IntN(few)) * 333
}

func randomDay(r *rand.Rand) string {
	days := [...]string{"0001-01-01", "2024-02-29", "2025-09-01", "2025-09-02", "2025-12-31", "2026-01-01", "9999-12-31"}
	return days[r.IntN(len(days))]
}

func pick[T any](r *rand.Rand, things map[int64]T) int64 {
	ids := slices.Sorted(maps.Keys(things))
	return ids[r.IntN(len(ids))]
}
