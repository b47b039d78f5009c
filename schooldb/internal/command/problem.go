package command

import (
	"io/fs"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
	"github.com/pythonweb/goweb/storage"
)

// problems gives the errors of the library their exit codes and hints.
func problems() console.Problems {
	return console.Problems{
		{Is: schooldb.ErrNotFound, Code: console.NotFound, Hint: "schooldb list shows what there is"},
		{Is: schooldb.ErrAmbiguous, Code: console.Usage, Hint: "give the id, or name the group as well"},
		{Is: schooldb.ErrParameters, Code: console.Usage, Hint: "schooldb queries and --help show what each needs"},
		{Is: schooldb.ErrWrongRows, Code: console.Failed, Hint: "correct the rows above"},
		{Is: schooldb.ErrInUse, Code: console.Failed, Hint: "remove those first"},
		{Is: schooldb.ErrNotEmpty, Code: console.Failed, Hint: "use a new database"},
		{Is: schooldb.ErrExists, Code: console.Failed},
		{Is: storage.ErrScheme, Code: console.Failed, Hint: "name a path, or set SCHOOLDB_DB to an address"},
		console.As(func(e *schooldb.DatabaseError) console.Problem { return console.Problem{Hint: e.Hint} }),
		{Is: fs.ErrNotExist, Code: console.Failed, Hint: "check the path"},
	}
}
