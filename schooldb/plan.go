package schooldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// errWrong ends the transaction of a plan that has found wrong rows.
var errWrong = errors.New("rows are wrong")

// plan reads all files in batches, reports every wrong row and, unless it is a dry run, adds and changes what they
// say. A temporary table holds which keys the files have.
func (s *School) plan(ctx context.Context, path string, o ImportOptions) error {
	p := &plan{school: s, o: o}
	tell := o.Wrong
	p.o.Wrong = func(w *WrongRow) {
		p.wrong++
		tell(w)
	}
	do := func(ctx context.Context, tx bun.Tx) error {
		if err := p.files(ctx, tx, path); err != nil {
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
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: s.dialect == sqlite}) // SQLite: takes no lock for writing
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
}

// files goes through all files.
func (p *plan) files(ctx context.Context, tx bun.Tx, path string) error {
	p.tx = tx
	files, err := p.school.openAll(ctx, tx, path, &p.o)
	defer files.close()
	if err != nil {
		return err
	}
	if !p.o.DryRun {
		if err := p.school.lock(ctx, tx); err != nil {
			return err
		}
	}
	// b is the second half of an enrolment's key and 0 for other kinds.
	_, err = tx.ExecContext(ctx, "CREATE TEMPORARY TABLE seen (kind text, a bigint, b bigint, line bigint, PRIMARY KEY (kind, a, b))")
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
	old    record // what is there already, nil when nothing is
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

// batch looks up the keys and pointers of some rows, reports the wrong ones, remembers the keys and does what the
// others say.
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

// mistake returns what is wrong with a row, nil when nothing is. This is what a wrong row is; the rules of the
// tables refuse the same ones.
func (f *filePlan) mistake(row *planned, line int, exist []map[int64]bool) *WrongRow {
	if row.wrong != nil {
		return row.wrong
	}
	wrong := func(column, reason string) *WrongRow {
		return &WrongRow{f.file.name, row.line, column, reason}
	}
	key, column := fmt.Sprintf("id %d", row.key[0]), "id"
	switch {
	case f.kind == EnrolmentKind:
		key, column = "the enrolment", "-"
	case !f.file.numbered() && f.kind == GradeKind:
		key, column = fmt.Sprintf("grade %d of the same student, subject and day", row.key[0]), "-"
	case !f.file.numbered():
		key, column = fmt.Sprintf("%s %d of the same name", f.kind, row.key[0]), "-"
	}
	switch {
	case line != 0:
		return wrong(column, fmt.Sprintf("%s is in line %d already", key, line))
	case row.old != nil && !f.o.Update:
		return wrong(column, key+" is in the database already")
	case row.old == nil && f.o.Update:
		for i, field := range f.file.fields {
			if !f.file.gives[i] && !field.maybe && field.name != "id" {
				return wrong(column, fmt.Sprintf("there is no %s %d, and a new one needs its %s", f.kind, row.key[0], field.name))
			}
		}
	}
	for _, c := range f.file.columns {
		if c.use > asName {
			continue
		}
		field := f.file.fields[c.field]
		if id, ok := row.record[c.field].(int64); ok && field.points != "" && !exist[c.field][id] {
			return wrong(c.header, fmt.Sprintf("there is no %s %d", field.points, id))
		}
	}
	return nil
}

// take shows a row and does, or would do, what it says.
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

// text returns a field's value as a person reads it.
func (f field) text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case int64:
		if f.name == "grade" {
			return Grade(value).String()
		}
		return strconv.FormatInt(value, 10)
	}
	panic(fmt.Sprintf("schooldb: a field holds %v", value))
}

// understood returns a row with the names of what it points to, where they were read.
func (f *filePlan) understood(row *planned) *Understood {
	u := &Understood{File: f.file.name, Line: row.line, Kind: f.kind, Fields: f.kind.columns()}
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

// name returns the name of something that the directory knows.
func (d directory) name(kind Kind, id int64) string {
	for _, all := range d[kind] {
		for _, n := range all {
			if n.id == id {
				return n.name
			}
		}
	}
	return ""
}

// findOld puts in what is there already.
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

// identify says which record a row without an id is about.
func (r *planned) identify(id int64) { r.record[0], r.key = id, pair{id, 0} }

// twin returns how many rows had this content before.
func (f *filePlan) twin(content string) int {
	f.twins[content]++
	return f.twins[content] - 1
}

// findGrades is findOld for grades: a student's in a subject on a day.
func (f *filePlan) findGrades(ctx context.Context, rows []planned) error {
	type lesson struct {
		student, subject int64
		day              string
	}
	of := func(r record) (lesson, bool) {
		student, ok1 := r[1].(int64)
		subject, ok2 := r[2].(int64)
		day, ok3 := r[4].(string)
		return lesson{student, subject, day}, ok1 && ok2 && ok3
	}
	var lessons []string
	for i := range rows {
		if l, ok := of(rows[i].record); ok {
			lessons = append(lessons, fmt.Sprintf("(%d, %d, %s)", l.student, l.subject, dayLiteral(f.school.dialect, l.day)))
		}
	}
	if len(lessons) == 0 {
		return nil
	}
	// Those that this import has added have numbers from the first on.
	old, err := f.records(ctx, rows, fmt.Sprintf("(student_id, subject_id, received_on) IN (VALUES %s)", strings.Join(lessons, ", ")))
	if err != nil {
		return err
	}
	there := map[lesson][]record{}
	for _, r := range old {
		l, _ := of(r)
		there[l] = append(there[l], r)
	}
	for _, all := range there {
		slices.SortFunc(all, func(a, b record) int { return int(min(1, max(-1, a[0].(int64)-b[0].(int64)))) })
	}
	for i := range rows {
		row := &rows[i]
		l, ok := of(row.record)
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

// mine reports whether this import has added a record: then its number is one that the file gave out.
func (f *filePlan) mine(r record) bool {
	id := r[0].(int64)
	return id >= f.file.first && id < f.file.number
}

// dayLiteral writes a checked day as the database compares it.
func dayLiteral(d dialect, day string) string {
	if d == postgres {
		return "DATE '" + day + "'"
	}
	return "'" + day + "'"
}

// byKey restricts to the records of some rows.
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
	r, err := f.tx.QueryContext(ctx, "SELECT "+strings.Join(f.kind.columns(), ", ")+" FROM "+f.kind.Table()+" WHERE "+condition)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	found := make(map[pair]record, len(rows))
	for r.Next() {
		of := make(record, len(f.file.fields))
		into := make([]any, len(of))
		for i, field := range f.file.fields {
			into[i] = &cell{field, &of[i]}
		}
		if err := r.Scan(into...); err != nil {
			return nil, err
		}
		found[f.kind.key(of)] = of
	}
	return found, r.Err()
}

// cell is where database/sql puts a field of a record.
type cell struct {
	field field
	into  *any
}

// Scan takes what the drivers give.
func (c *cell) Scan(value any) error {
	if c.field.name == "received_on" {
		var d day
		err := d.Scan(value)
		*c.into = string(d)
		return err
	}
	if bytes, ok := value.([]byte); ok {
		value = string(bytes)
	}
	*c.into = value
	return nil
}

// seen returns on which lines the keys were already.
func (f *filePlan) seen(ctx context.Context, rows []planned) (map[pair]int, error) {
	r, err := f.tx.QueryContext(ctx, "SELECT a, b, line FROM seen WHERE kind = ? AND a IN (?)", string(f.kind), bun.List(firsts(rows)))
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
func (f *filePlan) exist(ctx context.Context, kind Kind, i int, rows []planned) (map[int64]bool, error) {
	ids := make([]int64, len(rows))
	for j, row := range rows {
		ids[j], _ = row.record[i].(int64)
	}
	r, err := f.tx.QueryContext(ctx, "SELECT id FROM ? WHERE id IN (?) UNION ALL SELECT a FROM seen WHERE kind = ? AND a IN (?)",
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

func firsts(rows []planned) []int64 {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.key[0]
	}
	return ids
}
