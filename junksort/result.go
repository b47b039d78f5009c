package junksort

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
	Put      Action = "deduplicated" // put aside: the destination has the same content
	Skipped  Action = "skipped"      // its name is taken and the options say skip
	Failed   Action = "failed"       // it stays; Reason says why
	Unpacked Action = "unpacked"     // To is the new folder
	Returned Action = "returned"     // by an undo
	Noted    Action = "noted"        // Reason says what there is to know
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

// Complete reports whether nothing failed and nothing was left.
func (s Summary) Complete() bool { return s.Failed == 0 && s.Left == 0 }

// unchanged reports whether nothing was moved, made or removed.
func (s Summary) unchanged() bool { return s.Moved+s.Put+s.Unpacked+s.Returned+s.Folders == 0 }

func (s *Summary) count(a Action) {
	switch a {
	case Moved:
		s.Moved++
	case Put:
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

// Observer hears of files and of the progress. Each function may be nil; they are called by one goroutine at a time.
type Observer struct {
	Result   func(Result)          // of every file
	Problem  func(Result)          // of what Failed or was Left
	Progress func(done, total int) // total is 0 while it is not known
}

func failed(path string, err error) Result {
	return Result{Action: Failed, From: path, Reason: reason(err)}
}

// reason says in words what went wrong with a file.
func reason(err error) string {
	var keep *keepError
	switch {
	case errors.As(err, &keep):
		return keep.Error()
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
