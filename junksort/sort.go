package junksort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/guard"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/commit"
	"github.com/pythonweb/goweb/junksort/internal/engine"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/plan"
	"github.com/pythonweb/goweb/junksort/internal/relink"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/trash"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/undo"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
	"github.com/pythonweb/goweb/junksort/internal/writer"
	"github.com/pythonweb/goweb/junksort/leave"
)

// Sort sorts the files of the folder dir and all its subfolders into the folders that options name. What happened to
// each file goes to observer; a file that cannot be sorted stays and does not stop the others (Summary.Failed).
//
// When ctx is cancelled, Sort ends after the files at hand, with ctx's error; Resume and Undo go on from there. ErrBusy
// reports another run in the same folder, ErrOptions options that cannot be used.
func Sort(ctx context.Context, dir string, options Options, observer Observer) (Summary, error) {
	s, err := open(dir, options, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	if err := s.begin("sort"); err != nil {
		return Summary{}, err
	}
	if err := s.settleLast(ctx); err != nil {
		return Summary{}, err
	}
	return s.finish(s.pass(ctx))
}

// session is one run in one folder: what Sort, Resume, Apply and Watch have in common.
type session struct {
	options  Options
	dir      string
	root     *tree.Folder
	dirFD    dirfd.FD
	at       seam.Func
	handles  *tree.Handles
	reporter *report.Reporter
	state    *journal.Store
	journal  *journal.Writer
	rules    survey.Rules
	before   dirfd.Stat // DIR before the run touched it
	asleep   bool       // nothing of DIR is open
	few      bool       // few files are expected: this run has sorted the tree before
	idle     bool       // all that was there is sorted: a run that is stopped now is done
	earlier  int        // files that the run moved before it was resumed
	resumed  bool
	naming   bool // files may have temporary names, which only the journal knows
	copies   *carry.Copies
	watch    watching // nil unless the tree is watched
	broken   unpack.Broken
}

// watching is told what a run comes across and what it moves away, if the tree is watched.
type watching interface {
	survey.Watch
	commit.Watch
}

// open looks at dir and checks the options. It changes nothing.
func open(dir string, options Options, observer Observer) (*session, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	c, err := parseConfig(options.Categories)
	if err != nil {
		return nil, err
	}
	fd, err := dirfd.Open(dir)
	if err != nil {
		return nil, err
	}
	s := &session{
		options: options, dir: dir, dirFD: fd, handles: tree.NewHandles(), reporter: observer.reporter(), at: observer.at,
		root: &tree.Folder{}, copies: carry.NewCopies(),
	}
	if err := s.handles.Adopt(s.root, fd); err != nil {
		return nil, err
	}
	s.before = s.root.Stat
	own, err := fd.OpenDir(tree.StateFolder)
	if err != nil {
		own = dirfd.None // never sorted
	}
	defer own.Close()
	r := options.rules(c)
	r.Handles, r.Trust, r.Notes = s.handles, fd.TrustsInodes(), s.reporter.Result
	r.Registry, r.Links, r.Grown = unpack.ReadRegistry(own), relink.NewLinks(), sortedBefore(own, dir, options)
	s.rules = r
	return s, nil
}

func (s *session) close() {
	if s.asleep {
		return // all is closed
	}
	s.handles.Release(s.root)
	s.handles.CloseAll()
	if s.state != nil {
		s.state.Close()
	}
}

// begin takes the lock.
func (s *session) begin(command string) error {
	own, err := journal.Open(s.dirFD, true)
	if err != nil {
		return err
	}
	s.state = own
	if now, err := s.dirFD.Stat(); err == nil && now.Mtime.Before(s.before.Mtime) { // an earlier run was killed
		s.before = now
		s.root.Stat.Atime, s.root.Stat.Mtime = now.Atime, now.Mtime
	}
	s.journal = journal.New(own, command, s.options.Durable, s.options.fields())
	return nil
}

// finish journals the end of the run. A run that changed nothing leaves no trace, not even in DIR's times.
func (s *session) finish(err error) (Summary, error) {
	summary := s.reporter.Snapshot()
	state := Done
	switch {
	case err != nil && !s.idle:
		state = Interrupted
	case !summary.Complete():
		state = Partial
	}
	if summary.Unchanged() && !s.journal.HasMade() && !s.resumed && !s.naming {
		err = errors.Join(err, s.journal.Drop())
	}
	summary.Run = s.journal.Number()
	err = errors.Join(err, s.journal.End(state, s.earlier+summary.Moved+summary.Put))
	if s.journal.Number() == 0 {
		s.restoreTimes()
	}
	return summary, err
}

// restoreTimes gives DIR the times that it had before .junksort was made in it.
func (s *session) restoreTimes() {
	if now, err := s.dirFD.Stat(); err == nil &&
		(!now.Mtime.Equal(s.before.Mtime) || !now.Atime.Equal(s.before.Atime)) {
		_ = s.dirFD.SetTimes(s.before.Atime, s.before.Mtime) // somebody else's folder keeps its new time
	}
}

// pass sorts what is in the tree now, through the journal.
func (s *session) pass(ctx context.Context) error {
	c := s.committer()
	j, err := s.job(ctx, c)
	if err != nil {
		return err
	}
	if err := engineNamed(s.options.Engine)(ctx, j); err != nil {
		return err
	}
	s.handles.RemoveUnused()
	err = c.RemoveEmpty(ctx, j.Tree, j.DestStat)
	if err == nil {
		err = s.relinker().Run()
	}
	if err != nil || !s.options.Unpack {
		return err
	}
	list, err := j.Parcels(c.Freight)
	if err != nil {
		return err
	}
	return s.unpacker().All(ctx, list)
}

// committer returns the committer of a run.
func (s *session) committer() *commit.Committer {
	o := commit.Options{
		Dir: s.dir, At: s.at, Journal: s.journal, Handles: s.handles, Table: s.rules.Table, Workers: s.options.Workers,
		Reporter: s.reporter, Copies: s.copies, Links: s.rules.Links, Unpacks: s.options.Unpack, Lossy: s.options.Lossy,
		MinAge: s.options.MinAge,
	}
	if s.watch != nil {
		o.Watch = s.watch
	}
	return commit.New(o)
}

// relinker returns the relinker for the end of a run.
func (s *session) relinker() relink.Relinker {
	return relink.Relinker{
		Dir: s.dir, Links: s.rules.Links, Rewrite: s.options.Relink, Journal: s.journal, Handles: s.handles,
		Reporter: s.reporter, At: s.at,
	}
}

// unpacker returns the unpacker for the end of a run.
func (s *session) unpacker() *unpack.Unpacker {
	return &unpack.Unpacker{
		Journal: s.journal, Handles: s.handles, Table: s.rules.Table, Workers: s.options.Workers, Reporter: s.reporter,
		Registry: s.rules.Registry, Broken: &s.broken, Limits: s.options.limits, Own: s.state.Own, At: s.at,
	}
}

// where is what undoing and recovering need.
func (s *session) where() undo.Where {
	return undo.Where{Dir: s.dirFD, Handles: s.handles, Reporter: s.reporter, Copies: s.copies, At: s.at}
}

// job prepares one walk over the tree.
func (s *session) job(ctx context.Context, to engine.Sink) (*engine.Job, error) {
	if len(s.root.Children) > 0 || s.root.Ready != nil { // not the first pass
		s.root.Children, s.root.Listing, s.root.Kept = nil, nil, 0
		s.root.Left.Store(0)
	}
	s.root.Ready = make(chan struct{})
	if err := s.protect(); err != nil {
		return nil, err
	}
	dest, way, in, err := tree.Destination(s.root, s.dir, s.options.To)
	if err != nil {
		return nil, err
	}
	r := s.rules
	r.Targets = tree.NewTargets(dest)
	r.Targets.FindTrash = func() (*tree.Folder, error) { return trash.For(s.dir, s.root.Stat.Dev) }
	r.Destinations = r.Named()
	r.Writers = &writer.Finder{}
	t := &tree.Tree{Root: s.root, Way: way, In: in, Lost: s.reporter.Result}
	destDev, err := s.look(dest, &r)
	if err != nil {
		return nil, err
	}
	if r.Set.Duplicates() {
		if r.Duplicates, err = survey.Duplicates(ctx, s.dirFD, r); err != nil {
			return nil, err
		}
	}
	p := plan.New(plan.Options{
		Rules: r, Tree: t, DestDev: destDev, Result: s.reporter.Result, How: s.options.OnConflict,
		Few: s.few,
	})
	return &engine.Job{Rules: r, Tree: t, Planner: p, Sink: to, Reporter: s.reporter}, nil
}

// Check returns ErrRefused for a folder that Sort and Watch would refuse because it is not a junk folder. A folder that
// does not exist is not refused: it may appear later.
func Check(dir string, options Options) error {
	s, err := open(dir, options, Observer{})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.close()
	return s.protect()
}

// protect refuses a folder that is not a junk folder.
func (s *session) protect() error {
	if s.options.Force {
		return nil
	}
	real, err := tree.RealPath(s.dir)
	if err != nil {
		return err
	}
	if err := guard.Check(real); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	found := ""
	err = s.dirFD.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		if leave.Repository(e.Name.Bytes()) {
			found = e.Name.String()
		}
		return nil
	})
	if found != "" {
		return fmt.Errorf("%w: it is a working copy (%s), which is kept whole", ErrRefused, found)
	}
	return err
}

// look finds out which device DEST is on, and whether DIR is one of its folders.
func (s *session) look(dest *tree.Folder, r *survey.Rules) (device uint64, err error) {
	existing := dest
	for existing.Made {
		existing = existing.Parent
	}
	if _, err := s.handles.Acquire(existing); err != nil {
		return 0, err
	}
	defer s.handles.Release(existing)
	if existing != dest {
		return existing.Stat.Dev, nil
	}
	r.DestStat = dest.Stat
	s.root.Home = ""
	if parent, err := dirfd.Open(filepath.Join(s.dir, "..")); err == nil {
		defer parent.Close()
		if above, err := parent.Stat(); err == nil && above.Same(dest.Stat) && !dest.Stat.Same(s.root.Stat) {
			if real, err := tree.RealPath(s.dir); err == nil {
				s.root.Home = filepath.Base(real)
			}
		}
	}
	return dest.Stat.Dev, nil
}

// settleLast brings a run that was killed into a known state, before another one begins.
func (s *session) settleLast(ctx context.Context) error {
	numbers, err := s.state.Numbers()
	if err != nil || len(numbers) == 0 {
		return err
	}
	last := numbers[len(numbers)-1]
	run, err := s.state.Summary(last)
	if errors.Is(err, ErrCorrupt) {
		s.reporter.Result(Result{Action: Noted, Reason: damaged(last, err).Error()})
		return nil // a new run does not need it
	}
	if err != nil {
		return wrapRun(last, err)
	}
	if !run.Resumable() {
		return nil
	}
	h, err := s.state.History(last)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return wrapRun(last, err)
	}
	defer h.Close()
	return wrapIf(last, undo.Settle(ctx, h, s.where()))
}
