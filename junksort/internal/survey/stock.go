package survey

import (
	"slices"
	"strings"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
)

// Parcels returns what is to be unpacked in all destinations of this run, in path order: the archives that have no
// folder yet. Of two that would get the same folder (a.tar and a.zip), the later one gets a numbered one. It makes no
// difference whether the freight was moved already.
func (r Rules) Parcels(f *unpack.Freight) ([]unpack.Parcel, error) {
	all := r.Targets.All()
	slices.SortFunc(all, func(a, b *tree.Target) int { return strings.Compare(a.Name, b.Name) })
	var list []unpack.Parcel
	for _, t := range all {
		if r.Watch != nil && r.Watch.Known(t.Folder) && len(f.Come(t.Name)) == 0 {
			continue // what lies there was there at an earlier pass
		}
		found, err := r.archivesIn(t.Folder)
		if err != nil {
			return nil, err
		}
		names := slices.DeleteFunc(found.names, func(name string) bool { return f.HasGone(t.Name, name) })
		names = append(names, f.Come(t.Name)...)
		slices.Sort(names)
		names = slices.Compact(names)
		for _, name := range names {
			if to, free := r.folderFor(found, name); free {
				_, single := archive.Single(name)
				list = append(list, unpack.Parcel{In: t.Folder, Name: name, To: to, File: single})
			}
		}
	}
	return list, nil
}

// folderFor returns the name of the folder for an archive, and false for one that was unpacked already.
func (r Rules) folderFor(found *stock, name string) (string, bool) {
	stem := unpack.Stem(name)
	_, single := archive.Single(name)
	if s, ok := found.stats[name]; ok {
		if folder, ok := r.Registry.FolderOf(s); ok && found.inodes[folder] {
			return "", false // under whatever name
		}
	}
	folder, there := found.folders[stem]
	if there && !folder.owned {
		return "", false // unpacked already, by somebody
	}
	to := stem
	extension := 0
	if single {
		extension = r.Table.Extension([]byte(stem))
	}
	for n := uint32(2); there; n++ {
		to = filename.Numbered(nil, []byte(stem), extension, n).String()
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
	inodes  map[dirfd.ID]bool
}

// stockFolder is a folder in a destination; owned says that another archive is known to be its own.
type stockFolder struct{ owned bool }

// archivesIn returns the archives that lie in a destination, and its folders.
func (r Rules) archivesIn(f *tree.Folder) (*stock, error) {
	found := &stock{stats: map[string]dirfd.Stat{}, folders: map[string]stockFolder{}, inodes: map[dirfd.ID]bool{}}
	fd, err := r.Handles.Acquire(f)
	if err != nil {
		return found, nil // no file went there
	}
	defer r.Handles.Release(f)
	err = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		name := e.Name.String()
		switch {
		case e.Kind == dirfd.Directory:
			s, err := fd.Look(name)
			if err == nil {
				found.inodes[s.ID()] = true
			}
			found.folders[name] = stockFolder{owned: err == nil && r.Registry.Has(s)}
		case e.Kind == dirfd.Regular && !unpack.IsArchive(name):
			found.folders[name] = stockFolder{} // a name that is taken
			if s, err := fd.Look(name); err == nil {
				found.inodes[s.ID()] = true
			}
		case e.Kind == dirfd.Regular:
			found.folders[name] = stockFolder{}
			s, err := fd.Look(name)
			if err == nil {
				found.stats[name] = s
			}
			if r.unpacks(f, e.Name.Bytes()) && !r.Writers.Has(fd, e.Name, dirfd.ID{Dev: f.Stat.Dev, Ino: e.Ino}) {
				found.names = append(found.names, name)
			}
		}
		return nil
	})
	return found, err
}

// unpacks reports whether a file of this name that was in a destination before is an archive that the options do not
// leave alone.
func (r Rules) unpacks(f *tree.Folder, name []byte) bool {
	return unpack.IsArchive(string(name)) && !r.Exclude.Match(f, name) && (r.Include.empty() || r.Include.Match(f, name))
}
