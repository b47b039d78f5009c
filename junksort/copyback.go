package junksort

import (
	"context"
	"errors"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// copyBack undoes a copy to another file system.
func (u *undoer) copyBack(ctx context.Context, s *step) error {
	copied, ok := u.copied[s.seq]
	if !ok {
		return nil // the original never went
	}
	if len(u.used) >= maxUsed {
		u.releaseAll()
	}
	from, to := u.byID[s.from], u.byID[s.to]
	at, err := u.open(to)
	is, found := another, dirfd.Stat{}
	if err == nil && !u.elsewhere(to) {
		is, found = u.judgeCopy(at, string(s.newName), copied)
	}
	if returned, ok := u.returned[s.seq]; ok && u.holdsIn(from, string(s.name), returned) {
		if is == same { // killed between the copy back and the end of the copy
			_ = at.Unlink(string(s.newName))
			u.reporter.result(u.result(Returned, s, ""))
		}
		return nil
	}
	if is == another {
		if !u.lies(from, s) {
			if found.Ino != 0 {
				s.found = &found
			}
			u.left(s, u.absence(to, s))
		}
		return nil
	}
	if u.dry {
		u.pretend(from, s, is)
		return nil
	}
	back, err := u.open(from)
	if err != nil {
		u.left(s, "its folder "+from.path()+" cannot be opened: "+reason(err))
		return nil
	}
	if back.Exists(string(s.name)) {
		u.left(s, "its old name is taken")
		return nil
	}
	return u.copyFile(ctx, s, at, back, found.Ino, is)
}

func (u *undoer) copyFile(ctx context.Context, s *step, at, back dirfd.FD, ino uint64, is verdict) error {
	r := &replica{
		handles: u.handles, copies: u.copies, from: at, name: string(s.newName), ino: ino, to: back,
		temporary: partialName(u.token, s.seq), at: u.at,
	}
	if bare, ok := u.bare[s.seq]; ok && is == same { // the copy could not keep all of it
		r.want = &bare
	}
	err := r.make(ctx)
	if err == nil {
		err = u.fact(stepReturn, s.seq, r.copied)
	}
	if err == nil {
		err = r.at.step("copied back")
	}
	if err == nil {
		err = rename(back, r.temporary, back, string(s.name))
	}
	if errors.Is(err, dirfd.ErrNoLink) { // then under its own name at once
		r.remove()
		r.temporary = string(s.name)
		if err = u.fact(stepPlaced, s.seq, dirfd.Stat{}); err == nil {
			err = r.make(ctx)
		}
		if err == nil {
			err = u.fact(stepReturn, s.seq, r.copied)
		}
	}
	if err == nil {
		r.temporary = string(s.name)
		err = syncDir(back)
	}
	if err != nil {
		r.remove()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		u.left(s, reason(err))
		return nil
	}
	if r.original.Links > 1 {
		u.copies.add(openFile{r.original.Dev, r.original.Ino}, place{u.byID[s.from], string(s.name)})
	}
	if err := r.finish(); err != nil {
		u.left(s, "it is back, but the copy cannot be removed: "+reason(err))
		return nil
	}
	u.isBack(s, is)
	return nil
}

// judgeCopy says whether the file that has the name of a copy is that copy.
func (u *undoer) judgeCopy(fd dirfd.FD, name string, copied identity) (verdict, dirfd.Stat) {
	found, err := fd.Look(name)
	if err != nil {
		return another, dirfd.Stat{}
	}
	return copied.judge(found, found.Dev, u.isLoose(fd, found)), found
}

// holdsIn reports whether a file is in a folder, with what was written to it since or without.
func (u *undoer) holdsIn(f *folder, name string, file identity) bool {
	fd, err := u.handles.acquire(f)
	if err != nil {
		return false
	}
	defer u.handles.release(f)
	is, _ := u.judgeCopy(fd, name, file)
	return is != another
}

// recoverCopies brings the copies of a killed run into a known state: unfinished ones are removed, and of a file that
// has both its original and its copy the copy goes, if they are still the same.
func (h *history) recoverCopies(ctx context.Context, s *session) error {
	if !h.copying {
		return nil
	}
	u := h.newUndoer(s)
	u.handles, u.reporter = newHandles(), &reporter{}
	defer u.handles.closeAll()
	if err := u.adoptRoots(s); err != nil {
		return err
	}
	for _, place := range h.places {
		steps, err := h.steps(place)
		if err != nil {
			return err
		}
		for i := range steps {
			if err := ctx.Err(); err != nil {
				return err
			}
			switch steps[i].kind {
			case stepCopy:
				if err := u.recoverCopy(&steps[i]); err != nil {
					return err
				}
			case stepUnpack:
				u.recoverUnpack(&steps[i])
			}
		}
	}
	return nil
}

// recoverUnpack removes a folder that was being unpacked.
func (u *undoer) recoverUnpack(s *step) {
	if u.token == "" {
		return // another run may have work of that name
	}
	to := u.byID[s.to]
	if fd, err := u.handles.acquire(to); err == nil {
		removeTree(fd, partialName(u.token, s.seq))
		u.handles.release(to)
	}
}

// recoverCopy leaves a file that was being copied in one place: where it was, or where it goes.
func (u *undoer) recoverCopy(s *step) error {
	from, to := u.byID[s.from], u.byID[s.to]
	if u.token != "" {
		for _, f := range []*folder{from, to} {
			if fd, err := u.handles.acquire(f); err == nil {
				_ = fd.Unlink(partialName(u.token, s.seq)) // mostly there is none
				u.handles.release(f)
			}
		}
	}
	copied, ok := u.copied[s.seq]
	if placed, inPlace := u.placed[s.seq]; inPlace && !ok && !u.failed[s.seq] {
		if err := u.recoverPlaced(s, placed); err != nil {
			return err
		}
	}
	if !ok {
		if u.failed[s.seq] {
			return nil
		}
		return u.neverDone(s)
	}
	if u.failed[s.seq] || !u.lies(from, s) {
		return nil
	}
	if !u.holdsIn(to, string(s.newName), copied) { // whole, but killed before it got its name
		return u.neverDone(s)
	}
	original := u.entrant(from, string(s.name))
	double := u.entrant(to, string(s.newName))
	same, err := sameContent(u.handles, original, double)
	if err != nil && !errors.Is(err, errChanged) {
		return err
	}
	if !same {
		return nil // the person has changed one of them; both stay
	}
	fd, err := u.handles.acquire(to)
	if err != nil {
		return err
	}
	defer u.handles.release(to)
	if err := fd.Unlink(string(s.newName)); err != nil {
		return err
	}
	return u.neverDone(s)
}

// neverDone notes that a file is where it was: a resume sorts it by another step, and this one has nothing to give
// back.
func (u *undoer) neverDone(s *step) error {
	u.failed[s.seq] = true
	return u.fact(stepFailed, s.seq, dirfd.Stat{})
}

// recoverPlaced removes a copy that was being written under its final name: the file that the run has made, by its
// inode, or one that holds nothing which the original, lying where it was, does not hold.
func (u *undoer) recoverPlaced(s *step, placed identity) error {
	from, to := u.byID[s.from], u.byID[s.to]
	if !u.lies(from, s) {
		return nil
	}
	at, err := u.handles.acquire(to)
	if err != nil {
		return nil // it was not made yet
	}
	defer u.handles.release(to)
	back, err := u.handles.acquire(from)
	if err != nil {
		return err
	}
	defer u.handles.release(from)
	found, err := at.Look(string(s.newName))
	if err != nil {
		return nil
	}
	mine := found.Size == 0
	if !mine && placed.ino != 0 {
		mine = found.Ino == placed.ino && at.TrustsInodes()
		if !mine {
			mine, err = halfOf(back, string(s.name), at, string(s.newName))
		}
	}
	if err != nil || !mine {
		return err
	}
	return at.Unlink(string(s.newName))
}

func (u *undoer) entrant(f *folder, name string) *entrant {
	e := &entrant{from: f, name: dirfd.NameOf(name)}
	fd, err := u.handles.acquire(f)
	if err != nil {
		return e
	}
	defer u.handles.release(f)
	e.stat, _ = fd.Lstat(name) // a file that is gone is different
	return e
}
