package schooldb

import "fmt"

// WrongRow is a row of a file that cannot be imported.
type WrongRow struct {
	File   string `json:"file"`   // its name without the folder, and for a spreadsheet a slash and the sheet
	Line   int    `json:"line"`   // the physical line on which the record starts, or the row of a spreadsheet
	Column string `json:"column"` // the header's name, "-" when the whole record is wrong
	Reason string `json:"reason"`

	// Present says that nothing is wrong except that the record is in the database already.
	Present bool `json:"-"`

	missing Kind // the kind of a record that it refers to and that does not exist
}

// String returns FILE:LINE:COLUMN: reason.
func (w *WrongRow) String() string {
	return fmt.Sprintf("%s:%d:%s: %s", w.File, w.Line, w.Column, w.Reason)
}

// Error is String.
func (w *WrongRow) Error() string { return w.String() }

// mistake returns what is wrong with a row, nil when nothing is: what has been found in its fields when it was read
// (see field.check), a key that exists already, or a reference to a record that does not exist.
func (f *filePlan) mistake(row *planned, line int, exist []map[int64]bool) *WrongRow {
	if row.wrong != nil {
		return row.wrong
	}
	wrong := func(column, reason string) *WrongRow {
		return &WrongRow{File: f.file.name, Line: row.line, Column: column, Reason: reason}
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
		w := wrong(column, key+" is in the database already")
		w.Present = true
		return w
	case row.old == nil && f.o.Update:
		for i, field := range f.file.fields {
			if !f.file.gives[i] && !field.maybe && field.name != "id" {
				return wrong(
					column,
					fmt.Sprintf("%v, and a new one needs its %s", notFound(string(f.kind), row.key[0]), field.name),
				)
			}
		}
	}
	for _, c := range f.file.columns {
		if c.use > asName {
			continue
		}
		field := f.file.fields[c.field]
		if id, ok := row.record[c.field].(int64); ok && field.points != "" && !exist[c.field][id] {
			w := wrong(c.header, notFound(string(field.points), id).Error())
			w.missing = field.points
			return w
		}
	}
	return nil
}
