package command

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/serializer"
)

func TestProblems(t *testing.T) {
	consoletest.Problems(t, problems("a.json"), nil, nil, []consoletest.Outcome{
		{Name: "writeError", Err: &writeError{"b.json", fs.ErrNotExist}, Code: console.Failed},
		{Name: "no file", Err: fs.ErrNotExist, Code: console.NotFound, Hint: "check the path"},
		{Name: "duplicate", Err: serializer.ErrDuplicate, Code: console.Failed, Hint: "--duplicates keep"},
		{Name: "other", Err: errors.New("offset 1: broken"), Code: console.Failed},
	})
	err := explain("a.json", &fs.PathError{Op: "read", Path: "/a.json", Err: fs.ErrPermission})
	if err == nil || err.Error() != "a.json: permission denied" {
		t.Errorf("%v, want the file's name once", err)
	}
}
