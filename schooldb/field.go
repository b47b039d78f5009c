package schooldb

import (
	"errors"
	"fmt"
	"strconv"
)

// field is a column of a kind's table and of its file.
type field struct {
	name   string
	form   form
	points Kind     // the kind it refers to, or ""
	maybe  bool     // may be empty
	words  []string // other headers that people give it
}

// form is the type of a field's values: in a Record, in a row of a file (see record) and in the database.
type form int

const (
	idForm   form = iota // int64, a positive one
	nameForm             // string
	markForm             // Mark, in a row int64
	dayForm              // Day, in a row string
)

func idField() field { return field{name: "id", words: []string{"ід", "код"}} }

func nameField(of Kind) field {
	return field{name: "name", form: nameForm, words: append(nouns(of), "назва", "ім'я", "піб")}
}

// check returns why the field cannot hold a value. Together with the uniqueness of keys and the existence of what a row
// refers to, which filePlan.mistake looks up, this defines a wrong row; the constraints of the tables refuse the same
// rows from every other program (testOneDefinition).
func (f field) check(value any) error {
	switch value := value.(type) {
	case nil:
		if !f.maybe {
			return errors.New("is empty")
		}
		return nil
	case string:
		if f.form == nameForm {
			return CheckName(value)
		}
		_, err := ParseDay(value)
		return err
	case int64:
		if f.form == markForm {
			return Mark(value).check()
		}
		if value <= 0 {
			return errors.New("is not a positive whole number")
		}
		return nil
	}
	panic(fmt.Sprintf("schooldb: a field holds %v", value))
}

// parse reads the text of a cell; since1904 tells how a spreadsheet counts days. On an error the value is nil.
func (f field) parse(text []byte, since1904 bool) (any, error) {
	switch f.form {
	case nameForm:
		name := string(text)
		return valueOf(name, CheckName(name))
	case markForm:
		mark, err := cellMark(text)
		return valueOf(int64(mark), err)
	case dayForm:
		day, err := cellDay(text, since1904)
		return valueOf(string(day), err)
	}
	id, err := cellID(text)
	return valueOf(id, err)
}

func valueOf[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// text returns a value of the field as a person reads it.
func (f field) text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case int64:
		if f.form == markForm {
			return Mark(value).String()
		}
		return strconv.FormatInt(value, 10)
	}
	panic(fmt.Sprintf("schooldb: a field holds %v", value))
}
