package schooldb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pythonweb/goweb/schooldb"
)

// A school is opened, its tables are made, and then it is asked.
func Example() {
	dir, err := os.MkdirTemp("", "school")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := bestStudent(context.Background(), filepath.Join(dir, "school.db")); err != nil {
		fmt.Println(err)
	}
	// Output: 3 students are ranked
}

// bestStudent invents a school and asks who has the best grades.
func bestStudent(ctx context.Context, path string) (err error) {
	school, err := schooldb.Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = school.Close() }()
	migrator, err := school.Migrator()
	if err != nil {
		return err
	}
	if _, err := migrator.Up(ctx); err != nil {
		return err
	}
	invented := schooldb.SeedOptions{Students: 10, Groups: 1, Subjects: 2, Teachers: 1, Grades: 5, Seed: 1}
	if err := school.Seed(ctx, invented); err != nil {
		return err
	}
	query := schooldb.Queries()[0]
	rows, err := school.Ask(ctx, &query, schooldb.Parameters{Limit: 3})
	if err != nil {
		return err
	}
	fmt.Println(len(rows), "students are ranked")
	return nil
}
