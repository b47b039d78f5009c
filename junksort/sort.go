package junksort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/guard"
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
	root     *folder
	dirFD    dirfd.FD
	handles  *handles
	reporter *reporter
	state    *state
	journal  *journal
	rules    rules
	before   dirfd.Stat // DIR before the run touched it
	idle     bool       // all that was there is sorted: a run that is stopped now is done
	copies   *copies
	broken   brokenArchives
}

// open looks at dir and checks the options. It changes nothing.
func open(dir string, options Options, observer Observer) (*session, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	table, err := options.table()
	if err != nil {
		return nil, err
	}
	left, err := leave.New(leave.Lists{})
	if err != nil {
		return nil, err
	}
	fd, err := dirfd.Open(dir)
	if err != nil {
		return nil, err
	}
	s := &session{
		options: options, dir: dir, dirFD: fd, handles: newHandles(), reporter: &reporter{observer: observer},
		root: &folder{}, copies: newCopies(),
	}
	if err := s.handles.adopt(s.root, fd); err != nil {
		return nil, err
	}
	s.before = s.root.stat
	own, err := fd.OpenDir(stateFolder)
	if err != nil {
		own = dirfd.None // never sorted
	}
	defer own.Close()
	s.rules = rules{
		options: options, table: table, handles: s.handles, include: newGlobs(options.Include),
		exclude: newGlobs(options.Exclude), leave: left, trust: fd.TrustsInodes(), notes: s.reporter.result,
		registry: readRegistry(own), grown: sortedBefore(own, options),
	}
	return s, nil
}

func (s *session) close() {
	s.handles.release(s.root)
	s.handles.closeAll()
	if s.state != nil {
		s.state.close()
	}
}

// begin takes the lock.
func (s *session) begin(command string) error {
	own, err := openState(s.dirFD, true)
	if err != nil {
		return err
	}
	s.state = own
	if now, err := s.dirFD.Stat(); err == nil && now.Mtime.Before(s.before.Mtime) { // an earlier birth was killed
		s.before = now
		s.root.stat.Atime, s.root.stat.Mtime = now.Atime, now.Mtime
	}
	s.journal = &journal{state: own, command: command, options: s.options}
	return nil
}

// finish writes the end of the run into the journal. A run that changed nothing leaves no trace, not even in DIR's
// times.
func (s *session) finish(err error) (Summary, error) {
	summary := s.reporter.snapshot()
	state := Done
	switch {
	case err != nil && !s.idle:
		state = Interrupted
	case !summary.Complete():
		state = Partial
	}
	if summary.unchanged() && !s.journal.made && !s.journal.resumed {
		err = errors.Join(err, s.journal.drop())
	}
	summary.Run = s.journal.run
	err = errors.Join(err, s.journal.end(state, s.journal.earlier+summary.Moved+summary.Put))
	if s.journal.run == 0 {
		s.restoreTimes()
	}
	return summary, err
}

// restoreTimes gives DIR the times that it had before .junksort was made in it.
func (s *session) restoreTimes() {
	if now, err := s.dirFD.Stat(); err == nil && (!now.Mtime.Equal(s.before.Mtime) || !now.Atime.Equal(s.before.Atime)) {
		_ = s.dirFD.SetTimes(s.before.Atime, s.before.Mtime) // somebody else's folder keeps its new time
	}
}

// pass sorts what is in the tree now, through the journal.
func (s *session) pass(ctx context.Context) error {
	c := s.committer()
	j, err := s.job(c)
	if err != nil {
		return err
	}
	if err := engineNamed(s.options.Engine).run(ctx, j); err != nil {
		return err
	}
	if err := c.removeEmpty(ctx, j.tree, j.destStat); err != nil || !s.options.Unpack {
		return err
	}
	list, err := j.parcels(c.freight)
	if err != nil {
		return err
	}
	return c.unpackAll(ctx, list)
}

func (s *session) committer() *committer {
	return &committer{
		journal: s.journal, handles: s.handles, table: s.rules.table, workers: s.options.Workers, reporter: s.reporter,
		copies: s.copies, used: map[*folder]dirfd.FD{}, freight: newFreight(), unpacks: s.options.Unpack,
		watch: s.rules.watch, minAge: s.options.MinAge, registry: s.rules.registry, broken: &s.broken,
	}
}

// job prepares one walk over the tree.
func (s *session) job(to sink) (*job, error) {
	if len(s.root.children) > 0 || s.root.ready != nil { // not the first pass
		s.root.children, s.root.listing, s.root.kept = nil, nil, 0
		s.root.left.Store(0)
	}
	s.root.ready = make(chan struct{})
	if err := s.protect(); err != nil {
		return nil, err
	}
	dest, way, in, err := destination(s.root, s.dir, s.options.To)
	if err != nil {
		return nil, err
	}
	r := s.rules
	r.targets = newTargets(dest)
	r.destinations = r.named()
	r.writers = sync.OnceValue(findWriters)
	t := &tree{root: s.root, way: way, in: in, lost: s.reporter.result}
	destDev, err := s.look(dest, &r)
	if err != nil {
		return nil, err
	}
	p := &planner{
		rules: r, tree: t, destDev: destDev, taken: newNameSet(), next: map[uint64]uint32{}, batch: newBatch(),
		result: s.reporter.result,
	}
	switch s.options.OnConflict {
	case Newer, Larger, Dedupe:
		p.contest = newContest()
	}
	return &job{rules: r, tree: t, planner: p, sink: to, reporter: s.reporter}, nil
}

// named returns the names of all folders that files go to, as far as they are known beforehand.
func (r rules) named() map[string]bool {
	names := map[string]bool{}
	list := r.table.Names()
	if r.options.By == ByExtension {
		list = append(r.table.Extensions(), category.Other)
	}
	for _, name := range list {
		names[name] = true
	}
	return names
}

// protect refuses a folder that is no junk.
func (s *session) protect() error {
	if s.options.Force {
		return nil
	}
	real, err := realPath(s.dir)
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
		return fmt.Errorf("%w: it is a working copy (%s), which stays whole", ErrRefused, found)
	}
	return err
}

// look finds out which device DEST is on, and whether DIR is one of its folders.
func (s *session) look(dest *folder, r *rules) (device uint64, err error) {
	existing := dest
	for existing.made {
		existing = existing.parent
	}
	if _, err := s.handles.acquire(existing); err != nil {
		return 0, err
	}
	defer s.handles.release(existing)
	if existing != dest {
		return existing.stat.Dev, nil
	}
	r.destStat = dest.stat
	s.root.home = ""
	if parent, err := dirfd.Open(filepath.Join(s.dir, "..")); err == nil {
		defer parent.Close()
		if above, err := parent.Stat(); err == nil && above.Same(dest.stat) && !dest.stat.Same(s.root.stat) {
			if real, err := realPath(s.dir); err == nil {
				s.root.home = filepath.Base(real)
			}
		}
	}
	return dest.stat.Dev, nil
}

// settleLast leaves a run that was killed in a known state, before another one begins.
func (s *session) settleLast(ctx context.Context) error {
	numbers, err := s.state.numbers()
	if err != nil || len(numbers) == 0 {
		return err
	}
	last := numbers[len(numbers)-1]
	run, err := s.state.summary(last)
	if errors.Is(err, ErrCorrupt) {
		s.reporter.result(Result{Action: Noted, Reason: damaged(last, err).Error()})
		return nil // a new run does not need it
	}
	if err != nil {
		return wrapRun(last, err)
	}
	if !run.resumable() {
		return nil
	}
	h, err := s.state.openJournal(last)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return wrapRun(last, err)
	}
	defer h.file.Close()
	return h.settle(ctx, s)
}
