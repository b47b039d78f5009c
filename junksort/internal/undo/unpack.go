package undo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
)

// unpacking is an archive that was unpacked.
type unpacking struct{ plain }

func (unpacking) undo(_ context.Context, u *undoer, s *journal.Step) error {
	u.packUp(s)
	return nil
}

func (unpacking) recover(u *undoer, s *journal.Step) error {
	u.recoverUnpack(s)
	return nil
}

// packUp removes what came out of an archive. A folder in which the user has added, edited or replaced something stays.
func (u *undoer) packUp(s *journal.Step) {
	made, ok := u.UnpackedAs[s.Seq]
	to := u.ByID[s.To]
	fd, err := u.handles.Acquire(to)
	if err != nil {
		return
	}
	defer u.handles.Release(to)
	name := string(s.NewName)
	if u.UnpackTo[s.Seq] != name {
		return // a name that was taken
	}
	if u.Token() != "" && !u.dry {
		carry.RemoveUnfinished(fd, u.Token(), s.Seq)
	}
	found, err := fd.Look(name)
	if !ok || err != nil {
		return // it was never complete, or the user has moved or removed it
	}
	left := func(why string) {
		u.reporter.Result(report.Result{
			Action: report.Left, From: to.Join(name), To: to.Join(string(s.Name)),
			Reason: why,
		})
	}
	entries := u.Entries[s.Seq]
	switch {
	case found.Ino != made.Ino:
		if u.isLoose(fd, found) {
			left("it stays: this file system cannot prove that it was not changed since")
		}
		return // another folder, made by the user
	case len(entries) == 0 && changedAfter(fd, name, made.Ctime):
		left("it stays: something in it was changed or added")
		return
	case len(entries) > 0:
		if where, what, err := foreign(fd, name, entries); err != nil || where != "" {
			if err != nil {
				what = report.Reason(err)
			}
			left(fmt.Sprintf("it stays: %s in it %s", strconv.Quote(where), what))
			return
		}
	}
	if u.dry {
		return
	}
	n := 0
	if len(entries) == 0 {
		n = carry.RemoveTree(fd, name)
	} else {
		n = takeAway(fd, name, entries)
	}
	if n > 0 {
		left(fmt.Sprintf("not everything in it could be removed (%d left)", n))
	}
}

// changedAfter reports whether something in a folder was made or changed after a time, for journals of the first
// format.
func changedAfter(dir dirfd.FD, name string, whole time.Time) bool {
	changed := false
	err := dir.Walk(name, "", func(path string, s dirfd.Stat) error {
		if s.Kind() == dirfd.Directory && s.Mtime.After(whole) || path != "" && s.Ctime.After(whole) {
			changed = true
		}
		return nil
	})
	return changed || err != nil
}

// recoverUnpack removes a folder that was being unpacked.
func (u *undoer) recoverUnpack(s *journal.Step) {
	if u.Token() == "" {
		return // another run may have work of that name
	}
	to := u.ByID[s.To]
	if fd, err := u.handles.Acquire(to); err == nil {
		carry.RemoveUnfinished(fd, u.Token(), s.Seq)
		u.handles.Release(to)
	}
}
