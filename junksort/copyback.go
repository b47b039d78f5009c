package junksort

import (
	"context"
	"errors"
	"time"

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
	there := err == nil && holds(at, string(s.newName), copied.Ino)
	if returned, ok := u.returned[s.seq]; ok && u.holdsIn(from, string(s.name), returned.Ino) {
		if there { // killed between the copy back and the end of the copy
			_ = at.Unlink(string(s.newName))
			u.reporter.result(u.result(Returned, s, ""))
		}
		return nil
	}
	if !there {
		if !u.lies(from, s) {
			u.left(s, "it is no longer there")
		}
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
	return u.copyFile(ctx, s, at, back, copied.Ino)
}

func (u *undoer) copyFile(ctx context.Context, s *step, at, back dirfd.FD, ino uint64) error {
	temporary := partialName(u.run, s.seq)
	r := replica{
		handles: u.handles, copies: u.copies, from: at, name: string(s.newName), ino: ino, to: back, temporary: temporary,
	}
	err := r.make(ctx)
	if err == nil {
		err = u.fact(stepReturn, s.seq, r.copied)
	}
	if err == nil {
		err = rename(back, temporary, back, string(s.name))
	}
	if err == nil {
		err = back.Sync()
	}
	if err != nil {
		_ = back.Unlink(temporary)
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
	u.reporter.result(u.result(Returned, s, ""))
	return nil
}

func holds(fd dirfd.FD, name string, ino uint64) bool {
	s, err := fd.Lstat(name)
	return err == nil && s.Ino == ino
}

func (u *undoer) holdsIn(f *folder, name string, ino uint64) bool {
	fd, err := u.handles.acquire(f)
	if err != nil {
		return false
	}
	defer u.handles.release(f)
	return holds(fd, name, ino)
}

// recoverCopies brings the copies of a killed run into a known state: unfinished ones are removed, and of a file that has both
// its original and its copy the copy goes, if they are still the same.
func (h *history) recoverCopies(ctx context.Context, s *session) error {
	if !h.copying {
		return nil
	}
	u := &undoer{
		history: h, handles: newHandles(), devices: map[uint64]uint64{}, used: map[*folder]dirfd.FD{}, reporter: &reporter{},
	}
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
	to := u.byID[s.to]
	if fd, err := u.handles.acquire(to); err == nil {
		removeTree(fd, partialName(u.run, s.seq), time.Time{})
		u.handles.release(to)
	}
}

func (u *undoer) recoverCopy(s *step) error {
	from, to := u.byID[s.from], u.byID[s.to]
	for _, f := range []*folder{from, to} {
		if fd, err := u.handles.acquire(f); err == nil {
			_ = fd.Unlink(partialName(u.run, s.seq)) // mostly there is none
			u.handles.release(f)
		}
	}
	copied, ok := u.copied[s.seq]
	if !ok {
		if u.failed[s.seq] {
			return nil
		}
		u.failed[s.seq] = true
		return u.fact(stepFailed, s.seq, dirfd.Stat{})
	}
	if u.failed[s.seq] || !u.lies(from, s) || !u.holdsIn(to, string(s.newName), copied.Ino) {
		return nil
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
	u.failed[s.seq] = true
	return u.fact(stepFailed, s.seq, dirfd.Stat{})
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
