package schooldb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// What a plan looks up in the database for the rows of a batch.

// findOld finds the records that exist already.
func (f *filePlan) findOld(ctx context.Context, rows []planned) error {
	if f.kind == GradeKind && !f.file.numbered() {
		return f.findGrades(ctx, rows)
	}
	old, err := f.records(ctx, rows, f.byKey(rows))
	for i := range rows {
		rows[i].old = old[rows[i].key]
	}
	return err
}

// findGrades is findOld for grades: a student's in a subject on a day.
func (f *filePlan) findGrades(ctx context.Context, rows []planned) error {
	var lessons []statement.Lesson
	for i := range rows {
		if l, ok := lessonOf(rows[i].record); ok {
			lessons = append(lessons, l)
		}
	}
	if len(lessons) == 0 {
		return nil
	}
	// The numbers of those that this import has added begin with the file's first.
	old, err := f.records(ctx, rows, statement.OfLesson(lessons, f.school.dialect))
	if err != nil {
		return err
	}
	there := map[statement.Lesson][]record{}
	for _, r := range old {
		l, _ := lessonOf(r)
		there[l] = append(there[l], r)
	}
	for _, all := range there {
		slices.SortFunc(all, func(a, b record) int { return cmp.Compare(a[0].(int64), b[0].(int64)) })
	}
	for i := range rows {
		row := &rows[i]
		l, ok := lessonOf(row.record)
		if !ok {
			continue
		}
		// Rows of this import come after those that were there before.
		switch n := f.twin(fmt.Sprint(l)); {
		case n < len(there[l]) && !f.mine(there[l][n]):
			row.identify(there[l][n][0].(int64))
			row.old = there[l][n]
		case row.wrong == nil:
			row.identify(f.file.number)
			f.file.number++
		}
	}
	return nil
}

// mine reports whether this import has added a record: then its number is one that the file has assigned.
func (f *filePlan) mine(r record) bool {
	id := r[0].(int64)
	return id >= f.file.first && id < f.file.number
}

// byKey returns a condition for the records of some rows.
func (f *filePlan) byKey(rows []planned) string {
	texts := make([]string, len(rows))
	for i, row := range rows {
		texts[i] = strconv.FormatInt(row.key[0], 10)
		if f.kind == EnrolmentKind {
			texts[i] = fmt.Sprintf("(%d, %d)", row.key[0], row.key[1])
		}
	}
	if f.kind == EnrolmentKind {
		return fmt.Sprintf("(student_id, subject_id) IN (VALUES %s)", strings.Join(texts, ", "))
	}
	return fmt.Sprintf("id IN (%s)", strings.Join(texts, ", "))
}

// records returns the records for which a condition holds, by key.
func (f *filePlan) records(ctx context.Context, rows []planned, condition string) (map[pair]record, error) {
	r, err := f.tx.QueryContext(ctx, "SELECT "+columnList(f.kind)+" FROM "+f.kind.Table()+" WHERE "+condition)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	found := make(map[pair]record, len(rows))
	of := f.kind.New()
	into := targets(of)
	for r.Next() {
		if err := r.Scan(into...); err != nil {
			return nil, err
		}
		row := rowOf(of)
		found[f.kind.key(row)] = row
	}
	return found, r.Err()
}

// seen returns the lines on which keys have appeared before.
func (f *filePlan) seen(ctx context.Context, rows []planned) (map[pair]int, error) {
	r, err := f.tx.QueryContext(
		ctx,
		"SELECT a, b, line FROM seen WHERE kind = ? AND a IN (?)",
		string(f.kind),
		bun.List(firsts(rows)),
	)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	seen := map[pair]int{}
	for r.Next() {
		var key pair
		var line int
		if err := r.Scan(&key[0], &key[1], &line); err != nil {
			return nil, err
		}
		seen[key] = line
	}
	return seen, r.Err()
}

// exist returns which of the records that field i refers to are in the database or in a file.
func (f *filePlan) exist(ctx context.Context, kind Kind, i int, rows []planned) (map[int64]bool, error) {
	ids := make([]int64, len(rows))
	for j, row := range rows {
		ids[j], _ = row.record[i].(int64)
	}
	r, err := f.tx.QueryContext(
		ctx,
		"SELECT id FROM ? WHERE id IN (?) UNION ALL SELECT a FROM seen WHERE kind = ? AND a IN (?)",
		bun.Ident(kind.Table()),
		bun.List(ids),
		string(kind),
		bun.List(ids),
	)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	exist := map[int64]bool{}
	for r.Next() {
		var id int64
		if err := r.Scan(&id); err != nil {
			return nil, err
		}
		exist[id] = true
	}
	return exist, r.Err()
}

func firsts(rows []planned) []int64 {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.key[0]
	}
	return ids
}

// identify says which record a row without an id is about.
func (r *planned) identify(id int64) { r.record[0], r.key = id, pair{id, 0} }

// twin returns how many rows had this content before.
func (f *filePlan) twin(content string) int {
	f.twins[content]++
	return f.twins[content] - 1
}
