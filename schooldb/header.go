package schooldb

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// use is what an import does with a column of a file.
type use int

const (
	asField   use = iota // the value of a field
	asName               // the name of the record that a field refers to
	asHelp               // the name of a group or teacher that tells namesakes apart
	asNothing            // left out
)

// column is a column of a file.
type column struct {
	header string
	use    use
	field  int  // the number of the kind's field
	kind   Kind // asName, asHelp: the kind that is named
}

// nouns are the words with which people head a column of names of a kind.
func nouns(kind Kind) []string {
	switch kind {
	case GroupKind:
		return []string{"group", "class", "клас", "група"}
	case TeacherKind:
		return []string{"teacher", "вчитель", "учитель", "вчителька", "учителька", "викладач"}
	case SubjectKind:
		return []string{"subject", "course", "предмет", "дисципліна"}
	case StudentKind:
		return []string{
			"student", "учень", "учениця", "учень/учениця", "студент", "студентка", "піб", "прізвище та ім'я", "прізвище, ім'я",
			"прізвище ім'я", "прізвище і ім'я", "учень/студент",
		}
	}
	return nil
}

// columnOf returns the meaning of a column with this header in a file of the kind.
func columnOf(kind Kind, header string) (column, bool) {
	word := fold(header)
	fields := kind.fields()
	if slices.Contains([]string{"", "№", "no", "#", "№ з/п", "№ п/п", "n"}, word) {
		return column{header: header, use: asNothing}, true
	}
	for i, f := range fields {
		if word == f.name || slices.Contains(f.words, word) {
			return column{header: header, field: i}, true
		}
	}
	for i, f := range fields {
		if f.points != "" && slices.Contains(nouns(f.points), word) {
			return column{header: header, use: asName, field: i, kind: f.points}, true
		}
	}
	for _, of := range kind.helpers() {
		if slices.Contains(nouns(of), word) {
			return column{header: header, use: asHelp, kind: of}, true
		}
	}
	return column{}, false
}

// helpers returns the kinds that tell namesakes apart where a record of the kind refers to them: a group for students,
// a teacher for subjects.
func (k Kind) helpers() []Kind {
	if k == GradeKind || k == EnrolmentKind {
		return []Kind{GroupKind, TeacherKind}
	}
	return nil
}

// kindNamed returns the kind whose table has the name of a sheet, or of a file without its extension, "" for none.
func kindNamed(name string) Kind {
	for kind, words := range map[Kind][]string{
		GroupKind:     {"groups", "classes", "групи", "класи"},
		TeacherKind:   {"teachers", "вчителі", "учителі", "викладачі"},
		SubjectKind:   {"subjects", "courses", "предмети", "дисципліни"},
		StudentKind:   {"students", "учні", "студенти"},
		GradeKind:     {"grades", "marks", "оцінки", "бали"},
		EnrolmentKind: {"enrolments", "enrollments", "записи"},
	} {
		if slices.Contains(words, fold(name)) {
			return kind
		}
	}
	return ""
}

// fold makes names equal that a person takes for the same: blanks, case, apostrophes and the forms of Unicode do
// not count.
func fold(name string) string {
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	return strings.ToLower(strings.NewReplacer("’", "'", "ʼ", "'", "`", "'", "´", "'").Replace(name))
}
