package schooldb

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/schooldb/internal/rfc4180"
	"github.com/pythonweb/goweb/schooldb/internal/sheet"
)

// file is a table of records of one kind that is imported. It is a source.
type file struct {
	kind      Kind
	fields    []field // of the kind
	name      string
	size      int64
	rows      sheet.Rows
	padded    bool
	since1904 bool

	columns []column
	gives   []bool // which fields of the kind the columns give
	named   bool   // whether any column is a name
	record  record
	days    map[string]any // texts that ParseDay accepted
	read    func()         // called for every record

	lost   bool // some rows could not be read, nor their keys
	names  directory
	number int64          // for the next record, when the file gives no ids
	first  int64          // what number was before the first record
	twins  map[string]int // how many records without an id had this name
}

// openFile opens a table of records of a kind and reads its header. For a wrong header it reports the mistakes and
// returns nil.
func openFile(t *sheet.Table, kind Kind, o *ImportOptions) (*file, error) {
	f := &file{
		kind: kind, fields: kind.fields(), name: t.File, size: t.Size, padded: t.Padded,
		days: map[string]any{}, read: func() {}, twins: map[string]int{},
	}
	var err error
	if f.rows, err = t.Open(); err != nil {
		return nil, err
	}
	if epoch, ok := f.rows.(interface{ Since1904() bool }); ok {
		f.since1904 = epoch.Since1904()
	}
	if o.Journal != nil {
		f.rows = newJournal(f.rows, o.Journal, f.since1904)
	}
	f.record = make(record, len(f.fields))
	f.gives = make([]bool, len(f.fields))
	mistakes, err := f.header(o)
	for i := range mistakes {
		o.Wrong(&mistakes[i])
	}
	if err != nil || len(mistakes) > 0 {
		return nil, errors.Join(err, f.rows.Close())
	}
	return f, nil
}

func (f *file) close() { _ = f.rows.Close() } // only read

// header reads the first record, which names the columns in any order.
func (f *file) header(o *ImportOptions) ([]WrongRow, error) {
	names, err := f.rows.Read()
	var bad *rfc4180.RecordError
	switch {
	case errors.Is(err, io.EOF):
		return []WrongRow{{File: f.name, Line: 1, Column: "-", Reason: "the header line is missing"}}, nil
	case errors.As(err, &bad):
		return []WrongRow{{File: f.name, Line: f.rows.Line(), Column: "-", Reason: bad.Reason}}, nil
	case err != nil:
		return nil, f.failed(err)
	}
	var mistakes []WrongRow
	mistake := func(column, reason string) {
		mistakes = append(mistakes, WrongRow{File: f.name, Line: f.rows.Line(), Column: column, Reason: reason})
	}
	for len(names) > 0 && len(trim(names[len(names)-1])) == 0 {
		names = names[:len(names)-1]
	}
	for _, text := range names {
		name := string(text)
		c, known := columnOf(f.kind, o.header(name))
		c.header = name
		switch twice := known && c.use != asHelp && c.use != asNothing && f.gives[c.field]; {
		case !known:
			mistake(name, "unknown column; valid are "+strings.Join(f.kind.Columns(), ", "))
		case twice:
			mistake(name, "the column appears twice")
		case c.use == asField || c.use == asName:
			f.gives[c.field] = true
		}
		f.named = f.named || c.use == asName
		f.columns = append(f.columns, c)
	}
	for i, field := range f.fields {
		if !f.gives[i] && !f.mayLack(field, o) {
			mistake(field.name, "the column is missing")
		}
	}
	return mistakes, nil
}

// mayLack reports whether a file may lack a column for a field: records without an id get one, and an update by id
// leaves fields without a column as they are.
func (f *file) mayLack(field field, o *ImportOptions) bool {
	return field.name == "id" || o.Update && f.kind != EnrolmentKind && f.gives[0] || field.maybe && !f.gives[0]
}

// numbered reports whether the file gives ids; enrolments have none.
func (f *file) numbered() bool { return f.kind == EnrolmentKind || f.gives[0] }

// next returns the next record, io.EOF, or a *WrongRow, after which it goes on. The record of a wrong row holds the
// fields that could be read, and nil for the others.
func (f *file) next() (record, error) {
	clear(f.record)
	texts, err := f.texts()
	var bad *rfc4180.RecordError
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.As(err, &bad):
		f.recognize(texts)
		f.lost = f.lost || bad.Rest
		return f.record, f.wrong("-", bad.Reason)
	case err != nil:
		return nil, f.failed(err)
	case len(texts) != len(f.columns):
		f.recognize(texts)
		return f.record, f.wrong("-", fmt.Sprintf("%s, the header has %d", fieldsThere(len(texts)), len(f.columns)))
	}
	f.read()
	var first error
	for i, text := range texts {
		c := &f.columns[i]
		if c.use != asField {
			if c.use == asNothing && c.header == "" && len(trim(text)) > 0 && first == nil {
				first = f.wrong("-", "there is a value in a column without a name")
			}
			continue
		}
		field := &f.fields[c.field]
		value, err := f.parse(field, text)
		if err != nil && first == nil {
			first = f.wrong(c.header, field.name+" "+err.Error())
		}
		f.record[c.field] = value
	}
	if f.named {
		if err := f.resolve(texts); err != nil && first == nil {
			first = err
		}
	}
	if !f.numbered() {
		f.identify()
	}
	f.remember()
	return f.record, first
}

// recognize reads the key of a row that is wrong as a whole, so that rows which refer to it are not reported, too.
func (f *file) recognize(texts [][]byte) {
	key := f.fields[:1]
	if f.kind == EnrolmentKind {
		key = f.fields
	}
	for i := range min(len(texts), len(f.columns)) {
		if c := f.columns[i]; c.use == asField && c.field < len(key) {
			f.record[c.field], _ = f.parse(&key[c.field], texts[i]) // nil when it cannot be read either
		}
	}
	f.lost = f.lost || f.kind.key(f.record)[0] == 0
}

func fieldsThere(n int) string {
	if n == 1 {
		return "there is 1 field"
	}
	return fmt.Sprintf("there are %d fields", n)
}

// texts returns the cells of the next row that is not empty, as many as there are columns if the others are empty.
func (f *file) texts() ([][]byte, error) {
	for {
		texts, err := f.rows.Read()
		if err != nil {
			return texts, err
		}
		for len(texts) > len(f.columns) && len(trim(texts[len(texts)-1])) == 0 {
			texts = texts[:len(texts)-1]
		}
		if f.padded {
			for len(texts) < len(f.columns) {
				texts = append(texts, nil)
			}
		}
		if len(texts[0]) > 0 || slices.ContainsFunc(texts, func(text []byte) bool { return len(trim(text)) > 0 }) {
			return texts, nil
		}
	}
}

// resolve sets the ids of the records that a row names.
func (f *file) resolve(texts [][]byte) error {
	parts := map[Kind]int64{} // by the kind whose namesakes they tell apart
	for i := range f.columns {
		c := &f.columns[i]
		if text := string(trim(texts[i])); c.use == asHelp && text != "" {
			id, err := f.names.id(c.kind, text, 0)
			if err != nil {
				return f.unresolved(c, err)
			}
			parts[c.kind] = id
		}
	}
	for i := range f.columns {
		c := &f.columns[i]
		if c.use != asName {
			continue
		}
		field := &f.fields[c.field]
		text := string(trim(texts[i]))
		if text == "" {
			if field.maybe {
				continue
			}
			return f.wrong(c.header, c.header+" is empty")
		}
		id, err := f.names.id(c.kind, text, parts[c.kind.belonging()])
		if err != nil {
			return f.unresolved(c, err)
		}
		f.record[c.field] = id
	}
	return nil
}

// identify gives a record without an id one: that of the record that has this name already, of the first for the first
// of equal rows and so on, or a new one. Grades have no name and get theirs from the plan.
func (f *file) identify() {
	name, ok := f.record[1].(string)
	if f.kind == GradeKind || !ok {
		return
	}
	var part int64
	if len(f.record) > 2 {
		part, _ = f.record[2].(int64)
	}
	there := slices.DeleteFunc(slices.Clone(f.names.all(f.kind, name)), func(b bearer) bool {
		return b.fresh || f.kind == StudentKind && f.gives[2] && b.of != part
	})
	twin := fmt.Sprint(fold(name), part)
	if n := f.twins[twin]; n < len(there) {
		f.record[0] = there[n].id
	} else {
		f.record[0] = f.number
		f.number++
	}
	f.twins[twin]++
}

// remember lets later files refer to the record by its name.
func (f *file) remember() {
	if f.names[f.kind] == nil {
		return
	}
	id, _ := f.record[0].(int64)
	name, ok := f.record[1].(string)
	if id == 0 || !ok {
		return
	}
	b := bearer{id: id, name: name, fresh: true}
	if len(f.record) > 2 {
		b.of, _ = f.record[2].(int64)
	}
	f.names.add(f.kind, b)
}

// parse reads one field; on an error the value is nil.
func (f *file) parse(field *field, text []byte) (any, error) {
	switch {
	case field.maybe && len(text) == 0:
		return nil, nil
	case field.form != dayForm:
		return field.parse(text, f.since1904)
	}
	// There are many grades, and few days.
	if day, ok := f.days[string(text)]; ok {
		return day, nil
	}
	day, err := field.parse(text, f.since1904)
	if err != nil {
		return nil, err
	}
	if len(f.days) == 10_000 {
		clear(f.days)
	}
	f.days[string(text)] = day
	return day, nil
}

func (f *file) wrong(column, reason string) *WrongRow {
	if j, ok := f.rows.(*journal); ok && column != "-" {
		column = j.day()
	}
	if strings.HasSuffix(reason, "is not valid UTF-8") {
		reason += " (save the file as CSV UTF-8)"
	}
	return &WrongRow{File: f.name, Line: f.rows.Line(), Column: column, Reason: reason}
}

// unresolved is wrong for a name that nothing has, or that several have.
func (f *file) unresolved(c *column, err error) *WrongRow {
	w := f.wrong(c.header, err.Error())
	if errors.Is(err, ErrNotFound) {
		w.missing = c.kind
	}
	return w
}

// failed says which file could not be read.
func (f *file) failed(err error) error { return fmt.Errorf("read %s: %w", f.name, err) }
