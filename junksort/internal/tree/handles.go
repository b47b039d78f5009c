package tree

import (
	"container/list"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
)

// handle is the open directory of a folder, guarded by the handles that opened it.
type handle struct {
	fd    dirfd.FD
	open  bool
	users int
	place *list.Element // in handles.idle while nobody uses it
}

// Handles keeps a bounded number of folders open. However deep a folder lies, it is opened from its nearest open
// ancestor, one name at a time, and never through a symbolic link.
type Handles struct {
	limit int
	mu    sync.Mutex
	open  int
	idle  *list.List // of *handle, the one used last at the front
	made  []*Folder  // by this run, the outer ones first
}

// NewHandles returns handles that keep at most a quarter of the process's descriptors open, and at most 256.
func NewHandles() *Handles {
	limit := 256
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &r) == nil && r.Cur < 1024 {
		limit = max(16, int(r.Cur)/4)
	}
	return &Handles{limit: limit, idle: list.New()}
}

// Acquire returns the folder's open directory; release it after use.
func (h *Handles) Acquire(f *Folder) (dirfd.FD, error) {
	// The way down from the nearest open ancestor.
	var way []*Folder
	h.mu.Lock()
	at := f
	for !at.handle.open && at.Parent != nil {
		way = append(way, at)
		at = at.Parent
	}
	found := at.handle.open
	if found {
		h.use(at)
	}
	h.mu.Unlock()
	if !found { // the top: opened by its path
		fd, err := dirfd.Open(at.Name)
		if err != nil {
			return dirfd.None, err
		}
		if err := h.Adopt(at, fd); err != nil {
			return dirfd.None, err
		}
	}
	for i := len(way) - 1; i >= 0; i-- {
		next := way[i]
		fd, err := at.handle.fd.OpenDir(next.Name)
		h.Release(at)
		if err != nil {
			return dirfd.None, err
		}
		if err := h.Adopt(next, fd); err != nil {
			return dirfd.None, err
		}
		at = next
	}
	return f.handle.fd, nil
}

// Adopt makes fd the handle of f, in use once, unless another goroutine was faster or it is a different directory than
// before.
func (h *Handles) Adopt(f *Folder, fd dirfd.FD) error {
	s, err := fd.Stat()
	if err != nil {
		fd.Close()
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case f.handle.open:
		fd.Close()
		h.use(f)
		return nil
	case f.known && !f.Stat.Same(s):
		fd.Close()
		return fmt.Errorf("%w: another folder has taken its place", identity.ErrChanged)
	case !f.known:
		f.Stat, f.known = s, true
		if f.Parent == nil {
			f.Volume = fd.Volume()
			if born, err := fd.Look(""); err == nil {
				f.Birth = identity.MarkOf(born).Birth
			}
		}
	}
	f.handle = handle{fd: fd, open: true, users: 1}
	h.open++
	h.evict()
	return nil
}

func (h *Handles) use(f *Folder) {
	f.handle.users++
	if f.handle.place != nil {
		h.idle.Remove(f.handle.place)
		f.handle.place = nil
	}
}

// Release gives back what Acquire returned. The folder stays open while there is room.
func (h *Handles) Release(f *Folder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.handle.users--
	if f.handle.users == 0 {
		f.handle.place = h.idle.PushFront(f)
		h.evict()
	}
}

// evict closes the least recently used folders. One without a parent stays open: DIR has no path to open it by again,
// and a path may lead elsewhere by now.
func (h *Handles) evict() {
	for place := h.idle.Back(); place != nil && h.open > h.limit; {
		before := place.Prev()
		if place.Value.(*Folder).Parent != nil {
			h.close(place)
		}
		place = before
	}
}

func (h *Handles) close(place *list.Element) {
	f := h.idle.Remove(place).(*Folder)
	f.handle.fd.Close()
	f.handle = handle{}
	h.open--
}

// Forget closes f if it is open and idle, before it is removed.
func (h *Handles) Forget(f *Folder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.handle.place != nil {
		h.close(f.handle.place)
	}
}

// CloseAll closes every idle folder.
func (h *Handles) CloseAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.idle.Len() > 0 {
		h.close(h.idle.Back())
	}
}

// Ensure is Acquire for a folder that the run has to make, with those above it.
func (h *Handles) Ensure(f *Folder) (dirfd.FD, error) {
	fd, err := h.Acquire(f)
	if f.Parent == nil || !f.Made && !f.Remake || !errors.Is(err, fs.ErrNotExist) {
		return fd, err
	}
	parent, err := h.Ensure(f.Parent)
	if err != nil {
		return dirfd.None, err
	}
	mode := uint32(0o777)
	if f.Remake || f.Secret {
		mode = 0o700 // until all its files are back, or for good
	}
	err = parent.Mkdir(f.Name, mode)
	f.Remade = f.Remake && err == nil
	if f.Made && err == nil {
		h.mu.Lock()
		h.made = append(h.made, f)
		h.mu.Unlock()
	}
	h.Release(f.Parent)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return dirfd.None, err
	}
	return h.Acquire(f)
}

// RemoveUnused removes the folders that were made and hold nothing because what was to go into them stayed. No folder
// is in use any more. A failure here concerns no file.
func (h *Handles) RemoveUnused() {
	for _, f := range slices.Backward(h.made) {
		h.Forget(f)
		if parent, err := h.Acquire(f.Parent); err == nil {
			_ = parent.Rmdir(f.Name) // most hold something
			h.Release(f.Parent)
		}
	}
	h.made = nil
}
