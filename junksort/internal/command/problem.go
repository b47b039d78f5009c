package command

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
)

// problems maps the library's errors to exit codes and hints.
func problems() console.Problems {
	return console.Problems{
		{Is: junksort.ErrOptions, Code: console.Usage, Hint: "see junksort sort --help"},
		{Is: junksort.ErrRefused, Code: console.Failed, Hint: "--force sorts it anyway"},
		{Is: junksort.ErrGone, Code: console.Failed, Hint: "watch it again when it is back"},
		{Is: junksort.ErrNothing, Code: console.NotFound, Hint: "see junksort history"},
		{Is: junksort.ErrBusy, Code: console.Failed, Hint: "wait for it to end, or stop it"},
		{Is: junksort.ErrPlan, Code: console.Failed, Hint: "junksort sort --plan writes one"},
		{Is: junksort.ErrCorrupt, Code: console.Failed, Hint: "nothing was changed; the files are where they are"},
		{Is: fs.ErrNotExist, Code: console.Failed, Hint: "check the path"},
	}
}

// fail says what could not be done because of an error of the library.
func fail(what string, err error) error {
	if err == nil {
		return nil
	}
	_, row, known := problems().Row(err)
	var path *fs.PathError
	if errors.As(err, &path) && strings.Contains(what, quote(path.Path)) {
		err = path.Err // the path is already in the message
	}
	err = fmt.Errorf("cannot %s: %w", what, err)
	if !known {
		return err
	}
	row.Err = err
	return console.Problems{row}.Explain(err)
}
