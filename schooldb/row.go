package schooldb

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Row is one row of an answer or of a list. A list of columns tells which of its records and of their fields count, and
// in what order; the others are zero. An identifier of 0 means that there is none.
type Row struct {
	Student Student
	Group   Group
	Subject Subject
	Teacher Teacher
	Grade   Grade
	Mean    Mean
}

// The columns of rows. Scripts rely on these names.
const (
	StudentIDColumn = "student_id"
	StudentColumn   = "student"
	GroupIDColumn   = "group_id"
	GroupColumn     = "group"
	SubjectIDColumn = "subject_id"
	SubjectColumn   = "subject"
	TeacherIDColumn = "teacher_id"
	TeacherColumn   = "teacher"
	GradeIDColumn   = "grade_id"
	MarkColumn      = "grade"
	DayColumn       = "received_on"
	MeanColumn      = "mean"
)

// pointer returns where the value of a column is.
func (r *Row) pointer(column string) any {
	switch column {
	case StudentIDColumn:
		return &r.Student.ID
	case StudentColumn:
		return &r.Student.Name
	case GroupIDColumn:
		return &r.Group.ID
	case GroupColumn:
		return &r.Group.Name
	case SubjectIDColumn:
		return &r.Subject.ID
	case SubjectColumn:
		return &r.Subject.Name
	case TeacherIDColumn:
		return &r.Teacher.ID
	case TeacherColumn:
		return &r.Teacher.Name
	case GradeIDColumn:
		return &r.Grade.ID
	case MarkColumn:
		return &r.Grade.Mark
	case DayColumn:
		return &r.Grade.Day
	case MeanColumn:
		return &r.Mean
	}
	panic("schooldb: unknown column " + strconv.Quote(column))
}

// Cell returns the value of a column: an int64, a string, a Mark, a Day or a Mean, and nil where there is none.
func (r *Row) Cell(column string) any {
	switch p := r.pointer(column).(type) {
	case *int64:
		if *p > 0 {
			return *p
		}
	case *string:
		if *p != "" { // names are never empty
			return *p
		}
	case *Mark:
		return *p
	case *Day:
		return *p
	case *Mean:
		if p.Count > 0 {
			return *p
		}
	}
	return nil
}

// AppendJSON appends the row as a JSON object with these columns in this order.
func (r *Row) AppendJSON(b []byte, columns []string) ([]byte, error) {
	for i, column := range columns {
		b = append(b, "{,"[min(i, 1)], '"')
		b = append(append(b, column...), '"', ':')
		var value bytes.Buffer
		encoder := json.NewEncoder(&value)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(r.Cell(column)); err != nil {
			return nil, err
		}
		b = append(b, bytes.TrimSuffix(value.Bytes(), []byte{'\n'})...)
	}
	return append(b, '}'), nil
}
