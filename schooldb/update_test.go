package schooldb

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A school without ids is imported, and imported again with corrections.
func testUpdate(t *testing.T, fresh func(testing.TB) *School) {
	s := fresh(t)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"groups.csv": "name\n9-Б\n9-В\n", "teachers.csv": "name\nКоваль\n", "subjects.csv": "name,teacher\nАлгебра,Коваль\n",
		"students.csv": "student,group\nБойко,9-Б\nЖук,9-В\n",
		"grades.csv": "student,subject,grade,date\nБойко,Алгебра,8,01.06.2026\nБойко,Алгебра,9,01.06.2026\n" +
			"Жук,Алгебра,7,02.06.2026\n",
	})
	importFrom(t, s, dir)
	writeFiles(t, dir, map[string]string{
		"grades.csv": "student,subject,grade,date\nБойко,Алгебра,8,2026-06-01\nБойко,Алгебра,10,2026-06-01\n" +
			"Бойко,Алгебра,3,2026-06-01\n",
	})
	for _, dry := range []bool{true, false} {
		var changes []string
		var counts []Count
		err := s.Import(t.Context(), dir, ImportOptions{
			Update: true, DryRun: dry, Wrong: func(w *WrongRow) { t.Error(w) },
			Changed: func(c *Change) { changes = append(changes, c.String()) },
			Counted: func(c *Count) { counts = append(counts, *c) },
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"grades.csv:3: grade 2: grade 9 → 10"}, changes); diff != "" {
			t.Errorf("dry %v (-want +got):\n%s", dry, diff)
		}
		want := Count{File: "grades.csv", Rows: 3, New: 1, Changed: 1, Same: 1}
		if diff := cmp.Diff(want, counts[len(counts)-1]); diff != "" {
			t.Errorf("dry %v (-want +got):\n%s", dry, diff)
		}
	}
	out := t.TempDir()
	if err := s.Export(t.Context(), out, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	want := "id,student_id,subject_id,grade,received_on\n" +
		"1,1,1,8,2026-06-01\n2,1,1,10,2026-06-01\n3,2,1,7,2026-06-02\n4,1,1,3,2026-06-01\n"
	if diff := cmp.Diff(want, folder(t, out)["grades.csv"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	verified(t, s, "updates")
}
