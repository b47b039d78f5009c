package schooldb

import (
	"database/sql"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"
)

// rules are a PostgreSQL school's indexes, constraints and triggers, and whether these are enabled.
func rules(t *testing.T, s *School) []string {
	t.Helper()
	var all []string
	err := s.db.Reader.NewRaw(`
		SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
		WHERE relnamespace = 'public'::regnamespace
		UNION ALL
		SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated::text
		FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		UNION ALL
		SELECT pg_get_triggerdef(t.oid) || ' ' || tgenabled::text FROM pg_trigger AS t JOIN pg_class ON pg_class.oid = tgrelid
		WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
		ORDER BY 1`).Scan(t.Context(), &all)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The first grades come in without indexes, references and triggers, which are there again afterwards, whether it goes
// well or not. Nothing is set aside where grades are there, or where somebody would have to wait.
func testFirstGrades(t *testing.T, fresh func(testing.TB) *School) {
	m := newModel()
	m.teachers[1], m.subjects[1], m.students[1] = "T", modelSubject{"S", 1}, modelStudent{"N", 0}
	m.grades[1] = modelGrade{1, 1, 700, "2026-01-01"}
	load := func(s *School, m *model) (made int, err error) {
		err = s.load(t.Context(), true, func(k Kind) (source, error) { return m.records(k), nil }, func(int, int) { made++ })
		return made, err
	}
	s := fresh(t)
	before := rules(t, s)

	orphan := newModel()
	orphan.grades[1] = modelGrade{9, 9, 700, "2026-01-01"}
	if made, err := load(s, orphan); made == 0 || !isConstraint(err) {
		t.Errorf("a grade of nobody: %v, %d things made anew", err, made)
	}
	if diff := cmp.Diff(before, rules(t, s)); diff != "" {
		t.Errorf("after an import that failed:\n%s", diff)
	}

	if made, err := load(s, m); made == 0 || err != nil {
		t.Errorf("the first grades: %v, %d things made anew", err, made)
	}
	verified(t, s, "the first grades")
	if diff := cmp.Diff(before, rules(t, s)); diff != "" {
		t.Errorf("after the first grades:\n%s", diff)
	}
	more := newModel()
	more.grades[2] = modelGrade{1, 1, 900, "2026-01-02"}
	if made, err := load(s, more); made != 0 || err != nil {
		t.Errorf("further grades: %v, %d things made anew", err, made)
	}
	verified(t, s, "further grades")

	read := fresh(t)
	tx, err := read.db.Reader.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func(tx bun.Tx) { _ = tx.Rollback() }(tx)
	if _, err := tx.ExecContext(t.Context(), "SELECT 1 FROM students"); err != nil {
		t.Fatal(err)
	}
	if made, err := load(read, m); made != 0 || err != nil {
		t.Errorf("the first grades while somebody reads: %v, %d things made anew", err, made)
	}
	if _, err := tx.ExecContext(t.Context(), "SELECT 1 FROM grades"); err != nil {
		t.Errorf("who reads: %v", err)
	}
	verified(t, read, "the first grades while somebody reads")
}
