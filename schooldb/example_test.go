package schooldb_test

import (
	"context"
	"fmt"
	"log"

	"github.com/pythonweb/goweb/schooldb"
)

// A school in memory: records are added, and a question is asked about them.
func Example() {
	ctx := context.Background()
	school, err := schooldb.Open(ctx, "sqlite::memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer school.Close()
	migrator, err := school.Migrator()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := migrator.Up(ctx); err != nil {
		log.Fatal(err)
	}

	add := func(kind schooldb.Kind, f schooldb.Fields) int64 {
		key, err := school.Add(ctx, kind, f)
		if err != nil {
			log.Fatal(err)
		}
		return key.ID
	}
	class, teacher, subject, student := "9-Б", "Коваль Ганна", "Алгебра", "Бойко Іван"
	group := add(schooldb.GroupKind, schooldb.Fields{Name: &class})
	reader := add(schooldb.TeacherKind, schooldb.Fields{Name: &teacher})
	course := add(schooldb.SubjectKind, schooldb.Fields{Name: &subject, Teacher: &reader})
	pupil := add(schooldb.StudentKind, schooldb.Fields{Name: &student, Group: &group})
	for _, grade := range []schooldb.Grade{1000, 850} { // in hundredths: 10 and 8.5
		day := "2026-06-01"
		add(schooldb.GradeKind, schooldb.Fields{Student: &pupil, Subject: &course, Grade: &grade, ReceivedOn: &day})
	}

	query, _ := schooldb.QueryByName("group-average")
	rows, err := school.Ask(ctx, query, schooldb.Parameters{Group: group, Subject: course})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rows[0].Group, rows[0].Subject, rows[0].Mean)
	// Output: 9-Б Алгебра 9.25
}
