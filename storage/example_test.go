package storage_test

import (
	"context"
	"fmt"

	"github.com/pythonweb/goweb/storage"
)

func ExampleOpen() {
	ctx := context.Background()
	db, err := storage.Open(ctx, "sqlite::memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	var answer int
	err = db.NewRaw("SELECT ? + 1", 41).Scan(ctx, &answer)
	fmt.Println(answer, err)
	// Output: 42 <nil>
}

func ExampleDSN() {
	for _, typed := range []string{"school.db", "postgres://teacher@db/school", "mysql://teacher:secret@db/school"} {
		dsn, err := storage.DSN(typed)
		fmt.Printf("%q %v\n", dsn, err != nil)
	}
	// Output:
	// "sqlite:school.db" false
	// "postgres://teacher@db/school" false
	// "" true
}

func ExampleRedact() {
	fmt.Println(storage.Redact("postgres://teacher:secret@db/school"))
	fmt.Println(storage.Redact("host=db user=teacher password='a secret'"))
	// Output:
	// postgres://teacher:xxxxx@db/school
	// host=db user=teacher password='xxxxx'
}
