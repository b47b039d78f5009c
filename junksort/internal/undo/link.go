package undo

import (
	"context"

	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// relinking is a link that was rewritten to point to where its file is now.
type relinking struct{ plain }

func (relinking) undo(_ context.Context, u *undoer, s *journal.Step) error {
	u.relink(s)
	return nil
}

// relink gives a link its old target again, unless somebody has changed it since.
func (u *undoer) relink(s *journal.Step) {
	in := u.ByID[s.From]
	fd, err := u.handles.Acquire(in)
	if err != nil {
		return
	}
	defer u.handles.Release(in)
	temporary := tree.PartialName(u.Token(), s.Seq)
	if !u.dry {
		if _, err := fd.Readlink(temporary); err == nil { // a killed run was rewriting it
			_ = fd.Unlink(temporary)
		}
	}
	name := string(s.Name)
	target, err := fd.Readlink(name)
	if err != nil || target != string(s.NewName) || u.dry {
		return
	}
	if err := carry.SwapLink(fd, name, temporary, carry.Targets{Now: target, Then: string(s.Target)}, u.at); err != nil {
		u.reporter.Result(report.Result{
			Action: report.Noted, From: in.Join(name),
			Reason: "the link does not lead where it did: " + report.Reason(err),
		})
	}
}
