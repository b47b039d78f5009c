package journal

import (
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// The steps of folders.
const (
	stepFolder byte = 'F' // a folder that later steps name by number, as it was before the run touched it
	stepVolume byte = 'V' // fact: birth time of a folder that is named by its path, and the number of its file system
	stepRemove byte = 'R' // intent: remove an empty folder
)

// folderKind is the kind of stepFolder.
type folderKind struct{ still }

func (folderKind) decode(d *decoder, s *Step) {
	s.id, s.parent, s.Name, s.made = uint32(d.uint()), uint32(d.uint()), d.raw(), d.bool()
	s.stat = dirfd.Stat{
		Dev: d.uint(), Ino: d.uint(), Mode: uint32(d.uint()), UID: uint32(d.uint()),
		GID: uint32(d.uint()),
	}
	s.stat.Atime, s.stat.Mtime = d.time(), d.time()
}

func (folderKind) learn(h *Learned, s *Step) error {
	f := &tree.Folder{Name: string(s.Name), Made: s.made, ID: s.id}
	if s.parent != 0 {
		if f.Parent = h.ByID[s.parent]; f.Parent == nil {
			return ErrCorrupt
		}
	}
	h.ByID[s.id] = f
	h.lastFolder = max(h.lastFolder, s.id)
	h.Order = append(h.Order, Recorded{Folder: f, Stat: s.stat})
	return nil
}

// folder appends a stepFolder.
func (e *encoder) folder(id, parent uint32, f *tree.Folder) {
	e.byte(stepFolder)
	e.uint(uint64(id))
	e.uint(uint64(parent))
	e.text(f.Name)
	e.bool(f.Made)
	e.uint(f.Stat.Dev)
	e.uint(f.Stat.Ino)
	e.uint(uint64(f.Stat.Mode))
	e.uint(uint64(f.Stat.UID))
	e.uint(uint64(f.Stat.GID))
	e.time(f.Stat.Atime)
	e.time(f.Stat.Mtime)
}

// volumeKind is the kind of stepVolume.
type volumeKind struct{ still }

func (volumeKind) decode(d *decoder, s *Step) {
	s.id, s.mark.Birth, s.volume = uint32(d.uint()), d.int(), d.uint()
}

func (volumeKind) learn(h *Learned, s *Step) error {
	h.Volumes[s.id] = volume{Birth: s.mark.Birth, Number: s.volume}
	return nil
}

// volume appends a stepVolume.
func (e *encoder) volume(id uint32, birth int64, number uint64) {
	e.byte(stepVolume)
	e.uint(uint64(id))
	e.int(birth)
	e.uint(number)
}

// removeKind is the kind of stepRemove.
type removeKind struct{ still }

func (removeKind) decode(d *decoder, s *Step) {
	s.id, s.xattrs = uint32(d.uint()), d.raw()
}

func (removeKind) learn(h *Learned, s *Step) error {
	f := h.ByID[s.id]
	if f == nil {
		return ErrCorrupt
	}
	h.Removals = append(h.Removals, removal{Folder: f, Xattrs: append([]byte(nil), s.xattrs...)})
	return nil
}

// remove appends a stepRemove.
func (e *encoder) remove(f *tree.Folder) {
	e.byte(stepRemove)
	e.uint(uint64(f.ID))
	e.raw(f.Xattrs)
}
