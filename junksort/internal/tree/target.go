package tree

import (
	"path"
	"strings"
	"sync"
)

// Target is a destination: a folder in DEST, or the trash.
type Target struct {
	Index  uint32
	Name   string // its path below DEST, or trashName
	Folder *Folder
	// The fields below belong to the planner until it has handed on the first move to this target.
	Opened  bool
	Refused string // why no file can go there
	Unread  bool   // its names are looked up one by one, when they are wanted
}

// TrashName is the name of the target that is the trash: no path below DEST begins like that.
const TrashName = "/trash"

// Targets are all destinations named so far. Listers add to them from many goroutines.
type Targets struct {
	dest *Folder
	// findTrash returns the folder of the trash for files.
	FindTrash func() (*Folder, error)
	mu        sync.RWMutex
	name      map[string]*Target
	list      []*Target
	folders   map[string]*Folder // the folders of targets, by path
}

// NewTargets returns the destinations in the folder dest, of which none is named yet.
func NewTargets(dest *Folder) *Targets {
	return &Targets{dest: dest, name: map[string]*Target{}, folders: map[string]*Folder{}}
}

// Named returns the target of this name.
func (t *Targets) Named(name string) *Target {
	t.mu.RLock()
	found := t.name[name]
	t.mu.RUnlock()
	if found != nil {
		return found
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if found := t.name[name]; found != nil {
		return found
	}
	found = &Target{Index: uint32(len(t.list)), Name: name}
	if name != TrashName {
		found.Folder = t.folder(name)
	} else if trash, err := t.FindTrash(); err == nil {
		found.Folder = trash
	} else {
		found.Folder, found.Opened, found.Refused = &Folder{}, true, "there is no trash for it: "+err.Error()
	}
	t.name[name] = found
	t.list = append(t.list, found)
	return found
}

// At returns the target of this index.
func (t *Targets) At(index uint32) *Target {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.list[index]
}

// All returns the targets named so far.
func (t *Targets) All() []*Target {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return append([]*Target(nil), t.list...)
}

// folder returns the folder of a path below DEST, with those above it. The caller holds mu.
func (t *Targets) folder(name string) *Folder {
	if f := t.folders[name]; f != nil {
		return f
	}
	f := &Folder{Parent: t.dest, Name: name, Home: name}
	if above, last := path.Split(name); above != "" {
		f.Parent, f.Name = t.folder(strings.TrimSuffix(above, "/")), last
	}
	t.folders[name] = f
	return f
}
