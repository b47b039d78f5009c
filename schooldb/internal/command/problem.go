package command

import (
	"errors"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
	"github.com/pythonweb/goweb/storage"
)

// explain gives an error of the library its exit code and its hint, and says what a database or the network says in
// plain words. An error that has them already stays as it is.
func explain(err error) error {
	var known *console.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	for _, problem := range []struct {
		is   error
		code console.Code
		hint string
	}{
		{schooldb.ErrNotFound, console.NotFound, "schooldb list shows what there is"},
		{schooldb.ErrAmbiguous, console.Usage, "give the id, or the group beside a student"},
		{schooldb.ErrParameters, console.Usage, "schooldb queries and --help show what each needs"},
		{schooldb.ErrInUse, console.Failed, "remove those first"},
		{schooldb.ErrNotEmpty, console.Failed, "use a new database"},
		{schooldb.ErrExists, console.Failed, ""},
		{storage.ErrScheme, console.Failed, "name a path, or set SCHOOLDB_DB to an address"},
	} {
		if errors.Is(err, problem.is) {
			return console.Errorf(problem.code, problem.hint, "%w", err)
		}
	}
	if text, hint := storage.Reason(err); text != "" {
		return console.Errorf(console.Failed, hint, "%s", text)
	}
	return err
}
