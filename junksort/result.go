package junksort

import (
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/seam"
)

// Action says what happened to a file.
type Action = report.Action

// The actions.
const (
	Moved    = report.Moved
	PutAside = report.PutAside // the destination has the same content
	Skipped  = report.Skipped  // its name is taken and the options say skip
	Failed   = report.Failed   // it stays; Reason says why
	Unpacked = report.Unpacked // To is the new folder
	Returned = report.Returned // by an undo
	Noted    = report.Noted    // Reason says what the user should know
	Left     = report.Left     // an undo could not return it; Reason says why
)

// Put is PutAside.
//
// Deprecated: use PutAside.
const Put = report.PutAside

// Result is what happened to one file. Paths hold the file system's bytes, of any encoding.
type Result = report.Result

// Summary counts what a run did.
type Summary = report.Summary

// Observer is told of files and of the progress. Each function may be nil; they are called by one goroutine at a time.
type Observer struct {
	Result   func(Result)          // of every file
	Problem  func(Result)          // of what Failed or was Left
	Progress func(done, total int) // total is 0 while it is not known

	at seam.Func
}

// reporter returns the reporter that counts results and tells o of them.
func (o Observer) reporter() *report.Reporter {
	return report.New(report.Listeners{Each: o.Result, Problem: o.Problem, Progress: o.Progress})
}
