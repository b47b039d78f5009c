package tree

import "github.com/pythonweb/goweb/junksort/dirfd"

// maxHeld bounds the folders that one batch keeps open at a time.
const maxHeld = 64

// Held are folders that stay open while many files go in and out of them. It belongs to one goroutine.
type Held struct {
	handles *Handles
	open    map[*Folder]dirfd.FD
}

// NewHeld returns a Held of folders of these handles.
func NewHeld(h *Handles) *Held { return &Held{handles: h, open: map[*Folder]dirfd.FD{}} }

// Acquire opens a folder, which must be there.
func (h *Held) Acquire(f *Folder) (dirfd.FD, error) { return h.hold(f, h.handles.Acquire) }

// Ensure opens a folder, and makes it if the run has to make it.
func (h *Held) Ensure(f *Folder) (dirfd.FD, error) { return h.hold(f, h.handles.Ensure) }

// hold opens a folder that is not held yet.
func (h *Held) hold(f *Folder, open func(*Folder) (dirfd.FD, error)) (dirfd.FD, error) {
	if fd, ok := h.open[f]; ok {
		return fd, nil
	}
	fd, err := open(f)
	if err == nil {
		h.open[f] = fd
	}
	return fd, err
}

// Trim releases all if there are too many. It is called between two files, when no folder is in use.
func (h *Held) Trim() {
	if len(h.open) >= maxHeld {
		h.Release()
	}
}

// Release releases all.
func (h *Held) Release() {
	for f := range h.open {
		h.handles.Release(f)
	}
	clear(h.open)
}
