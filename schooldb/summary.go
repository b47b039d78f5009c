package schooldb

import (
	"context"
	"database/sql"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// Summary is what a report shows about the whole school or one group, as of one moment.
type Summary struct {
	Group    string // "" for the whole school
	Students int
	Mean     Mean
	Subjects []NamedMean // by name
	Groups   []NamedMean // by name, of the whole school only
	Months   []NamedMean // YYYY-MM, in order
	Best     []NamedMean // the five students with the highest mean, MaxBest of a group
	Marks    []Bar       // how many grades there are from every whole mark to the next
}

// MaxBest is how many students of a group a Summary ranks.
const MaxBest = 40

// NamedMean is the mean of something.
type NamedMean struct {
	Name string
	Mean Mean
}

// Bar counts the grades from Least to Greatest; Kinds is how many different marks are among them.
type Bar struct {
	Least, Greatest Mark
	Kinds           int64
	Count           int64
}

// Label says what the bar counts: 7, 7 and 7.5, or 7 to 7.9.
func (b Bar) Label(and, to string) string {
	switch b.Kinds {
	case 1:
		return b.Least.String()
	case 2:
		return b.Least.String() + " " + and + " " + b.Greatest.String()
	}
	return b.Least.String() + " " + to + " " + b.Greatest.String()
}

// Summarize returns the summary of the group with this identifier, of the whole school when it is 0. It returns
// ErrNotFound if the group does not exist.
func (s *School) Summarize(ctx context.Context, group int64) (*Summary, error) {
	var summary Summary
	snapshot := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	err := s.db.Reader.RunInTx(ctx, snapshot, func(ctx context.Context, tx bun.Tx) error {
		r := summarizer{s.dialect, tx, group}
		if group != 0 {
			if err := s.find(ctx, tx, OfGroup, group); err != nil {
				return err
			}
			if err := tx.QueryRowContext(ctx, "SELECT name FROM groups WHERE id = ?", group).Scan(&summary.Group); err != nil {
				return err
			}
		}
		if err := r.students(ctx, &summary.Students); err != nil {
			return err
		}
		for into, text := range map[*[]NamedMean]statement.Text{
			&summary.Subjects: subjectMeans, &summary.Groups: groupMeans, &summary.Months: statement.MonthMeans,
			&summary.Best: bestMeans,
		} {
			var err error
			if *into, err = r.means(ctx, text); err != nil {
				return err
			}
		}
		for _, subject := range summary.Subjects {
			summary.Mean.Sum += subject.Mean.Sum
			summary.Mean.Count += subject.Mean.Count
		}
		var err error
		summary.Marks, err = r.marks(ctx)
		return err
	})
	if err != nil {
		return nil, failed("report", err)
	}
	return &summary, nil
}

// summarizer reads the parts of a summary. In its statements ?0 is the group, 0 for all, and ?1 is MaxBest.
type summarizer struct {
	dialect statement.Dialect
	tx      bun.Tx
	group   int64
}

const subjectMeans statement.Text = `
SELECT u.name, sum(t.grade_sum)::int64, sum(t.grade_count)::int64
FROM subjects AS u JOIN (
    SELECT subject_id, grade_sum, grade_count FROM group_subject_sums WHERE group_id = ?0
    UNION ALL
    SELECT subject_id, grade_sum, grade_count FROM subject_sums WHERE ?0 = 0) AS t ON t.subject_id = u.id
GROUP BY u.id, u.name
ORDER BY u.name, u.id`

const groupMeans statement.Text = `
SELECT g.name, sum(t.grade_sum)::int64, sum(t.grade_count)::int64
FROM groups AS g JOIN group_subject_sums AS t ON t.group_id = g.id
WHERE ?0 = 0
GROUP BY g.id, g.name
ORDER BY g.name, g.id`

const bestMeans statement.Text = `
SELECT name, grade_sum, grade_count
FROM student_sums
WHERE ?0 = 0 OR group_id = ?0
ORDER BY whole DESC, fraction DESC, {in_order}
LIMIT CASE WHEN ?0 = 0 THEN 5 ELSE ?1 END`

func (r summarizer) students(ctx context.Context, into *int) error {
	return r.tx.QueryRowContext(ctx, "SELECT count(*) FROM students WHERE ?0 = 0 OR group_id = ?0", r.group).Scan(into)
}

func (r summarizer) means(ctx context.Context, text statement.Text) ([]NamedMean, error) {
	rows, err := r.tx.QueryContext(ctx, text.In(r.dialect), r.group, MaxBest)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var means []NamedMean
	for rows.Next() {
		var m NamedMean
		if err := rows.Scan(&m.Name, &m.Mean.Sum, &m.Mean.Count); err != nil {
			return nil, err
		}
		means = append(means, m)
	}
	return means, rows.Err()
}

func (r summarizer) marks(ctx context.Context) ([]Bar, error) {
	rows, err := r.tx.QueryContext(ctx, `
		SELECT min(r.grade), max(r.grade), count(DISTINCT r.grade), count(*)
		FROM grades AS r JOIN students AS s ON s.id = r.student_id
		WHERE ?0 = 0 OR s.group_id = ?0
		GROUP BY r.grade / 100
		ORDER BY 1`, r.group)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var bars []Bar
	for rows.Next() {
		var b Bar
		if err := rows.Scan(&b.Least, &b.Greatest, &b.Kinds, &b.Count); err != nil {
			return nil, err
		}
		bars = append(bars, b)
	}
	return bars, rows.Err()
}
