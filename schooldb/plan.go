package schooldb

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"slices"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
	"github.com/uptrace/bun"
)

// errWrong ends the transaction of a plan that has found wrong rows.
var errWrong = errors.New("rows are wrong")

// importRows reads all files in batches, reports every wrong row and, unless it is a dry run, adds and changes records
// as they say. A temporary table holds the keys of the files.
func (s *School) importRows(ctx context.Context, path string, o ImportOptions) error {
	p := &plan{school: s, o: o}
	tell := o.Wrong
	p.o.Wrong = func(w *WrongRow) {
		p.wrong++
		tell(w)
	}
	do := func(ctx context.Context, tx bun.Tx) error {
		if err := p.goThrough(ctx, tx, path); err != nil {
			return err
		}
		if p.wrong > 0 {
			return errWrong
		}
		_, err := tx.ExecContext(ctx, "DROP TABLE seen")
		return err
	}
	if !o.DryRun {
		return s.db.RunInTx(ctx, nil, do)
	}
	readOnly := s.dialect == statement.SQLite // which then takes no lock for writing
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: readOnly})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return do(ctx, tx)
}

// plan is an import that looks at every row.
type plan struct {
	school *School
	o      ImportOptions
	tx     bun.Tx
	wrong  int
	tables files
}

// goThrough goes through all files.
func (p *plan) goThrough(ctx context.Context, tx bun.Tx, path string) error {
	p.tx = tx
	files, err := p.school.openAll(ctx, tx, path, &p.o)
	defer files.close()
	if err != nil {
		return err
	}
	p.tables = files
	if !p.o.DryRun {
		if err := p.school.lock(ctx, tx); err != nil {
			return err
		}
	}
	// b is the second half of an enrolment's key and 0 for other kinds.
	_, err = tx.ExecContext(
		ctx,
		"CREATE TEMPORARY TABLE seen (kind text, a bigint, b bigint, line bigint, PRIMARY KEY (kind, a, b))",
	)
	if err != nil {
		return err
	}
	for _, kind := range Kinds() {
		if files[kind] == nil {
			continue
		}
		if p.o.Read != nil {
			files[kind].read = p.o.Read
		}
		f := &filePlan{plan: p, file: files[kind], kind: kind, twins: map[string]int{}, count: Count{File: files[kind].name}}
		if err := f.all(ctx); err != nil {
			return err
		}
		if p.o.Counted != nil {
			p.o.Counted(&f.count)
		}
	}
	return nil
}

// filePlan is the plan of one file.
type filePlan struct {
	*plan
	file  *file
	kind  Kind
	twins map[string]int // how many rows without an id had this content, as far as it identifies
	count Count

	added []record
}

// planned is a row that could be read, or at least its key.
type planned struct {
	record record
	key    pair
	line   int
	wrong  *WrongRow
	old    record // the record that exists already, nil when none does
}

// pair is a key: an identifier and 0, or both halves of an enrolment.
type pair [2]int64

// key returns the key of a record, as far as it could be read.
func (k Kind) key(r record) pair {
	first, _ := r[0].(int64)
	if k != EnrolmentKind {
		return pair{first, 0}
	}
	second, _ := r[1].(int64)
	return pair{first, second}
}

// all goes through the file.
func (f *filePlan) all(ctx context.Context) error {
	const size = 500
	batch := make([]planned, 0, size)
	for {
		r, err := f.file.next()
		var wrong *WrongRow
		if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &wrong) {
			return err
		}
		if r != nil {
			f.count.Rows++
			batch = append(batch, planned{record: slices.Clone(r), key: f.kind.key(r), line: f.file.rows.Line(), wrong: wrong})
		}
		if len(batch) == size || r == nil && len(batch) > 0 {
			if err := f.batch(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
		if r == nil {
			return nil
		}
	}
}

// batch looks up the keys and references of some rows, reports the wrong ones, remembers the keys and applies the
// others.
func (f *filePlan) batch(ctx context.Context, rows []planned) error {
	if err := f.findOld(ctx, rows); err != nil {
		return err
	}
	seen, err := f.seen(ctx, rows)
	if err != nil {
		return err
	}
	exist := make([]map[int64]bool, len(f.file.fields))
	for i, field := range f.file.fields {
		if field.points == "" {
			continue
		}
		if exist[i], err = f.exist(ctx, field.points, i, rows); err != nil {
			return err
		}
	}
	fresh := []seenRow{}
	for i := range rows {
		row := &rows[i]
		line := seen[row.key]
		if row.key[0] != 0 && line == 0 {
			seen[row.key] = row.line
			fresh = append(fresh, seenRow{string(f.kind), row.key[0], row.key[1], row.line})
		}
		if wrong := f.mistake(row, line, exist); wrong != nil {
			if to := f.tables[wrong.missing]; to != nil && to.lost {
				continue // it may refer to a row that has been reported
			}
			f.count.Wrong++
			f.o.Wrong(wrong)
			continue
		}
		if err := f.take(ctx, row); err != nil {
			return err
		}
	}
	if err := f.insert(ctx); err != nil || len(fresh) == 0 {
		return err
	}
	_, err = f.tx.NewInsert().Model(&fresh).ModelTableExpr("seen").Exec(ctx)
	return err
}

// seenRow is a row of the temporary table.
type seenRow struct {
	Kind string
	A, B int64
	Line int
}

// take shows a row and, unless it is a dry run, does what the row says.
func (f *filePlan) take(ctx context.Context, row *planned) error {
	const shown = 5
	if f.o.DryRun && f.o.Understood != nil && f.count.New+f.count.Changed+f.count.Same < shown {
		f.o.Understood(f.understood(row))
	}
	if row.old == nil {
		f.count.New++
		f.added = append(f.added, row.record)
		return nil
	}
	set := map[string]any{}
	for i, field := range f.file.fields {
		if !f.file.gives[i] || i == 0 || row.record[i] == row.old[i] {
			continue
		}
		set[field.name] = row.record[i]
		if f.o.Changed != nil {
			f.o.Changed(&Change{
				File: f.file.name, Line: row.line, Kind: f.kind, ID: row.key[0], Field: field.name,
				Old: field.text(row.old[i]), New: field.text(row.record[i]),
			})
		}
	}
	if len(set) == 0 {
		f.count.Same++
		return nil
	}
	f.count.Changed++
	if f.o.DryRun || f.plan.wrong > 0 {
		return nil
	}
	_, err := f.tx.NewUpdate().Model(&set).Table(f.kind.Table()).Where("id = ?", row.key[0]).Exec(ctx)
	return err
}

// insert adds the new records of a batch.
func (f *filePlan) insert(ctx context.Context) error {
	added := f.added
	f.added = nil
	if f.o.DryRun || f.plan.wrong > 0 || len(added) == 0 {
		return nil
	}
	var args []any
	for _, r := range added {
		args = append(args, r...)
	}
	_, err := f.tx.ExecContext(ctx, insertStatement(f.kind, len(added)), args...)
	return err
}

// understood returns a row with the names of what it refers to, where they were read.
func (f *filePlan) understood(row *planned) *Understood {
	u := &Understood{File: f.file.name, Line: row.line, Kind: f.kind, Fields: f.kind.Columns()}
	for i, field := range f.file.fields {
		text := field.text(row.record[i])
		if id, ok := row.record[i].(int64); ok && field.points != "" {
			if name := f.file.names.name(field.points, id); name != "" {
				text += " " + name
			}
		}
		u.Values = append(u.Values, text)
	}
	return u
}
