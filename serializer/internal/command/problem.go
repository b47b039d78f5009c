package command

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

// problems returns the table of exit codes for errors about the file that messages call name. It covers every error.
func problems(name string) console.Problems {
	return console.Problems{
		console.As(func(e *writeError) console.Problem { return console.Problem{Code: console.Failed, Err: e} }),
		{
			Is: fs.ErrNotExist, Code: console.NotFound, Hint: "check the path",
			Err: fmt.Errorf("cannot read %s: no such file", name),
		},
		console.Known(func(err error) (console.Problem, bool) {
			problem := console.Problem{Code: console.Failed}
			var pathError *fs.PathError
			switch {
			case errors.Is(err, serializer.ErrDuplicate):
				problem.Hint = "--duplicates keep takes it"
			case errors.As(err, &pathError):
				err = pathError.Err
			}
			problem.Err = fmt.Errorf("%s: %w", name, err)
			return problem, true
		}),
	}
}

// explain adds exit code and hint to an error about a file.
func explain(name string, err error) error { return problems(name).Explain(err) }
