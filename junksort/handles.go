package junksort

import (
	"container/list"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// handle is the open directory of a folder, guarded by the handles that opened it.
type handle struct {
	fd    dirfd.FD
	open  bool
	users int
	place *list.Element // in handles.idle while nobody uses it
}

// handles keeps a bounded number of folders open. However deep a folder lies, it is opened from its nearest open
// ancestor, one name at a time, and never through a symbolic link.
type handles struct {
	limit int
	mu    sync.Mutex
	open  int
	idle  *list.List // of *folder, the one used last at the front
}

func newHandles() *handles {
	limit := 256
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &r) == nil && r.Cur < 1024 {
		limit = max(16, int(r.Cur)/4)
	}
	return &handles{limit: limit, idle: list.New()}
}

// acquire returns the folder's open directory; release it after use.
func (h *handles) acquire(f *folder) (dirfd.FD, error) {
	// The way down from the nearest open ancestor.
	var way []*folder
	h.mu.Lock()
	at := f
	for !at.handle.open && at.parent != nil {
		way = append(way, at)
		at = at.parent
	}
	found := at.handle.open
	if found {
		h.use(at)
	}
	h.mu.Unlock()
	if !found { // the top: opened by its path
		fd, err := dirfd.Open(at.name)
		if err != nil {
			return dirfd.None, err
		}
		if err := h.adopt(at, fd); err != nil {
			return dirfd.None, err
		}
	}
	for i := len(way) - 1; i >= 0; i-- {
		next := way[i]
		fd, err := at.handle.fd.OpenDir(next.name)
		h.release(at)
		if err != nil {
			return dirfd.None, err
		}
		if err := h.adopt(next, fd); err != nil {
			return dirfd.None, err
		}
		at = next
	}
	return f.handle.fd, nil
}

// adopt makes fd the handle of f, used once, unless somebody else was faster or it is another directory than before.
func (h *handles) adopt(f *folder, fd dirfd.FD) error {
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
	case f.known && !f.stat.Same(s):
		fd.Close()
		return fmt.Errorf("%w: another folder has taken its place", errChanged)
	case !f.known:
		f.stat, f.known = s, true
		if f.parent == nil {
			f.volume = fd.Volume()
			if born, err := fd.Look(""); err == nil {
				f.birth = markOf(born).birth
			}
		}
	}
	f.handle = handle{fd: fd, open: true, users: 1}
	h.open++
	h.evict()
	return nil
}

func (h *handles) use(f *folder) {
	f.handle.users++
	if f.handle.place != nil {
		h.idle.Remove(f.handle.place)
		f.handle.place = nil
	}
}

// release gives back what acquire returned. The folder stays open while there is room.
func (h *handles) release(f *folder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.handle.users--
	if f.handle.users == 0 {
		f.handle.place = h.idle.PushFront(f)
		h.evict()
	}
}

// evict closes the folders not used for longest. One without parent stays open: DIR has no path to open it by again,
// and a path may lead elsewhere by now.
func (h *handles) evict() {
	for place := h.idle.Back(); place != nil && h.open > h.limit; {
		before := place.Prev()
		if place.Value.(*folder).parent != nil {
			h.close(place)
		}
		place = before
	}
}

func (h *handles) close(place *list.Element) {
	f := h.idle.Remove(place).(*folder)
	f.handle.fd.Close()
	f.handle = handle{}
	h.open--
}

// forget closes f if it is open and idle, before it is removed.
func (h *handles) forget(f *folder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.handle.place != nil {
		h.close(f.handle.place)
	}
}

// closeAll closes every idle folder.
func (h *handles) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.idle.Len() > 0 {
		h.close(h.idle.Back())
	}
}

// ensure is acquire for a folder that the run is to make, with those above it.
func (h *handles) ensure(f *folder) (dirfd.FD, error) {
	fd, err := h.acquire(f)
	if f.parent == nil || !f.made && !f.remake || !errors.Is(err, fs.ErrNotExist) {
		return fd, err
	}
	parent, err := h.ensure(f.parent)
	if err != nil {
		return dirfd.None, err
	}
	mode := uint32(0o777)
	if f.remake {
		mode = 0o700 // until all its files are back
	}
	err = parent.Mkdir(f.name, mode)
	f.remade = f.remake && err == nil
	h.release(f.parent)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return dirfd.None, err
	}
	return h.acquire(f)
}
