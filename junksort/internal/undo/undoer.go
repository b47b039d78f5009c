// Package undo reads a journal backwards and gives files, links and folders back what they were; and it brings a run
// that was killed into a known state.
package undo

import (
	"sync"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// undoer undoes one run.
type undoer struct {
	*journal.History
	dir      dirfd.FD
	handles  *tree.Handles
	reporter *report.Reporter
	notes    func(report.Result)
	devices  map[uint64]uint64 // today's number of a device, by its number in the journal
	used     *tree.Held
	copies   *carry.Copies
	dry      bool                  // report what would be done, and do nothing
	moved    bool                  // DIR is not the folder that was sorted but a copy, or from a backup
	foreign  map[*tree.Folder]bool // folders named by their paths, where another file system is mounted today
	at       seam.Func

	mu    sync.Mutex
	loose map[uint64]bool // by device: inode numbers prove nothing there
}

// Where is what undoing and recovering need of the folder that was sorted.
type Where struct {
	Dir      dirfd.FD // DIR
	Handles  *tree.Handles
	Reporter *report.Reporter
	Copies   *carry.Copies
	At       seam.Func
}

// newUndoer returns an undoer for a run.
func newUndoer(h *journal.History, w Where) *undoer {
	return &undoer{
		History: h, dir: w.Dir, handles: w.Handles, reporter: w.Reporter, notes: w.Reporter.Result,
		devices: map[uint64]uint64{}, used: tree.NewHeld(w.Handles), copies: w.Copies, foreign: map[*tree.Folder]bool{},
		loose: map[uint64]bool{}, at: w.At,
	}
}

// newLooker returns an undoer that looks at what a run has done, with its own handles, and reports only notes.
func newLooker(h *journal.History, w Where) *undoer {
	notes := w.Reporter.Result
	w.Handles, w.Reporter = tree.NewHandles(), &report.Reporter{}
	u := newUndoer(h, w)
	u.notes = notes
	return u
}

// result is an event whose paths are built only if they are read.
func (u *undoer) result(a report.Action, s *journal.Step, why string) report.Result {
	if a != report.Left && !u.reporter.HasEach() {
		return report.Result{Action: a}
	}
	return report.Result{
		Action: a, From: u.ByID[s.To].Join(string(s.NewName)), To: u.ByID[s.From].Join(string(s.Name)),
		Reason: why,
	}
}

func (u *undoer) left(s *journal.Step, why string) { u.reporter.Result(u.result(report.Left, s, why)) }

// isBack reports that a file is back, and whether somebody has changed it since.
func (u *undoer) isBack(s *journal.Step, is identity.Verdict) {
	if s.Between() {
		return
	}
	why := ""
	if is == identity.Edited {
		why = "with the changes made since"
	}
	u.reporter.Result(u.result(report.Returned, s, why))
}

// wouldBeBack reports what would become of a file.
func (u *undoer) wouldBeBack(from *tree.Folder, s *journal.Step, is identity.Verdict) {
	if fd, err := u.handles.Acquire(from); err == nil {
		taken := fd.Exists(string(s.Name))
		u.handles.Release(from)
		if taken && u.made(from, string(s.Name)) == nil {
			u.left(s, "its old name is taken")
			return
		}
	}
	u.isBack(s, is)
}

// open opens a folder, and makes it again if it was removed.
func (u *undoer) open(f *tree.Folder) (dirfd.FD, error) {
	if f.Made || u.dry {
		return u.used.Acquire(f)
	}
	return u.used.Ensure(f)
}

// plain is part of the kinds with nothing to look at, to recover or to count.
type plain struct{}

func (plain) look(*undoer, *journal.Step) {}

func (plain) recover(*undoer, *journal.Step) error { return nil }

func (plain) carriedOut(*undoer, *journal.Step, bool) bool { return false }
