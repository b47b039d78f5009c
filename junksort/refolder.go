package junksort

import (
	"errors"

	"golang.org/x/sys/unix"
)

// folders makes the removed folders again, removes those that the run has made, and gives all of them their old looks.
// What does not succeed here concerns no file.
func (u *undoer) folders() {
	for i := len(u.removals) - 1; i >= 0; i-- {
		if f := u.removals[i].folder; u.remakeable(f) {
			if _, err := u.handles.ensure(f); err == nil {
				u.handles.release(f)
			}
		}
	}
	for i := len(u.order) - 1; i >= 0; i-- {
		if f := u.order[i].folder; f.made {
			u.removeMade(f)
		}
	}
	xattrs := map[*folder][]byte{}
	for _, r := range u.removals {
		xattrs[r.folder] = r.xattrs
	}
	for i := len(u.order) - 1; i >= 0; i-- { // of a folder recorded twice, the first record counts
		if r := u.order[i]; !r.folder.made {
			_, removed := xattrs[r.folder]
			u.restore(r, xattrs[r.folder], r.folder.remade || removed)
		}
	}
}

// remakeable reports whether f lies in folders that the undo may make.
func (u *undoer) remakeable(f *folder) bool {
	for ; f != nil; f = f.parent {
		if f.made {
			return false
		}
	}
	return true
}

func (u *undoer) removeMade(f *folder) {
	u.handles.forget(f)
	parent, err := u.handles.acquire(f.parent)
	if err != nil {
		return
	}
	defer u.handles.release(f.parent)
	_ = parent.Rmdir(f.name) // not empty: it holds what the person has put there
}

func (u *undoer) restore(r recorded, xattrs []byte, looks bool) {
	fd, err := u.handles.acquire(r.folder)
	if err != nil {
		return
	}
	defer u.handles.release(r.folder)
	if looks {
		if r.folder.stat.UID != r.stat.UID || r.folder.stat.GID != r.stat.GID {
			_ = fd.Chown(r.stat.UID, r.stat.GID) // only root may; the others own what they make
		}
		_ = setXattrs(int(fd), xattrs)
		_ = fd.Chmod(r.stat.Perm())
	}
	if err := fd.SetTimes(r.stat.Atime, r.stat.Mtime); errors.Is(err, unix.EPERM) {
		return // somebody else's folder
	}
}
