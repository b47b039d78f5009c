package junksort

import (
	"slices"
	"strings"
	"sync"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

// parcel is an archive in a destination that is to be unpacked, into a folder of its own beside it.
type parcel struct {
	in    *folder
	name  string
	to    string // the new folder
	exact bool   // a taken name is no reason to look for another one
}

// freight is which archives a run brings into its destinations, and takes out of them.
type freight struct {
	mu   sync.Mutex
	come map[string][]string        // by the name of the destination
	gone map[string]map[string]bool // the same
}

func newFreight() *freight {
	return &freight{come: map[string][]string{}, gone: map[string]map[string]bool{}}
}

func (f *freight) note(m *move) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if home, name := m.from.home, m.name.String(); home != "" && isArchive(name) {
		if f.gone[home] == nil {
			f.gone[home] = map[string]bool{}
		}
		f.gone[home][name] = true
	}
	if name := m.newName.String(); !m.drop && isArchive(name) {
		f.come[m.to.name] = append(f.come[m.to.name], name)
	}
}

func isArchive(name string) bool {
	_, ok := archive.Stem(name)
	return ok
}

// parcels returns what is to be unpacked in all destinations of this run, in path order: the archives that have no
// folder yet. Of two that would have the same one (a.tar and a.zip), the later one gets a numbered one. It makes no
// difference whether the freight has been moved yet.
func (r rules) parcels(f *freight) ([]parcel, error) {
	all := r.targets.all()
	slices.SortFunc(all, func(a, b *target) int { return strings.Compare(a.folder.name, b.folder.name) })
	var list []parcel
	for _, t := range all {
		found, err := r.archivesIn(t.folder)
		if err != nil {
			return nil, err
		}
		names := slices.DeleteFunc(found.names, func(name string) bool { return f.gone[t.folder.name][name] })
		names = append(names, f.come[t.folder.name]...)
		slices.Sort(names)
		names = slices.Compact(names)
		for _, name := range names {
			if to, free := r.folderFor(found, name); free {
				list = append(list, parcel{in: t.folder, name: name, to: to})
			}
		}
	}
	return list, nil
}

// folderFor returns the name of the folder for an archive, and false for one that has been unpacked.
func (r rules) folderFor(found *stock, name string) (string, bool) {
	stem, _ := archive.Stem(name)
	if s, ok := found.stats[name]; ok {
		if folder, ok := r.registry.folderOf(s); ok && found.inodes[folder] {
			return "", false // under whatever name
		}
	}
	folder, there := found.folders[stem]
	if there && !folder.owned {
		return "", false // unpacked already, by somebody
	}
	to := stem
	for n := uint32(2); there; n++ {
		to = numbered(nil, []byte(stem), 0, n).String()
		_, there = found.folders[to]
	}
	found.folders[to] = stockFolder{owned: true}
	return to, true
}

// stock is what lies in a destination.
type stock struct {
	names   []string // of archives
	stats   map[string]dirfd.Stat
	folders map[string]stockFolder
	inodes  map[openFile]bool
}

// stockFolder is a folder in a destination; owned says that another archive is known to be its own.
type stockFolder struct{ owned bool }

// archivesIn returns the archives that lie in a destination, and its folders.
func (r rules) archivesIn(f *folder) (*stock, error) {
	found := &stock{stats: map[string]dirfd.Stat{}, folders: map[string]stockFolder{}, inodes: map[openFile]bool{}}
	fd, err := r.handles.acquire(f)
	if err != nil {
		return found, nil // no file went there
	}
	defer r.handles.release(f)
	err = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		name := e.Name.String()
		switch {
		case e.Kind == dirfd.Directory:
			s, err := fd.Look(name)
			if err == nil {
				found.inodes[openFile{s.Dev, s.Ino}] = true
			}
			found.folders[name] = stockFolder{owned: err == nil && r.registry.has(s)}
		case e.Kind == dirfd.Regular && isArchive(name):
			s, err := fd.Look(name)
			if err == nil {
				found.stats[name] = s
			}
			if r.unpacks(f, e.Name.Bytes()) && !r.writers().has(f.stat.Dev, e.Ino) {
				found.names = append(found.names, name)
			}
		}
		return nil
	})
	return found, err
}

// unpacks reports whether a file of this name that was in a destination before is an archive that the options do not
// leave alone.
func (r rules) unpacks(f *folder, name []byte) bool {
	return isArchive(string(name)) && !r.exclude.match(f, name) && (r.include.empty() || r.include.match(f, name))
}
