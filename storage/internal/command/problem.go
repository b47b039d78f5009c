package command

import (
	"errors"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/compute"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/pool"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/trouble"
)

// problems is the table of exit codes, except for errors of a store: see [place.problems].
func problems() console.Problems {
	noStore := errors.New("--store: not the address of a store")
	return console.Problems{
		{Is: memo.ErrPlace, Code: console.Usage, Hint: memo.ErrPlace.Error(), Err: noStore},
		{Is: pool.ErrForm, Code: console.Usage, Hint: pool.ErrForm.Error() + "; or dir:PATH for a folder", Err: noStore},
		{Is: compute.ErrItself, Code: console.Failed, Hint: "give the inner call another --key, or call it without " + name},
	}
}

// problems is the table for errors of a store. It covers every error: whatever a store says is translated by package
// trouble.
func (p place) problems() console.Problems {
	return console.Problems{console.Known(func(err error) (console.Problem, bool) {
		t := trouble.Of(err)
		problem := console.Problem{Code: console.Failed, Hint: t.Todo, Err: errors.New(t.What)}
		if p.address != "" && !protocol.IsAnswer(err) {
			problem.Hint, problem.Err = "check --store or "+memo.RedisVariable, errors.New("Redis does not answer: "+t.What)
		}
		return problem, true
	})}
}
