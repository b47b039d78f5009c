package schooldb

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/pythonweb/goweb/schooldb/internal/statement"
)

// What Go takes for a wrong row is what the tables refuse to every other program, field by field, and so are keys that
// are taken and pointers to nothing. (Bytes that are not UTF-8 are the exception: SQLite keeps them, Go refuses them.)
func testOneDefinition(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	for _, r := range []Record{
		&Group{Name: "g"}, &Teacher{Name: "t"}, &Subject{Name: "s", Teacher: 1}, &Student{Name: "n", Group: 1},
		&Grade{Student: 1, Subject: 1, Mark: 1, Day: "2026-01-01"}, &Enrolment{Student: 1, Subject: 1},
	} {
		if _, err := s.Add(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	values := map[form][]any{
		idForm: {nil, int64(-1), int64(0), int64(1), int64(2), int64(1 << 62)},
		nameForm: {
			nil, "", "x", " ", "a\x00b", "\x00", "дуже довга назва", "=1+1", "two\nlines", "'quoted'", `"`, "\\",
		},
		markForm: {nil, int64(-1), int64(0), int64(1), int64(MaxMark), int64(MaxMark) + 1},
		dayForm: {
			nil, "", "0000-12-31", "0001-01-01", "2024-02-29", "2026-02-29", "2026-00-10", "2026-13-01", "2026-1-1",
			"9999-12-31", "10000-01-01", "2026-01-01 ", "01.06.2026", "x", "-001-01-01", "2026-01-01T10:00:00",
		},
	}
	for _, kind := range Kinds() {
		for i, f := range kind.fields() {
			for _, value := range values[f.form] {
				if value == nil && f.name == "id" {
					continue // SQLite gives a number then
				}
				day, ok := value.(string)
				if ok && s.dialect == statement.Postgres && f.form == dayForm && !dayShape.MatchString(day) {
					continue // a date is no text there, and has many spellings
				}
				row := make(record, len(kind.fields()))
				for j, other := range kind.fields() {
					switch other.form {
					case idForm:
						if row[j] = int64(1); other.name == "id" {
							row[j] = int64(7)
						}
					case nameForm:
						row[j] = "x"
					case markForm:
						row[j] = int64(100)
					case dayForm:
						row[j] = "2026-01-01"
					}
				}
				row[i] = value
				want := f.check(value) == nil && !takenOrMissing(kind, f, row)
				if got := takes(t, s, kind, row); got != want {
					t.Errorf("%s.%s = %#v: Go takes it: %v (%v), the table takes it: %v",
						kind.Table(), f.name, value, want, f.check(value), got)
				}
			}
		}
	}
}

var dayShape = regexp.MustCompile(`^\d{4,}-\d\d-\d\d$`)

// takenOrMissing reports whether a row of good values but that of f has a key that is there, or points to nothing.
func takenOrMissing(kind Kind, f field, row record) bool {
	if kind == EnrolmentKind && row[0] == int64(1) && row[1] == int64(1) {
		return true
	}
	for i, other := range kind.fields() {
		id, _ := row[i].(int64)
		if other.name == f.name && f.points != "" && id > 1 || other.name == f.name && f.name == "id" && id == 1 {
			return true
		}
	}
	return false
}

// takes reports whether the table takes a row, which is taken out again.
func takes(t *testing.T, s *School, kind Kind, row record) bool {
	t.Helper()
	tx, err := s.db.DB.DB.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	text, args := "INSERT INTO "+kind.Table()+" ("+columnList(kind)+") VALUES (", []any{}
	for i, value := range row {
		if i > 0 {
			text += ", "
		}
		if s.dialect == statement.Postgres {
			text += fmt.Sprintf("$%d", i+1)
		} else {
			text += "?"
		}
		args = append(args, value)
	}
	_, err = tx.ExecContext(t.Context(), text+")", args...)
	return err == nil
}
