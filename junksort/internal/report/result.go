// Package report counts what happens to files and tells whoever listens.
package report

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// Action says what happened to a file.
type Action string

// The actions.
const (
	Moved    Action = "moved"
	PutAside Action = "deduplicated" // put aside: the destination has the same content
	Skipped  Action = "skipped"      // its name is taken and the options say skip
	Failed   Action = "failed"       // it stays; Reason says why
	Unpacked Action = "unpacked"     // To is the new folder
	Returned Action = "returned"     // by an undo
	Noted    Action = "noted"        // Reason says what the user should know
	Left     Action = "left"         // an undo could not return it; Reason says why
)

// Result is what happened to one file. Paths hold the file system's bytes, of any encoding.
type Result struct {
	Action Action
	From   string // below DIR
	To     string // below DIR when DEST is DIR, else absolute
	Reason string
}

// Summary counts what a run did.
type Summary struct {
	Run      int // its number, 0 when there was nothing to do
	Moved    int // files that changed their place
	Put      int // duplicates put aside
	Skipped  int
	Failed   int
	Unpacked int
	Returned int
	Left     int
	Folders  int // folders removed, because they held nothing
}

// Complete reports whether everything succeeded: nothing failed and nothing was left.
func (s Summary) Complete() bool { return s.Failed == 0 && s.Left == 0 }

// Plus returns the sum of both counts, without a run number.
func (s Summary) Plus(t Summary) Summary {
	return Summary{
		Moved: s.Moved + t.Moved, Put: s.Put + t.Put, Skipped: s.Skipped + t.Skipped, Failed: s.Failed + t.Failed,
		Unpacked: s.Unpacked + t.Unpacked, Returned: s.Returned + t.Returned, Left: s.Left + t.Left,
		Folders: s.Folders + t.Folders,
	}
}

// Unchanged reports whether nothing was moved, made or removed.
func (s Summary) Unchanged() bool { return s.Moved+s.Put+s.Unpacked+s.Returned+s.Folders == 0 }

// count counts one file.
func (s *Summary) count(a Action) {
	switch a {
	case Moved:
		s.Moved++
	case PutAside:
		s.Put++
	case Skipped:
		s.Skipped++
	case Failed:
		s.Failed++
	case Unpacked:
		s.Unpacked++
	case Returned:
		s.Returned++
	case Left:
		s.Left++
	}
}

// Failure returns the result for a file that stays where it is because of an error.
func Failure(path string, err error) Result {
	return Result{Action: Failed, From: path, Reason: Reason(err)}
}

// explained is an error that has its own words for what went wrong, whatever caused it.
type explained interface {
	error
	// Reason returns the words for the user.
	Reason() string
}

// Reason says in words what went wrong with a file.
func Reason(err error) string {
	var own explained
	switch {
	case errors.As(err, &own):
		return own.Reason()
	case errors.Is(err, unix.ENOENT):
		return "it is gone"
	case errors.Is(err, unix.EBUSY):
		return "a file system is mounted on it"
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return "the disk is full"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, unix.EROFS):
		return "the file system is read-only"
	case errors.Is(err, fs.ErrExist):
		return "the name is taken"
	}
	return err.Error()
}

// Fatal is an error that ends the run; others concern one file.
type Fatal struct{ Err error }

// Error returns what has ended the run.
func (f Fatal) Error() string { return f.Err.Error() }

// Unwrap returns what has ended the run.
func (f Fatal) Unwrap() error { return f.Err }
