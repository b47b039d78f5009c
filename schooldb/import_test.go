package schooldb

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// folder reads the files of a folder.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = string(text)
	}
	return files
}

func importFrom(t *testing.T, s *School, dir string) {
	t.Helper()
	err := s.Import(t.Context(), dir, ImportOptions{Wrong: func(w *WrongRow) { t.Error(w) }})
	if err != nil {
		t.Fatal(err)
	}
}

// A school that is exported and imported into an empty database gives the same answers and the same export. A second
// school, imported beside it, leaves both.
func testExportImportIsAFixedPoint(t *testing.T, fresh func(testing.TB) *School) {
	for seed := range uint64(consoletest.Count(8, 300)) {
		r := rand.New(rand.NewPCG(seed, 2))
		m := randomModel(r)
		first, second := fresh(t), fresh(t)
		if err := first.load(t.Context(), true, func(k Kind) (source, error) { return m.records(k), nil }, nil); err != nil {
			t.Fatal(err)
		}
		one, two := t.TempDir(), t.TempDir()
		if err := first.Export(t.Context(), one, ExportOptions{}); err != nil {
			t.Fatal(err)
		}
		importFrom(t, second, one)
		if err := second.Export(t.Context(), two, ExportOptions{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(folder(t, one), folder(t, two)); diff != "" {
			t.Errorf("seed %d (-first +second):\n%s", seed, diff)
		}
		compareAnswers(t, r, second, m, seed)

		more := t.TempDir()
		writeFiles(t, more, map[string]string{
			"groups.csv": "id,name\n", "teachers.csv": "id,name\n5000000000,T\n",
			"subjects.csv": "id,name,teacher_id\n5000000000,S,5000000000\n",
			"students.csv": "id,name,group_id\n5000000000,Z,\n",
			"grades.csv":   "id,student_id,subject_id,grade,received_on\n5000000000,5000000000,5000000000,7,2026-01-01\n",
		})
		importFrom(t, second, more)
		m.teachers[5e9], m.subjects[5e9], m.students[5e9] = "T", modelSubject{"S", 5e9}, modelStudent{"Z", 0}
		m.grades[5e9] = modelGrade{5e9, 5e9, 700, "2026-01-01"}
		compareAnswers(t, r, second, m, seed)
		first.Close()
		second.Close()
	}
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// PostgreSQL refuses the same rows with the same words.
func testWrongRows(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	dir := t.TempDir()
	good := map[string]string{
		"groups.csv": "id,name\n1,A\n", "teachers.csv": "id,name\n1,T\n", "subjects.csv": "id,name,teacher_id\n1,S,1\n",
		"students.csv":   "id,name,group_id\n1,Z,1\n",
		"grades.csv":     "id,student_id,subject_id,grade,received_on\n1,1,1,7,2026-01-01\n",
		"enrolments.csv": "student_id,subject_id\n1,1\n",
	}
	writeFiles(t, dir, good)
	importFrom(t, s, dir)
	// Each is alone in its folder, so that the one check that it needs must find it.
	for _, wrong := range [][3]string{
		{"groups.csv", "id,name\n1,B\n", "groups.csv:2:id: id 1 is in the database already"},
		{"subjects.csv", "id,name,teacher_id\n2,S,7\n", "subjects.csv:2:teacher_id: there is no teacher 7"},
		{"students.csv", "id,name,group_id\n2,\"\x00\",1\n", "students.csv:2:name: name contains the character NUL"},
		{"students.csv", "id,name,group_id\n2,Z,9\n", "students.csv:2:group_id: there is no group 9"},
		{
			"grades.csv", "id,student_id,subject_id,grade,received_on\n2,9,1,7,2026-01-01\n",
			"grades.csv:2:student_id: there is no student 9",
		},
		{
			"grades.csv", "id,student_id,subject_id,grade,received_on\n2,1,9,7,2026-01-01\n",
			"grades.csv:2:subject_id: there is no subject 9",
		},
		{
			"grades.csv", "id,student_id,subject_id,grade,received_on\n2,1,1,7,0000-01-01\n",
			"grades.csv:2:received_on: received_on is not a day such as 2026-09-01",
		},
		{"enrolments.csv", "student_id,subject_id\n1,1\n", "enrolments.csv:2:-: the enrolment is in the database already"},
		{"enrolments.csv", "student_id,subject_id\n9,1\n", "enrolments.csv:2:student_id: there is no student 9"},
		{"enrolments.csv", "student_id,subject_id\n1,9\n", "enrolments.csv:2:subject_id: there is no subject 9"},
	} {
		dir := t.TempDir()
		for name, text := range good {
			header, _, _ := strings.Cut(text, "\n")
			writeFiles(t, dir, map[string]string{name: header + "\n"})
		}
		writeFiles(t, dir, map[string]string{wrong[0]: wrong[1]})
		var got []string
		err := s.Import(t.Context(), dir, ImportOptions{Wrong: func(w *WrongRow) { got = append(got, w.String()) }})
		if diff := cmp.Diff([]string{wrong[2]}, got); diff != "" || !errors.Is(err, ErrWrongRows) {
			t.Errorf("%s: %v (-want +got):\n%s", wrong[0], err, diff)
		}
		if err := s.Import(t.Context(), dir, ImportOptions{}); !errors.Is(err, ErrWrongRows) {
			t.Errorf("%s, told to nobody: %v", wrong[0], err)
		}
	}
	if differences, err := s.Verify(t.Context()); err != nil || len(differences) > 0 {
		t.Errorf("verify: %v %v", differences, err)
	}
}
