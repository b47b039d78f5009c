package command

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/factorize"
)

// problems is the table of exit codes for errors of the library and of files.
func problems() console.Problems {
	return console.Problems{
		{Is: factorize.ErrForeignState, Code: console.Failed, Hint: "give another file"},
		console.Known(missing),
	}
}

// missing recognizes the error of a file that was to be read and does not exist.
func missing(err error) (console.Problem, bool) {
	var file *fs.PathError
	if !errors.As(err, &file) || file.Op != "open" || !errors.Is(err, fs.ErrNotExist) {
		return console.Problem{}, false
	}
	return console.Problem{
		Code: console.NotFound, Hint: "check the path", Err: fmt.Errorf("no file %q", file.Path),
	}, true
}
