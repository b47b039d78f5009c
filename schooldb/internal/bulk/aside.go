package bulk

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pythonweb/goweb/schooldb/internal/statement"
)

// Part is what is dropped from a PostgreSQL database while its first grades come in: the foreign keys of grades and the
// indexes of grades and sums, which are recreated at the end and then check and sort everything at once. The sums are
// computed then, too.
type Part struct {
	Drop, Restore string
	OfSums        bool // an index of sums, created after they are computed
	Reference     bool
}

// lockNotAvailable is the SQLSTATE of a lock that somebody else holds.
const lockNotAvailable = "55P03"

// SetAsideFirst drops what the first import does not need, if this is the first, the user owns the tables and nobody is
// reading them, because readers then wait until the import has ended. Otherwise it returns nothing.
func SetAsideFirst(ctx context.Context, tx pgx.Tx) ([]Part, error) {
	var possible bool
	err := tx.QueryRow(ctx, `SELECT bool_and(pg_has_role(relowner, 'USAGE')) AND NOT EXISTS (SELECT 1 FROM grades)
		FROM pg_class WHERE oid = ANY (ARRAY['grades', 'students', 'subjects', 'student_sums', 'student_subject_sums',
			'group_subject_sums', 'subject_sums']::regclass[])`).Scan(&possible)
	if err != nil || !possible {
		return nil, err
	}
	err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `LOCK TABLE grades, students, subjects, student_sums, student_subject_sums,
			group_subject_sums, subject_sums IN ACCESS EXCLUSIVE MODE NOWAIT`)
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == lockNotAvailable {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid),
			indrelid <> 'grades'::regclass, false
		FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
		WHERE (indrelid, relname) IN (('grades'::regclass, 'grades_of_student'), ('grades'::regclass, 'grades_of_day'),
			('student_sums'::regclass, 'ranking'), ('student_subject_sums'::regclass, 'subject_ranking'))
		UNION ALL
		SELECT format('ALTER TABLE grades DROP CONSTRAINT %I', conname),
			format('ALTER TABLE grades ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), false, true
		FROM pg_constraint WHERE contype = 'f' AND conrelid = 'grades'::regclass
		UNION ALL
		SELECT 'ALTER TABLE grades DISABLE TRIGGER grades_after_insert',
			'ALTER TABLE grades ENABLE TRIGGER grades_after_insert', false, true`)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Part])
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if _, err := tx.Exec(ctx, a.Drop); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// RestoreFirst recreates what SetAsideFirst has dropped, and computes the sums. made, if not nil, is told the progress.
func RestoreFirst(ctx context.Context, tx pgx.Tx, all []Part, made func(n, of int)) error {
	var ofGrades, truths, ofSums, references []string
	for _, sum := range statement.Sums() {
		truths = append(truths, sum.Remake(statement.Postgres)...)
	}
	for _, a := range all {
		switch {
		case a.Reference:
			references = append(references, a.Restore)
		case a.OfSums:
			ofSums = append(ofSums, a.Restore)
		default:
			ofGrades = append(ofGrades, a.Restore)
		}
	}
	statements := slices.Concat(ofGrades, truths, ofSums, references)
	for i, text := range statements {
		if made != nil {
			made(i, len(statements))
		}
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
