package junksort

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Undo gives every file that a run has moved its old place and name, makes the removed folders again and gives folders
// their old times. It works on any run in any state, also on one that was killed, and on an undo that was killed. run
// 0 means the newest run that is not undone; ErrNothing that there is none.
//
// What the person has made since stays: a file whose old name is taken, or that is no longer where the run put it, is
// Left.
func Undo(ctx context.Context, dir string, run int, observer Observer) (Summary, error) {
	s, err := open(dir, Options{}, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	if s.state, err = openState(s.dirFD, false); err != nil {
		return Summary{}, err
	}
	which, err := s.state.toUndo(run)
	if err != nil {
		return Summary{}, err
	}
	h, err := s.state.openJournal(which.Run)
	if err != nil {
		return Summary{}, wrapRun(which.Run, err)
	}
	defer h.file.Close()
	s.reporter.expect(which.Files)
	err = h.undo(ctx, s)
	summary := s.reporter.snapshot()
	summary.Run = h.run
	return summary, err
}

// PreviewUndo calls visit for every file that Undo would return or leave, and changes nothing.
func PreviewUndo(ctx context.Context, dir string, run int, visit func(Result) error) (Summary, error) {
	var failure error
	s, err := open(dir, Options{}, Observer{Result: func(r Result) {
		if failure == nil {
			failure = visit(r)
		}
	}})
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	if s.state, err = readState(s.dirFD); err != nil {
		return Summary{}, err
	}
	which, err := s.state.toUndo(run)
	if err != nil {
		return Summary{}, err
	}
	h, err := s.state.readJournal(which.Run)
	if err != nil {
		return Summary{}, wrapRun(which.Run, err)
	}
	defer h.file.Close()
	u := h.newUndoer(s)
	u.dry = true
	if err := u.adoptRoots(s); err != nil {
		return Summary{}, err
	}
	err = errors.Join(u.moves(ctx), failure)
	summary := s.reporter.snapshot()
	summary.Run = h.run
	return summary, err
}

// toUndo finds the run that is to be undone.
func (s *state) toUndo(run int) (Run, error) {
	numbers, err := s.numbers()
	if err != nil {
		return Run{}, err
	}
	for _, n := range slices.Backward(numbers) {
		if run != 0 && n != run {
			continue
		}
		r, err := s.summary(n)
		if err != nil {
			return Run{}, damaged(n, err)
		}
		if r.State != Undone {
			return r, nil
		}
	}
	return Run{}, ErrNothing
}

func wrapRun(run int, err error) error { return fmt.Errorf("run %d: %w", run, err) }

// undoer undoes one run.
type undoer struct {
	*history
	handles  *handles
	reporter *reporter
	devices  map[uint64]uint64 // today's number of a device, by its number in the journal
	used     map[*folder]dirfd.FD
	copies   *copies
	dry      bool             // say what would be done, and do nothing
	moved    bool             // DIR is another folder than the one that was sorted: a copy, or from a backup
	foreign  map[*folder]bool // folders named by their paths, where another file system is mounted today
	at       seam

	mu    sync.Mutex
	loose map[uint64]bool // by device: inode numbers prove nothing there
}

func (h *history) newUndoer(s *session) *undoer {
	return &undoer{
		history: h, handles: s.handles, reporter: s.reporter, devices: map[uint64]uint64{},
		used: map[*folder]dirfd.FD{}, copies: s.copies, foreign: map[*folder]bool{}, loose: map[uint64]bool{},
		at: s.options.seam,
	}
}

// undo undoes the run of h and writes that down.
func (h *history) undo(ctx context.Context, s *session) error {
	// Before the folders are opened here: recovery has handles of its own, and closes them.
	if h.last.state == "" || h.last.state == Interrupted || h.last.state == Undoing {
		if err := h.recoverCopies(ctx, s); err != nil {
			return err
		}
	}
	u := h.newUndoer(s)
	if err := u.adoptRoots(s); err != nil {
		return err
	}
	if err := h.note(recordUndo, end{state: Undoing, files: h.last.files}); err != nil {
		return err
	}
	if err := u.moves(ctx); err != nil {
		return err
	}
	u.folders()
	state := Undone
	if u.reporter.snapshot().Left > 0 {
		state = PartlyUndone
	}
	return h.note(recordUndo, end{state: state, files: h.last.files})
}

// adoptRoots opens the folders that the journal names by path. Device numbers may have changed since, by a restart:
// what was DIR's device is DIR's device.
func (u *undoer) adoptRoots(s *session) error {
	for _, r := range u.order {
		f := r.folder
		f.remake = !f.made
		if f.parent != nil {
			continue
		}
		if f.name == "" {
			copied, err := s.dirFD.Dup()
			if err != nil {
				return err
			}
			if err := u.handles.adopt(f, copied); err != nil {
				return err
			}
		} else if _, err := u.handles.acquire(f); err != nil {
			continue // its files will be left, each with the reason
		}
		u.handles.release(f)
		u.devices[r.stat.Dev] = f.stat.Dev
		u.compare(r)
	}
	return nil
}

// moves takes the files back, the last one first. While the files of one record are on their way, the next record is
// read and its files are looked for.
func (u *undoer) moves(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	read := make(chan []step, 1)
	group.Go(func() error {
		defer close(read)
		for _, place := range slices.Backward(u.places) {
			steps, err := u.steps(place)
			if err != nil {
				return err
			}
			u.look(steps)
			if err := send(ctx, read, steps); err != nil {
				return err
			}
		}
		return nil
	})
	group.Go(func() error {
		defer u.releaseAll()
		for steps := range read {
			for i := range slices.Backward(steps) {
				if err := u.step(ctx, &steps[i]); err != nil {
					return err
				}
			}
			u.reporter.progress()
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// look looks at what has the new names of moved files, ahead of the goroutine that takes them back.
func (u *undoer) look(steps []step) {
	for i := 0; i < len(steps); i++ {
		s := &steps[i]
		if s.kind != stepMove && s.kind != stepDropped || u.failed[s.seq] {
			continue
		}
		to := u.byID[s.to]
		fd, err := u.handles.acquire(to)
		if err != nil {
			continue
		}
		if found, err := fd.LookAt(dirfd.NameOf(string(s.newName))); err == nil {
			s.found = &found
		}
		u.handles.release(to)
	}
}

func (u *undoer) step(ctx context.Context, s *step) error {
	if u.failed[s.seq] {
		return nil
	}
	switch s.kind {
	case stepMove, stepDropped:
		u.move(s)
	case stepCopy:
		return u.copyBack(ctx, s)
	case stepUnpack:
		u.packUp(s)
	}
	return nil
}

// move takes one file back.
func (u *undoer) move(s *step) {
	if len(u.used) >= maxUsed {
		u.releaseAll()
	}
	from, to := u.byID[s.from], u.byID[s.to]
	at, err := u.open(to)
	is := another
	if err == nil {
		is = u.judge(to, at, s)
	}
	if is == another {
		if u.lies(from, s) {
			return // it never went, or is back
		}
		u.left(s, u.absence(to, s))
		return
	}
	if u.dry {
		u.pretend(from, s, is)
		return
	}
	back, err := u.open(from)
	if err != nil {
		u.left(s, "its folder "+from.path()+" cannot be opened: "+reason(err))
		return
	}
	name := dirfd.NameOf(string(s.name))
	err = u.rename(at, dirfd.NameOf(string(s.newName)), back, name)
	switch {
	case err == nil:
		u.isBack(s, is)
	case errors.Is(err, fs.ErrExist) && u.lies(from, s):
		if u.byLink { // killed between link and unlink
			_ = at.Unlink(string(s.newName))
		}
	case errors.Is(err, fs.ErrNotExist) && u.lies(from, s): // back already: the run meant it twice, and was resumed in between
	case errors.Is(err, fs.ErrExist):
		u.left(s, "its old name is taken")
	default:
		u.left(s, reason(err))
	}
}

func (u *undoer) rename(at dirfd.FD, newName dirfd.Name, back dirfd.FD, name dirfd.Name) error {
	if !u.byLink {
		err := at.Rename(newName, back, name)
		if !errors.Is(err, dirfd.ErrNoReplace) {
			return err
		}
		if err := u.switchToLinks(); err != nil {
			return err
		}
		u.byLink = true
	}
	return at.RenameByLink(newName, back, name)
}

// result makes paths only for somebody who reads them.
func (u *undoer) result(a Action, s *step, why string) Result {
	if a != Left && u.reporter.observer.Result == nil {
		return Result{Action: a}
	}
	return Result{Action: a, From: u.byID[s.to].join(string(s.newName)), To: u.byID[s.from].join(string(s.name)), Reason: why}
}

func (u *undoer) left(s *step, why string) { u.reporter.result(u.result(Left, s, why)) }

// isBack reports a file that is back, and that it is not what it was if somebody has worked on it.
func (u *undoer) isBack(s *step, is verdict) {
	why := ""
	if is == edited {
		why = "with what was edited since"
	}
	u.reporter.result(u.result(Returned, s, why))
}

// pretend says what would become of a file.
func (u *undoer) pretend(from *folder, s *step, is verdict) {
	if fd, err := u.handles.acquire(from); err == nil {
		taken := fd.Exists(string(s.name))
		u.handles.release(from)
		if taken {
			u.left(s, "its old name is taken")
			return
		}
	}
	u.isBack(s, is)
}

// open opens a folder, one that was removed anew.
func (u *undoer) open(f *folder) (dirfd.FD, error) {
	if fd, ok := u.used[f]; ok {
		return fd, nil
	}
	ensure := u.handles.ensure
	if f.made || u.dry {
		ensure = u.handles.acquire
	}
	fd, err := ensure(f)
	if err == nil {
		u.used[f] = fd
	}
	return fd, err
}

func (u *undoer) releaseAll() {
	for f := range u.used {
		u.handles.release(f)
	}
	clear(u.used)
}
