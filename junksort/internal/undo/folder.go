package undo

import (
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/xattr"
)

// folders makes the removed folders again, removes those that the run has made, and gives all of them their old
// metadata. A failure here concerns no file.
func (u *undoer) folders() {
	for i := len(u.Removals) - 1; i >= 0; i-- {
		if f := u.Removals[i].Folder; u.remakeable(f) {
			if _, err := u.handles.Ensure(f); err == nil {
				u.handles.Release(f)
			}
		}
	}
	for i := len(u.Order) - 1; i >= 0; i-- {
		if f := u.Order[i].Folder; f.Made {
			u.removeMade(f)
		}
	}
	xattrs := map[*tree.Folder][]byte{}
	for _, r := range u.Removals {
		xattrs[r.Folder] = r.Xattrs
	}
	for i := len(u.Order) - 1; i >= 0; i-- { // if a folder was recorded twice, the first record counts
		if r := u.Order[i]; !r.Folder.Made {
			_, removed := xattrs[r.Folder]
			u.restore(r, xattrs[r.Folder], r.Folder.Remade || removed)
		}
	}
}

// remakeable reports whether f is in folders that the undo may make.
func (u *undoer) remakeable(f *tree.Folder) bool {
	for ; f != nil; f = f.Parent {
		if f.Made {
			return false
		}
	}
	return true
}

func (u *undoer) removeMade(f *tree.Folder) {
	u.handles.Forget(f)
	parent, err := u.handles.Acquire(f.Parent)
	if err != nil {
		return
	}
	defer u.handles.Release(f.Parent)
	_ = parent.Rmdir(f.Name) // not empty: it holds what the user has put there
}

// made returns the folder of this name that the run has made in another one, or nil. Only a file that had the name of a
// destination finds a folder in its place.
func (u *undoer) made(in *tree.Folder, name string) *tree.Folder {
	for _, r := range u.Order {
		if f := r.Folder; f.Made && f.Parent == in && f.Name == name {
			return f
		}
	}
	return nil
}

// madeRoom removes the folder that the run has made in the place of a file, if it is empty now.
func (u *undoer) madeRoom(in *tree.Folder, name string) bool {
	f := u.made(in, name)
	if f == nil {
		return false
	}
	u.used.Release()
	u.removeMade(f)
	fd, err := u.handles.Acquire(in)
	if err != nil {
		return false
	}
	defer u.handles.Release(in)
	return !fd.Exists(name)
}

func (u *undoer) restore(r journal.Recorded, xattrs []byte, looks bool) {
	fd, err := u.handles.Acquire(r.Folder)
	if err != nil {
		return
	}
	defer u.handles.Release(r.Folder)
	if looks {
		if r.Folder.Stat.UID != r.Stat.UID || r.Folder.Stat.GID != r.Stat.GID {
			_ = fd.Chown(r.Stat.UID, r.Stat.GID) // only root may; others own what they make
		}
		_ = xattr.Set(int(fd), xattrs)
		_ = fd.Chmod(r.Stat.Perm())
	}
	_ = fd.SetTimes(r.Stat.Atime, r.Stat.Mtime) // somebody else's folder refuses it
}
