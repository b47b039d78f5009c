// Package relink knows the relative links of a tree, and rewrites those whose files have moved.
package relink

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// link is a relative symbolic link of the tree.
type link struct {
	in     *tree.Folder
	name   string
	target string
}

// Links are the relative links of the tree, by what they point to, and what has become of that.
type Links struct {
	mu     sync.Mutex
	byFile map[dirfd.ID][]link
	broken []Broken
}

// Broken is a link whose file has moved.
type Broken struct {
	link
	To   *tree.Folder // nil: it is out of sight
	as   string
	gone bool // it was an empty folder, and was removed
}

// NewLinks returns the links of a tree that is not listed yet.
func NewLinks() *Links { return &Links{byFile: map[dirfd.ID][]link{}} }

// See records a link while its folder is listed.
func (l *Links) See(f *tree.Folder, fd dirfd.FD, name string) {
	target, err := fd.Readlink(name)
	if err != nil || path.IsAbs(target) {
		return
	}
	s, err := fd.Follow(name)
	if err != nil {
		return // it is dangling already
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	id := s.ID()
	l.byFile[id] = append(l.byFile[id], link{in: f, name: name, target: target})
}

// Moved records that a file has moved.
func (l *Links) Moved(m *order.Move) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, found := range l.byFile[dirfd.ID{Dev: m.Dev, Ino: m.Ino}] {
		b := Broken{link: found, To: m.To, as: m.NewName.String()}
		if m.Drop || m.To.Trash {
			b.To = nil
		}
		l.broken = append(l.broken, b)
	}
}

// Gone records that an empty folder was removed.
func (l *Links) Gone(f *tree.Folder) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, found := range l.byFile[f.Stat.ID()] {
		l.broken = append(l.broken, Broken{link: found, gone: true})
	}
}

// All returns the links whose files have moved, and forgets them.
func (l *Links) All() []Broken {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.broken
	l.broken = nil
	return list
}

func (b Broken) note(why string) report.Result {
	return report.Result{Action: report.Noted, From: b.in.Join(b.name), Reason: fmt.Sprintf("it leads to %s, %s",
		strconv.Quote(b.target), why)}
}

// newTarget returns the path from the link's folder to where its file is now.
func (b Broken) newTarget(dir string) (string, error) {
	from, to := filepath.Join(dir, b.in.Path()), b.To.Join(b.as)
	if !filepath.IsAbs(to) {
		to = filepath.Join(dir, to)
	}
	return filepath.Rel(from, to)
}

// Tell returns the result that says that the run breaks the link.
func (b Broken) Tell() report.Result {
	switch {
	case b.gone:
		return b.note("a folder that was empty and is gone now")
	case b.To == nil:
		return b.note("which is put aside")
	}
	return b.note("which is in " + b.To.Join(b.as) + " now (--relink rewrites it)")
}

// Relinker rewrites the links whose files have moved, or reports them.
type Relinker struct {
	Dir      string
	Links    *Links
	Rewrite  bool // else they are reported
	Journal  *journal.Writer
	Handles  *tree.Handles
	Reporter *report.Reporter
	At       seam.Func
}

// Run looks at all of them.
func (c Relinker) Run() error {
	for _, b := range c.Links.All() {
		if !c.Rewrite || b.To == nil {
			c.Reporter.Result(b.Tell())
			continue
		}
		if err := c.relinkOne(b); err != nil {
			var stop report.Fatal
			if errors.As(err, &stop) {
				return stop.Err
			}
			c.Reporter.Result(b.note("which has moved, and it could not be rewritten: " + report.Reason(err)))
		}
	}
	return nil
}

// relinkOne rewrites one link.
func (c Relinker) relinkOne(b Broken) error {
	dir, err := tree.RealPath(c.Dir)
	if err != nil {
		return err
	}
	target, err := b.newTarget(dir)
	if err != nil || target == b.target {
		return err
	}
	fd, err := c.Handles.Acquire(b.in)
	if err != nil {
		return err
	}
	defer c.Handles.Release(b.in)
	seq, err := c.Journal.IntendRelink(journal.Relinking{In: b.in, Name: b.name, Now: b.target, Then: target})
	if err != nil {
		return report.Fatal{Err: err}
	}
	if err := c.At.Step("relink written"); err != nil {
		return err
	}
	return carry.SwapLink(fd, b.name, tree.PartialName(c.Journal.Token(), seq),
		carry.Targets{Now: b.target, Then: target}, c.At)
}
