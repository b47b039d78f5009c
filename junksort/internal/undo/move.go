package undo

import (
	"context"
	"errors"
	"io/fs"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/trash"
)

// moving is a rename: a file that was sorted, renamed or put aside.
type moving struct{ plain }

func (moving) look(u *undoer, s *journal.Step) {
	to := u.ByID[s.To]
	fd, err := u.handles.Acquire(to)
	if err != nil {
		return
	}
	defer u.handles.Release(to)
	if found, err := fd.LookAt(dirfd.NameOf(string(s.NewName))); err == nil {
		s.Found = &found
	}
}

func (moving) undo(_ context.Context, u *undoer, s *journal.Step) error {
	u.move(s)
	return nil
}

func (moving) carriedOut(u *undoer, s *journal.Step, late bool) bool { return !late || u.arrived(s) }

// move takes one file back.
func (u *undoer) move(s *journal.Step) {
	u.used.Trim()
	from, to := u.ByID[s.From], u.ByID[s.To]
	at, err := u.open(to)
	is := identity.Another
	if err == nil {
		is = u.judge(to, at, s)
	}
	if is == identity.Another {
		if u.lies(from, s) || s.Between() {
			return // it never moved, or is back; another step has a file with a temporary name
		}
		u.left(s, u.absence(to, s))
		return
	}
	if u.dry {
		u.wouldBeBack(from, s, is)
		return
	}
	back, err := u.open(from)
	if err != nil {
		u.left(s, "its folder "+from.Path()+" cannot be opened: "+report.Reason(err))
		return
	}
	name := dirfd.NameOf(string(s.Name))
	err = u.rename(at, dirfd.NameOf(string(s.NewName)), back, name)
	if errors.Is(err, fs.ErrExist) && u.madeRoom(from, string(s.Name)) {
		if at, err = u.open(to); err == nil {
			if back, err = u.open(from); err == nil {
				err = u.rename(at, dirfd.NameOf(string(s.NewName)), back, name)
			}
		}
	}
	switch {
	case err == nil:
		if err := u.at.Step("taken back"); err != nil {
			return
		}
		trash.Forget(u.handles, to, string(s.NewName))
		u.isBack(s, is)
	case errors.Is(err, fs.ErrExist) && u.lies(from, s):
		if u.ByLink { // killed between link and unlink
			_ = at.Unlink(string(s.NewName))
		}
	// back already: the run was resumed, and has two intents for it
	case errors.Is(err, fs.ErrNotExist) && u.lies(from, s):
	case errors.Is(err, fs.ErrExist):
		u.left(s, "its old name is taken")
	default:
		u.left(s, report.Reason(err))
	}
}

func (u *undoer) rename(at dirfd.FD, newName dirfd.Name, back dirfd.FD, name dirfd.Name) error {
	if !u.ByLink {
		err := at.Rename(newName, back, name)
		if !errors.Is(err, dirfd.ErrNoReplace) {
			return err
		}
		if err := u.SwitchToLinks(); err != nil {
			return err
		}
		u.ByLink = true
	}
	return at.RenameByLink(newName, back, name)
}

// arrived reports whether the file is where the run was to move it.
func (u *undoer) arrived(s *journal.Step) bool {
	u.used.Trim()
	to := u.ByID[s.To]
	fd, err := u.used.Acquire(to)
	if err != nil {
		return false
	}
	return u.judge(to, fd, s) != identity.Another
}
