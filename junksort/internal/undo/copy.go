package undo

import (
	"context"
	"errors"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/carry"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// copying is a copy to another file system.
type copying struct{ plain }

func (copying) undo(ctx context.Context, u *undoer, s *journal.Step) error { return u.copyBack(ctx, s) }

func (copying) recover(u *undoer, s *journal.Step) error { return u.recoverCopy(s) }

func (copying) carriedOut(u *undoer, s *journal.Step, _ bool) bool {
	_, copied := u.Copied[s.Seq]
	return copied
}

// copyBack undoes a copy to another file system.
func (u *undoer) copyBack(ctx context.Context, s *journal.Step) error {
	copied, ok := u.Copied[s.Seq]
	if !ok {
		return nil // the original was never removed
	}
	u.used.Trim()
	from, to := u.ByID[s.From], u.ByID[s.To]
	at, err := u.open(to)
	is, found := identity.Another, dirfd.Stat{}
	if err == nil && !u.elsewhere(to) {
		is, found = u.judgeCopy(at, string(s.NewName), copied)
	}
	if returned, ok := u.Returned[s.Seq]; ok && u.holdsIn(from, string(s.Name), returned) {
		if is == identity.Same { // killed after copying back and before the copy was removed
			_ = at.Unlink(string(s.NewName))
			u.reporter.Result(u.result(report.Returned, s, ""))
		}
		return nil
	}
	if is == identity.Another {
		if !u.lies(from, s) {
			if found.Ino != 0 {
				s.Found = &found
			}
			u.left(s, u.absence(to, s))
		}
		return nil
	}
	if u.dry {
		u.wouldBeBack(from, s, is)
		return nil
	}
	back, err := u.open(from)
	if err != nil {
		u.left(s, "its folder "+from.Path()+" cannot be opened: "+report.Reason(err))
		return nil
	}
	if placed, ok := u.Placed[s.Seq]; ok { // killed while it was written under its old name
		_, err := carry.RemoveHalf(carry.Half{
			In: back, Name: string(s.Name), Made: placed, Of: at,
			Original: string(s.NewName),
		})
		if err != nil {
			return err
		}
	}
	if back.Exists(string(s.Name)) {
		u.left(s, "its old name is taken")
		return nil
	}
	return u.copyFile(ctx, s, at, back, found.Ino, is)
}

func (u *undoer) copyFile(ctx context.Context, s *journal.Step, at, back dirfd.FD, ino uint64,
	is identity.Verdict,
) error {
	r := &carry.Replica{
		Handles: u.handles, Copies: u.copies, From: at, Name: string(s.NewName), Ino: ino, To: back,
		Temporary: tree.PartialName(u.Token(), s.Seq), At: u.at,
	}
	if bare, ok := u.Bare[s.Seq]; ok && is == identity.Same { // the copy could not keep all of it
		r.Want = &bare
	}
	err := r.Make(ctx)
	if err == nil {
		err = u.Fact(journal.StepReturn, s.Seq, r.Copied)
	}
	if err == nil {
		err = r.At.Step("copied back")
	}
	if err == nil {
		err = carry.Rename(back, r.Temporary, back, string(s.Name))
	}
	if errors.Is(err, dirfd.ErrNoLink) { // then under its own name at once
		r.Remove()
		r.Temporary = string(s.Name)
		r.Begun = func(made dirfd.Stat) error { return u.Fact(journal.StepPlaced, s.Seq, made) }
		if err = r.Begun(carry.Intended()); err == nil {
			err = r.Make(ctx)
		}
		if err == nil {
			err = u.Fact(journal.StepReturn, s.Seq, r.Copied)
		}
	}
	if err == nil {
		r.Temporary = string(s.Name)
		err = carry.SyncDir(back)
	}
	if err != nil {
		r.Remove()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		u.left(s, report.Reason(err))
		return nil
	}
	if r.Original.Links > 1 {
		u.copies.Add(r.Original.ID(), carry.Place{Folder: u.ByID[s.From], Name: string(s.Name)})
	}
	if err := r.Finish(); err != nil {
		u.left(s, "it is back, but the copy cannot be removed: "+report.Reason(err))
		return nil
	}
	u.isBack(s, is)
	return nil
}

// judgeCopy judges whether the file that has the name of a copy is that copy.
func (u *undoer) judgeCopy(fd dirfd.FD, name string, copied identity.File) (identity.Verdict, dirfd.Stat) {
	found, err := fd.Look(name)
	if err != nil {
		return identity.Another, dirfd.Stat{}
	}
	return copied.Judge(found, found.Dev, u.isLoose(fd, found)), found
}

// holdsIn reports whether a file is in a folder, unchanged or with what was written to it since.
func (u *undoer) holdsIn(f *tree.Folder, name string, file identity.File) bool {
	fd, err := u.handles.Acquire(f)
	if err != nil {
		return false
	}
	defer u.handles.Release(f)
	is, _ := u.judgeCopy(fd, name, file)
	return is != identity.Another
}

// recoverCopy brings a file that was being copied to one place: where it was, or where it was to go.
func (u *undoer) recoverCopy(s *journal.Step) error {
	from, to := u.ByID[s.From], u.ByID[s.To]
	if u.Token() != "" {
		for _, f := range []*tree.Folder{from, to} {
			if fd, err := u.handles.Acquire(f); err == nil {
				_ = fd.Unlink(tree.PartialName(u.Token(), s.Seq)) // mostly there is none
				u.handles.Release(f)
			}
		}
	}
	copied, ok := u.Copied[s.Seq]
	if placed, inPlace := u.Placed[s.Seq]; inPlace && !ok && !u.Failed[s.Seq] {
		if err := u.recoverPlaced(s, placed); err != nil {
			return err
		}
	}
	if !ok {
		if u.Failed[s.Seq] {
			return nil
		}
		return u.neverDone(s)
	}
	if u.Failed[s.Seq] || !u.lies(from, s) {
		return nil
	}
	if !u.holdsIn(to, string(s.NewName), copied) { // whole, but killed before it got its name
		return u.neverDone(s)
	}
	original := u.lookAt(from, string(s.Name))
	double := u.lookAt(to, string(s.NewName))
	same, err := tree.SameContent(u.handles, original, double)
	if err != nil && !errors.Is(err, identity.ErrChanged) {
		return err
	}
	if !same {
		return nil // the user has changed one of them; both stay
	}
	fd, err := u.handles.Acquire(to)
	if err != nil {
		return err
	}
	defer u.handles.Release(to)
	if err := fd.Unlink(string(s.NewName)); err != nil {
		return err
	}
	return u.neverDone(s)
}

// neverDone records that a file is where it was: a resume sorts it by another step, and there is nothing to take back
// here.
func (u *undoer) neverDone(s *journal.Step) error {
	u.Failed[s.Seq] = true
	return u.Fact(journal.StepFailed, s.Seq, dirfd.Stat{})
}

// recoverPlaced removes a copy that was being written under its final name; the original is where it was.
func (u *undoer) recoverPlaced(s *journal.Step, placed identity.File) error {
	from, to := u.ByID[s.From], u.ByID[s.To]
	if !u.lies(from, s) {
		return nil
	}
	at, err := u.handles.Acquire(to)
	if err != nil {
		return nil // it was not created yet
	}
	defer u.handles.Release(to)
	back, err := u.handles.Acquire(from)
	if err != nil {
		return err
	}
	defer u.handles.Release(from)
	removed, err := carry.RemoveHalf(carry.Half{
		In: at, Name: string(s.NewName), Made: placed, Of: back,
		Original: string(s.Name),
	})
	if err == nil && !removed && placed.Ino == 0 && at.Exists(string(s.NewName)) {
		u.notes(report.Result{
			Action: report.Noted, From: to.Join(string(s.NewName)),
			Reason: "it is not clear whose file this is: a run was killed when it was about to create one of that name",
		})
	}
	return err
}

// lookAt returns a file as it is now.
func (u *undoer) lookAt(f *tree.Folder, name string) tree.File {
	e := tree.File{In: f, Name: dirfd.NameOf(name)}
	fd, err := u.handles.Acquire(f)
	if err != nil {
		return e
	}
	defer u.handles.Release(f)
	e.Stat, _ = fd.Lstat(name) // a missing file is another one
	return e
}
