package junksort

import (
	"context"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Apply carries out a plan that WritePlan has written. A file that is not what it was when it was planned (device,
// inode, size, modification time), or whose new name is taken by now, stays and is Failed. The run is in the history
// and can be undone.
//
// force carries it out also in a folder that is no junk, where the plan itself does not say so.
func Apply(ctx context.Context, plan io.Reader, force bool, observer Observer) (Summary, error) {
	p, err := newPlanReader(plan)
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
	job       *job
	committer *committer
	folders   map[string]*folder
	batch     *batch
	aside     *folder
	token     string
	parcels   []parcel
}

func (s *session) apply(ctx context.Context, p *planReader) error {
	c := s.committer()
	j, err := s.job(c)
	if err != nil {
		return err
	}
	a := &applier{
		session: s, job: j, committer: c, folders: map[string]*folder{"": s.root}, batch: newBatch(),
		token: strconv.FormatInt(time.Now().UnixNano(), 36),
	}
	close(s.root.ready) // nothing is walked
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
	if err := a.removeEmpty(ctx); err != nil {
		return err
	}
	return c.unpackAll(ctx, a.parcels)
}

// line puts one line into the batch, if its file is still what was planned.
func (a *applier) line(ctx context.Context, number int, line planLine) error {
	if line.word == "unpack" {
		home, name := path.Split(line.from)
		t := a.job.targets.named(strings.TrimSuffix(home, "/"))
		a.parcels = append(a.parcels, parcel{in: t.folder, name: name, to: path.Base(line.to), exact: true})
		return nil
	}
	dir, name := path.Split(line.from)
	from := a.folder(strings.TrimSuffix(dir, "/"))
	fd, err := a.handles.acquire(from)
	if err != nil {
		a.reporter.result(failed(line.from, err))
		return nil
	}
	s, err := fd.Lstat(name)
	a.handles.release(from)
	if err == nil && (!s.Same(line.stat) || s.Size != line.stat.Size || !s.Mtime.Equal(line.stat.Mtime) || s.Kind() != dirfd.Regular) {
		err = errChanged
	}
	if err != nil {
		a.reporter.result(failed(line.from, err))
		return nil
	}
	m := move{from: from, name: dirfd.NameOf(name), dev: s.Dev, ino: s.Ino, exact: true}
	if line.word == "drop" {
		m.to, m.newName, m.drop = a.dropFolder(), dirfd.NameOf(a.token+"-"+strconv.Itoa(number)), true
	} else if err := a.target(ctx, &m, line); err != nil {
		a.reporter.result(failed(line.from, err))
		return nil
	}
	a.batch.moves = append(a.batch.moves, m)
	if a.batch.full() {
		return a.flush(ctx)
	}
	return nil
}

func (a *applier) target(ctx context.Context, m *move, line planLine) error {
	home, newName := path.Split(line.to)
	t := a.job.targets.named(strings.TrimSuffix(home, "/"))
	if !t.opened {
		if err := a.job.planner.open(ctx, t); err != nil {
			return err
		}
	}
	if t.refused != "" {
		return errors.New(t.refused)
	}
	m.to, m.newName = t.folder, dirfd.NameOf(newName)
	m.copy = m.dev != a.job.planner.destDev
	return nil
}

func (a *applier) dropFolder() *folder {
	if a.aside == nil {
		a.aside = dropFolder(a.root, a.handles)
	}
	return a.aside
}

// folder returns the folder of DIR with this path.
func (a *applier) folder(dir string) *folder {
	if f := a.folders[dir]; f != nil {
		return f
	}
	parent, name := path.Split(dir)
	f := &folder{parent: a.folder(strings.TrimSuffix(parent, "/")), name: name}
	a.folders[dir] = f
	return f
}

func (a *applier) flush(ctx context.Context) error {
	if len(a.batch.moves) == 0 {
		return nil
	}
	if err := a.committer.write(a.batch); err != nil {
		return err
	}
	if err := a.committer.move(ctx, a.batch); err != nil {
		return err
	}
	a.batch.reset()
	return ctx.Err()
}

// removeEmpty removes the folders that hold nothing now, as Sort does: it walks the tree again for that.
func (a *applier) removeEmpty(ctx context.Context) error {
	j, err := a.session.job(a.committer)
	if err != nil {
		return err
	}
	if err := j.walk(ctx); err != nil {
		return err
	}
	forgetFiles(j.tree.root)
	return a.committer.removeEmpty(ctx, j.tree, j.destStat)
}

// forgetFiles counts every file below f as one that stays.
func forgetFiles(f *folder) {
	_ = f.each(func(e entry) error { // never fails
		if e.child == nil {
			f.kept++
		}
		return nil
	})
	for _, child := range f.children {
		forgetFiles(child)
	}
}
