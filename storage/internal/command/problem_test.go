package command

import (
	"errors"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/internal/compute"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/pool"
)

func TestProblems(t *testing.T) {
	consoletest.Problems(t, problems(), []string{"../compute", "../memo", "../pool"},
		[]string{"memo.ErrNone"}, // a call then runs its command
		[]consoletest.Outcome{
			{Name: "memo.ErrPlace", Err: memo.ErrPlace, Code: console.Usage, Hint: "dir:PATH"},
			{Name: "pool.ErrForm", Err: pool.ErrForm, Code: console.Usage, Hint: "or dir:PATH"},
			{Name: "compute.ErrItself", Err: compute.ErrItself, Code: console.Failed, Hint: "another --key"},
		})
}

// TestStoreProblems: an error of a store without an answer means a Redis that is not there, or a folder that fails.
func TestStoreProblems(t *testing.T) {
	for name, test := range map[string]struct {
		place place
		hint  string
	}{
		"redis":  {place{address: "redis://h"}, "check --store or " + memo.RedisVariable},
		"folder": {place{folder: "/f"}, ""},
	} {
		var e *console.Error
		if err := test.place.problems().Explain(syscall.ECONNREFUSED); !errors.As(err, &e) ||
			e.Code != console.Failed || test.hint != "" && e.Hint != test.hint {
			t.Errorf("%s: %#v", name, err)
		}
	}
}
