package junksort

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/commit"
	"github.com/pythonweb/goweb/junksort/internal/engine"
	"github.com/pythonweb/goweb/junksort/internal/engine/pool"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
)

// Apply carries out a plan that WritePlan has written. A file that is not what it was when it was planned (device,
// inode, size, modification time), or whose new name is taken by now, stays and is Failed. The run is in the history
// and can be undone.
//
// force carries it out even in a folder that is not a junk folder, if the plan itself does not say so.
func Apply(ctx context.Context, text io.Reader, force bool, observer Observer) (Summary, error) {
	p, err := newPlanReader(text)
	if err != nil {
		return Summary{}, err
	}
	p.options.Force = p.options.Force || force
	s, err := open(p.dir, p.options, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	if err := s.begin("apply"); err != nil {
		return Summary{}, err
	}
	if err := s.settleLast(ctx); err != nil {
		return Summary{}, err
	}
	return s.finish(s.apply(ctx, p))
}

// applier turns the lines of a plan into batches.
type applier struct {
	*session
	job       *engine.Job
	committer *commit.Committer
	folders   map[string]*tree.Folder
	batch     *order.Batch
	aside     *tree.Folder
	token     string
	parcels   []unpack.Parcel
	namings   []naming
	plan      *planReader
}

func (s *session) apply(ctx context.Context, p *planReader) error {
	c := s.committer()
	j, err := s.job(ctx, c)
	if err != nil {
		return err
	}
	a := &applier{
		session: s, job: j, committer: c, folders: map[string]*tree.Folder{"": s.root}, batch: order.NewBatch(),
		plan: p, token: strconv.FormatInt(time.Now().UnixNano(), 36),
	}
	close(s.root.Ready) // nothing is walked
	for {
		line, err := p.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := a.line(ctx, p.line, line); err != nil {
			return err
		}
	}
	if err := a.flush(ctx); err != nil {
		return err
	}
	if err := a.rename(ctx); err != nil {
		return err
	}
	if err := a.removeEmpty(ctx); err != nil {
		return err
	}
	if err := s.relinker().Run(); err != nil {
		return err
	}
	return s.unpacker().All(ctx, a.parcels)
}

// line puts one line into the batch, if its file is still what was planned.
func (a *applier) line(ctx context.Context, number int, line planLine) error {
	if line.word == "unpack" {
		home, name := path.Split(line.from)
		t := a.job.Targets.Named(strings.TrimSuffix(home, "/"))
		_, single := archive.Single(name)
		a.parcels = append(a.parcels, unpack.Parcel{
			In: t.Folder, Name: name, To: path.Base(line.to), Exact: true,
			File: single,
		})
		return nil
	}
	dir, name := path.Split(line.from)
	from := a.folder(strings.TrimSuffix(dir, "/"))
	fd, err := a.handles.Acquire(from)
	if err != nil {
		a.reporter.Result(report.Failure(line.from, err))
		return nil
	}
	s, err := fd.Look(name)
	a.handles.Release(from)
	if err == nil && (s.Ino != line.stat.Ino || s.Dev != a.device(line.stat.Dev) || s.Size != line.stat.Size ||
		!s.Mtime.Equal(line.stat.Mtime) || s.Kind() != dirfd.Regular) {
		err = identity.ErrChanged
	}
	if err != nil {
		a.reporter.Result(report.Failure(line.from, err))
		return nil
	}
	if line.word == "rename" {
		a.namings = append(a.namings, naming{in: from, from: name, to: line.to, stat: s})
		return nil
	}
	m := order.Move{From: from, Name: dirfd.NameOf(name), Dev: s.Dev, Ino: s.Ino, Exact: true}
	if line.word == "drop" {
		m.To, m.NewName, m.Drop = a.dropFolder(), dirfd.NameOf(a.token+"-"+strconv.Itoa(number)), true
	} else if err := a.target(ctx, &m, line, name); err != nil {
		a.reporter.Result(report.Failure(line.from, err))
		return nil
	}
	a.batch.Moves = append(a.batch.Moves, m)
	if a.batch.Full() {
		return a.flush(ctx)
	}
	return nil
}

// device returns today's number of the device that a plan names. It knows that of DIR when the plan was written, and
// numbers are given out anew when a disk is mounted: what was on DIR's device is on it now.
func (a *applier) device(then uint64) uint64 {
	if a.plan.device != 0 && then == a.plan.device {
		return a.root.Stat.Dev
	}
	return then
}

func (a *applier) target(ctx context.Context, m *order.Move, line planLine, name string) error {
	home, newName := path.Split(line.to)
	if line.word == "trash" {
		home, newName, m.Exact = tree.TrashName, name, false
	}
	t := a.job.Targets.Named(strings.TrimSuffix(home, "/"))
	if !t.Opened {
		if err := a.job.Planner.Open(ctx, t); err != nil {
			return err
		}
	}
	if t.Refused != "" {
		return errors.New(t.Refused)
	}
	m.To, m.NewName = t.Folder, dirfd.NameOf(newName)
	m.Copy = m.Dev != a.job.Planner.DestDev && !t.Folder.Trash
	return nil
}

// rename gives the files of all rename lines their names, together: they may swap them.
func (a *applier) rename(ctx context.Context) error {
	slices.SortStableFunc(a.namings, func(x, y naming) int { return strings.Compare(x.in.Path(), y.in.Path()) })
	wanted := map[carry.Place]string{}
	for _, n := range a.namings {
		wanted[carry.Place{Folder: n.in, Name: n.from}] = n.to
	}
	list, err := a.free(a.namings)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(n naming) bool {
		taken := n.to != wanted[carry.Place{Folder: n.in, Name: n.from}]
		if taken {
			a.reporter.Result(report.Failure(n.in.Join(n.from), fs.ErrExist))
		}
		return taken
	})
	return a.session.rename(ctx, list)
}

func (a *applier) dropFolder() *tree.Folder {
	if a.aside == nil {
		a.aside = tree.DropFolder(a.root, a.handles)
	}
	return a.aside
}

// folder returns the folder of DIR with this path.
func (a *applier) folder(dir string) *tree.Folder {
	if f := a.folders[dir]; f != nil {
		return f
	}
	parent, name := path.Split(dir)
	f := &tree.Folder{Parent: a.folder(strings.TrimSuffix(parent, "/")), Name: name}
	a.folders[dir] = f
	return f
}

func (a *applier) flush(ctx context.Context) error {
	if len(a.batch.Moves) == 0 {
		return nil
	}
	if err := a.committer.Write(a.batch); err != nil {
		return err
	}
	if err := a.committer.Move(ctx, a.batch); err != nil {
		return err
	}
	a.batch.Reset()
	return ctx.Err()
}

// removeEmpty removes the folders that hold nothing now, as Sort does: it walks the tree again for that.
func (a *applier) removeEmpty(ctx context.Context) error {
	j, err := a.session.job(ctx, a.committer)
	if err != nil {
		return err
	}
	if err := pool.Walk(ctx, j); err != nil {
		return err
	}
	forgetFiles(j.Tree.Root)
	return a.committer.RemoveEmpty(ctx, j.Tree, j.DestStat)
}

// forgetFiles counts every file below f as one that stays.
func forgetFiles(f *tree.Folder) {
	_ = f.Each(func(e tree.Entry) error { // never fails
		if e.Child == nil {
			f.Kept++
		}
		return nil
	})
	for _, child := range f.Children {
		forgetFiles(child)
	}
}
