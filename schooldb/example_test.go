package schooldb_test

import (
	"context"
	"errors"
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
	if _, err := school.Migrate(ctx); err != nil {
		log.Fatal(err)
	}

	add := func(r schooldb.Record) int64 {
		key, err := school.Add(ctx, r)
		if err != nil {
			log.Fatal(err)
		}
		return key.ID
	}
	group := add(&schooldb.Group{Name: "9-Б"})
	teacher := add(&schooldb.Teacher{Name: "Коваль Ганна"})
	subject := add(&schooldb.Subject{Name: "Алгебра", Teacher: teacher})
	student := add(&schooldb.Student{Name: "Бойко Іван", Group: group})
	for _, mark := range []schooldb.Mark{1000, 850} { // in hundredths: 10 and 8.5
		add(&schooldb.Grade{Student: student, Subject: subject, Mark: mark, Day: "2026-06-01"})
	}

	query, _ := schooldb.QueryByName("group-average")
	rows, err := school.Ask(ctx, query, schooldb.Parameters{Group: group, Subject: subject})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rows[0].Group.Name, rows[0].Subject.Name, rows[0].Mean)
	// Output: 9-Б Алгебра 9.25
}

// A grade is corrected, and what is wrong with a change is said in plain words.
func ExampleSchool_Edit() {
	ctx := context.Background()
	school := inMemory(ctx)
	defer school.Close()
	key, err := school.Add(ctx, &schooldb.Student{Name: "Жук Яна"})
	if err != nil {
		log.Fatal(err)
	}
	marry := func(r schooldb.Record) { r.(*schooldb.Student).Name = "Бондар Яна" }
	fmt.Println(school.Edit(ctx, schooldb.StudentKind, key, marry))
	move := func(r schooldb.Record) { r.(*schooldb.Student).Group = 9 }
	err = school.Edit(ctx, schooldb.StudentKind, key, move)
	fmt.Println(err, errors.Is(err, schooldb.ErrNotFound))
	// Output:
	// <nil>
	// edit student 1: there is no group 9 true
}

// What an import finds wrong is told row by row, and then nothing of it is in the database.
func ExampleSchool_Import() {
	ctx := context.Background()
	school := inMemory(ctx)
	defer school.Close()
	err := school.Import(ctx, "testdata/june.csv", schooldb.ImportOptions{
		Wrong: func(w *schooldb.WrongRow) { fmt.Println(w) },
	})
	fmt.Println(err)
	// Output:
	// june.csv:2:Учень: there is no student "Чумак Оксана"
	// import: 1 row is wrong: nothing was imported
}

// A list can be restricted to those of a group.
func ExampleSchool_List() {
	ctx := context.Background()
	school := inMemory(ctx)
	defer school.Close()
	if err := school.Seed(ctx, schooldb.SeedOptions{Students: 6, Groups: 3, Seed: 1}); err != nil {
		log.Fatal(err)
	}
	of := schooldb.Selection{Kind: schooldb.StudentKind, Parameters: schooldb.Parameters{Group: 2}}
	err := school.List(ctx, of, func(row *schooldb.Row) error {
		fmt.Println(row.Student.Name, "of", row.Group.Name)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// Чумак Христина of Група 1-02
	// Юрченко Лідія of Група 1-02
}

// inMemory opens a new school.
func inMemory(ctx context.Context) *schooldb.School {
	school, err := schooldb.Open(ctx, "sqlite::memory:")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := school.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	return school
}
