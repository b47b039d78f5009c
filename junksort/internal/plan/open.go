package plan

import (
	"context"
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/leave"
)

// Open looks at the destination t for the first time: whether files can go there, and which names it has. Nothing has
// been moved there yet, and the walk has listed the same folder if it is part of the tree.
func (p *Planner) Open(ctx context.Context, t *tree.Target) error {
	t.Opened = true
	if err := p.Tree.AwaitTarget(ctx, t); err != nil {
		return err
	}
	fd, err := p.Handles.Acquire(t.Folder)
	if errors.Is(err, unix.ENOTDIR) {
		if clear, e := p.makeRoom(ctx, t); e != nil {
			return e
		} else if clear {
			return p.openMissing(t)
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p.openMissing(t)
	case errors.Is(err, dirfd.ErrLink), errors.Is(err, dirfd.ErrMount):
		t.Refused = t.Folder.Path() + ": " + err.Error()
		return nil
	case err != nil:
		t.Refused = t.Folder.Path() + ": " + report.Reason(err)
		return nil
	}
	defer p.Handles.Release(t.Folder)
	if t.Unread = p.Few && !p.Style.Portable; t.Unread {
		for _, name := range leave.Repositories() {
			if fd.Exists(name) {
				p.refuse(t, name)
			}
		}
		return nil
	}
	return fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		if leave.Repository(e.Name.Bytes()) {
			p.refuse(t, e.Name.String())
		}
		p.taken.Add(t.Index, p.key(e.Name))
		return nil
	})
}

// refuse keeps files out of a destination that is a working copy.
func (p *Planner) refuse(t *tree.Target, repository string) {
	if !p.Force {
		t.Refused = t.Folder.Path() + ": it is a working copy (" + repository + "), which is kept whole"
	}
}

// makeRoom moves the file of DIR that has the name of a destination before all others, if it is to be moved at all, and
// reports whether it is. A contest would settle its name too late.
func (p *Planner) makeRoom(ctx context.Context, t *tree.Target) (bool, error) {
	if p.contest != nil || t.Folder.Parent != p.Tree.Root {
		return false, nil
	}
	var blocks tree.Entry
	_ = p.Tree.Root.Each(func(e tree.Entry) error { // never fails
		if e.Child == nil && e.Name.String() == t.Folder.Name && e.Target != t.Index {
			blocks = e
		}
		return nil
	})
	if blocks.Name == nil {
		return false, nil
	}
	if p.early == nil {
		p.early = map[string]bool{}
	}
	p.early[t.Folder.Name] = true
	return true, p.file(ctx, p.Tree.Root, blocks)
}

// openMissing records which folders have to be made. If names must be portable, it refuses one whose name differs only
// in case or Unicode form from a folder that exists.
func (p *Planner) openMissing(t *tree.Target) error {
	var missing *tree.Folder
	for f := t.Folder; f.Parent != nil && !p.isThere(f); f = f.Parent {
		if !f.Made { // else the mover may be making it now
			f.Made = true
		}
		missing = f
	}
	if !p.Style.Portable || missing == nil || missing.Trash {
		return nil
	}
	fd, err := p.Handles.Acquire(missing.Parent)
	if err != nil {
		return nil // DEST has to be made too
	}
	defer p.Handles.Release(missing.Parent)
	wanted := string(filename.Folded([]byte(missing.Name)))
	return fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		if string(filename.Folded(e.Name.Bytes())) == wanted {
			t.Refused = missing.Path() + ": " + e.Name.String() + " differs only in case or Unicode form"
		}
		return nil
	})
}

func (p *Planner) isThere(f *tree.Folder) bool {
	if _, err := p.Handles.Acquire(f); err != nil {
		return false
	}
	p.Handles.Release(f)
	return true
}
