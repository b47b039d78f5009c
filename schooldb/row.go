package schooldb

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Row is one row of an answer or of a list. Which fields are meant, and their order, is told by a list of columns; the
// others are zero. An identifier of 0 means that there is none.
type Row struct {
	StudentID  int64
	Student    string
	GroupID    int64
	Group      string
	SubjectID  int64
	Subject    string
	TeacherID  int64
	Teacher    string
	GradeID    int64
	Grade      Grade
	ReceivedOn string
	Mean       Mean
}

// The columns of rows. Scripts rely on these names.
const (
	StudentID  = "student_id"
	Student    = "student"
	GroupID    = "group_id"
	Group      = "group"
	SubjectID  = "subject_id"
	Subject    = "subject"
	TeacherID  = "teacher_id"
	Teacher    = "teacher"
	GradeID    = "grade_id"
	GradeMarks = "grade"
	ReceivedOn = "received_on"
	MeanMarks  = "mean"
)

// Cell returns the value of a column: an int64, a string, a Grade or a Mean, and nil where there is none.
func (r *Row) Cell(column string) any {
	switch column {
	case StudentID:
		return identifier(r.StudentID)
	case Student:
		return named(r.StudentID, r.Student)
	case GroupID:
		return identifier(r.GroupID)
	case Group:
		return named(r.GroupID, r.Group)
	case SubjectID:
		return identifier(r.SubjectID)
	case Subject:
		return named(r.SubjectID, r.Subject)
	case TeacherID:
		return identifier(r.TeacherID)
	case Teacher:
		return named(r.TeacherID, r.Teacher)
	case GradeID:
		return identifier(r.GradeID)
	case GradeMarks:
		return r.Grade
	case ReceivedOn:
		return r.ReceivedOn
	case MeanMarks:
		if r.Mean.Count == 0 {
			return nil
		}
		return r.Mean
	}
	panic("schooldb: unknown column " + strconv.Quote(column))
}

func identifier(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func named(id int64, name string) any {
	if id == 0 {
		return nil
	}
	return name
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
