package console

import (
	"errors"

	"github.com/urfave/cli/v2"
)

// Adaptor makes commands out of functions that need something opened, such as a database: it opens it, runs the
// function, closes it and gives whatever went wrong its exit code. A module has one for each thing that its
// commands need, and the same Problems in all:
//
//	var problems = console.Problems{{Is: school.ErrNotFound, Code: console.NotFound, Hint: "see school list"}}
//
//	func onSchool() console.Adaptor[*school.School] {
//		return console.Adaptor[*school.School]{Open: open, Close: (*school.School).Close, Problems: problems}
//	}
//
//	…  Action: onSchool().Action(func(c *cli.Context, s *school.School) error { … })
type Adaptor[S any] struct {
	Open     func(*cli.Context) (S, error)
	Close    func(S) error // called whatever the function returns; nil for what need not be closed
	Problems Problems
}

// Action returns an action that calls do with what a opens. An error of do takes precedence over one of closing.
func (a Adaptor[S]) Action(do func(c *cli.Context, opened S) error) cli.ActionFunc {
	return a.Problems.Action(func(c *cli.Context) (err error) {
		opened, err := a.Open(c)
		if err != nil {
			return err
		}
		if a.Close != nil {
			// Even when do panics: what is open may be locked for others.
			defer func() { err = errors.Join(a.Problems.Explain(err), a.Close(opened)) }()
		}
		return do(c, opened)
	})
}

// Action returns an action that calls do, which needs nothing opened.
func (p Problems) Action(do cli.ActionFunc) cli.ActionFunc {
	return func(c *cli.Context) error { return p.Explain(do(c)) }
}
