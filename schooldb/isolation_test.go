package schooldb

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/uptrace/bun"
)

// Another program adds the first grade of a student while one changes the student or removes all grades: at every level
// of isolation the sums stay true, or one of the two is told that it was given up.
func testIsolation(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	const add = "INSERT INTO grades (id, student_id, subject_id, grade, received_on) VALUES (1, 1, 1, 700, '2026-01-01')"
	for _, level := range []sql.IsolationLevel{sql.LevelReadCommitted, sql.LevelRepeatableRead, sql.LevelSerializable} {
		for _, change := range []string{
			"UPDATE students SET group_id = 2 WHERE id = 1",
			"UPDATE students SET group_id = NULL WHERE id = 1",
			"UPDATE students SET name = 'Another' WHERE id = 1",
			"TRUNCATE grades",
		} {
			for name, interleave := range map[string]func(first, second *foreign){
				// Both have their snapshot before either writes.
				"one after the other": func(first, second *foreign) {
					first.write()
					first.commit()
					second.write()
					second.commit()
				},
				"one waits for the other": func(first, second *foreign) {
					first.write()
					waiting := make(chan struct{})
					go func() { defer close(waiting); second.write() }()
					second.awaitBlocked(waiting)
					first.commit()
					<-waiting
					second.commit()
				},
			} {
				for _, statements := range [][2]string{{add, change}, {change, add}} {
					if _, err := s.db.ExecContext(t.Context(), `
						TRUNCATE groups, teachers, subjects, students, grades, enrolments;
						TRUNCATE student_sums, student_subject_sums, group_subject_sums, subject_sums;
						INSERT INTO groups VALUES (1, 'A'), (2, 'B');
						INSERT INTO teachers VALUES (1, 'T');
						INSERT INTO subjects VALUES (1, 'S', 1);
						INSERT INTO students VALUES (1, 'N', 1)`); err != nil {
						t.Fatal(err)
					}
					first, second := begin(t, s, level, statements[0]), begin(t, s, level, statements[1])
					interleave(first, second)
					about := fmt.Sprintf("%s, %s: %q then %q", level, name, statements[0], statements[1])
					if level == sql.LevelReadCommitted && (first.err != nil || second.err != nil) {
						t.Errorf("%s: given up: %v %v", about, first.err, second.err)
					}
					if first.err != nil && second.err != nil {
						t.Errorf("%s: both given up: %v, %v", about, first.err, second.err)
					}
					if differences, err := s.Verify(t.Context()); err != nil || len(differences) > 0 {
						t.Errorf("%s (%v, %v): verify: %v %v", about, first.err, second.err, differences, err)
					}
				}
			}
		}
	}
}

// foreign is a transaction of another program that makes one statement.
type foreign struct {
	t         *testing.T
	school    *School
	tx        bun.Tx
	statement string
	err       error // why it was given up
}

// begin takes the snapshot.
func begin(t *testing.T, s *School, level sql.IsolationLevel, statement string) *foreign {
	tx, err := s.db.BeginTx(t.Context(), &sql.TxOptions{Isolation: level})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
	if _, err := tx.ExecContext(t.Context(), "SELECT 1 FROM subjects"); err != nil {
		t.Fatal(err)
	}
	return &foreign{t: t, school: s, tx: tx, statement: statement}
}

func (f *foreign) write() {
	_, f.err = f.tx.ExecContext(f.t.Context(), f.statement)
	f.check()
}

func (f *foreign) commit() {
	if f.err != nil {
		f.tx.Rollback()
		return
	}
	f.err = f.tx.Commit()
	f.check()
}

func (f *foreign) check() {
	if f.err != nil && !isGivenUp(f.err) {
		f.t.Errorf("%s: %v", f.statement, f.err)
	}
}

// awaitBlocked returns when the statement waits for a lock, or is done.
func (f *foreign) awaitBlocked(done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
		}
		var blocked bool
		err := f.school.db.QueryRowContext(context.WithoutCancel(f.t.Context()), `SELECT EXISTS (
			SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')`).Scan(&blocked)
		if err != nil {
			f.t.Error(err)
			return
		}
		if blocked {
			return
		}
	}
}
