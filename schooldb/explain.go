package schooldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/uptrace/bun"
)

// explain reads all files and reports every wrong row, in batches, with a temporary table for what the files hold. It
// changes nothing, and returns how many rows are wrong.
func (s *School) explain(ctx context.Context, dir string, o ImportOptions) (int, error) {
	e := &explanation{}
	e.wrong = func(w *WrongRow) {
		e.count++
		o.Wrong(w)
	}
	files, err := openAll(dir, e.wrong)
	if err != nil {
		return 0, err
	}
	defer files.close()
	err = s.rehearse(ctx, func(tx bun.Tx) error {
		e.tx = tx
		for _, kind := range Kinds() {
			if files[kind] == nil {
				continue
			}
			if err := e.file(ctx, files[kind]); err != nil {
				return err
			}
		}
		return nil
	})
	return e.count, err
}

// rehearse runs do in a transaction that has a temporary table and leaves no trace.
func (s *School) rehearse(ctx context.Context, do func(bun.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: s.dialect == sqlite}) // SQLite: takes no lock for writing
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// b is the second half of an enrolment's key and 0 for other kinds.
	_, err = tx.ExecContext(ctx, "CREATE TEMPORARY TABLE seen (kind text, a bigint, b bigint, line bigint, PRIMARY KEY (kind, a, b))")
	if err != nil {
		return err
	}
	return do(tx)
}

// explanation looks for the wrong rows of an import.
type explanation struct {
	tx    bun.Tx
	wrong func(*WrongRow)
	count int
}

// checked is a row that could be read, or at least its key.
type checked struct {
	key      pair
	line     int
	pointers []int64 // by field of the kind, 0 for none
	wrong    *WrongRow
}

// pair is a key: an identifier and 0, or both halves of an enrolment.
type pair [2]int64

// file checks the rows of one file.
func (e *explanation) file(ctx context.Context, f *csvFile) error {
	const size = 500
	batch := make([]checked, 0, size)
	for {
		record, err := f.next()
		var wrong *WrongRow
		if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &wrong) {
			return err
		}
		if record != nil {
			batch = append(batch, check(f, record, wrong))
		}
		if len(batch) == size || record == nil {
			if err := e.batch(ctx, f, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
		if record == nil {
			return nil
		}
	}
}

// check takes from a record what has to be looked up.
func check(f *csvFile, record record, wrong *WrongRow) checked {
	c := checked{line: f.reader.Line(), wrong: wrong, pointers: make([]int64, len(record))}
	for i, field := range f.kind.fields() {
		if id, ok := record[i].(int64); ok && field.points != "" {
			c.pointers[i] = id
		}
	}
	if f.kind == EnrolmentKind {
		c.key = pair{c.pointers[0], c.pointers[1]}
	} else if id, ok := record[0].(int64); ok {
		c.key[0] = id
	}
	return c
}

// batch looks up the keys and pointers of some rows, reports the wrong ones and remembers the keys.
func (e *explanation) batch(ctx context.Context, f *csvFile, rows []checked) error {
	if len(rows) == 0 {
		return nil
	}
	there, err := e.there(ctx, f.kind, rows)
	if err != nil {
		return err
	}
	seen, err := e.seen(ctx, f.kind, rows)
	if err != nil {
		return err
	}
	exist := make([]map[int64]bool, len(f.kind.fields()))
	for i, field := range f.kind.fields() {
		if field.points == "" {
			continue
		}
		if exist[i], err = e.exist(ctx, field.points, i, rows); err != nil {
			return err
		}
	}
	fresh := []seenRow{}
	for _, row := range rows {
		line := seen[row.key]
		if row.key[0] != 0 && line == 0 {
			seen[row.key] = row.line
			fresh = append(fresh, seenRow{string(f.kind), row.key[0], row.key[1], row.line})
		}
		if wrong := row.mistake(f, there[row.key], line, exist); wrong != nil {
			e.wrong(wrong)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	_, err = e.tx.NewInsert().Model(&fresh).ModelTableExpr("seen").Exec(ctx)
	return err
}

// seenRow is a row of the temporary table.
type seenRow struct {
	Kind string
	A, B int64
	Line int
}

// mistake returns what is wrong with a row, nil when nothing is.
func (c checked) mistake(f *csvFile, there bool, line int, exist []map[int64]bool) *WrongRow {
	if c.wrong != nil {
		return c.wrong
	}
	key, column := fmt.Sprintf("id %d", c.key[0]), "id"
	if f.kind == EnrolmentKind {
		key, column = "the enrolment", "-"
	}
	switch {
	case line != 0:
		return &WrongRow{f.name, c.line, column, fmt.Sprintf("%s is in line %d already", key, line)}
	case there:
		return &WrongRow{f.name, c.line, column, key + " is in the database already"}
	}
	for _, i := range f.order {
		field := f.kind.fields()[i]
		if id := c.pointers[i]; id != 0 && !exist[i][id] {
			return &WrongRow{f.name, c.line, field.name, fmt.Sprintf("there is no %s %d", field.points, id)}
		}
	}
	return nil
}

// there returns which keys are in the database.
func (e *explanation) there(ctx context.Context, kind Kind, rows []checked) (map[pair]bool, error) {
	query := e.tx.NewSelect().Table(kind.Table())
	if kind == EnrolmentKind {
		query = query.Column("student_id", "subject_id").Where("(student_id, subject_id) IN (VALUES ?)", bun.List(keys(rows)))
	} else {
		query = query.ColumnExpr("id, 0").Where("id IN (?)", bun.List(firsts(rows)))
	}
	there := map[pair]bool{}
	r, err := query.Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		var key pair
		if err := r.Scan(&key[0], &key[1]); err != nil {
			return nil, err
		}
		there[key] = true
	}
	return there, r.Err()
}

// seen returns on which lines the keys were already.
func (e *explanation) seen(ctx context.Context, kind Kind, rows []checked) (map[pair]int, error) {
	r, err := e.tx.QueryContext(ctx, "SELECT a, b, line FROM seen WHERE kind = ? AND a IN (?)", string(kind), bun.List(firsts(rows)))
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

// exist returns which of the things that field i points to are in the database or in a file.
func (e *explanation) exist(ctx context.Context, kind Kind, i int, rows []checked) (map[int64]bool, error) {
	ids := make([]int64, len(rows))
	for j, row := range rows {
		ids[j] = row.pointers[i]
	}
	r, err := e.tx.QueryContext(ctx, "SELECT id FROM ? WHERE id IN (?) UNION ALL SELECT a FROM seen WHERE kind = ? AND a IN (?)",
		bun.Ident(kind.Table()), bun.List(ids), string(kind), bun.List(ids))
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

func firsts(rows []checked) []int64 {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.key[0]
	}
	return ids
}

func keys(rows []checked) []bun.TupleValues {
	all := make([]bun.TupleValues, len(rows))
	for i := range rows {
		all[i] = bun.Tuple(rows[i].key[:])
	}
	return all
}
