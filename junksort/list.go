package junksort

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/leave"
)

// rules are what listing needs to know; they do not change during a run.
type rules struct {
	options  Options
	table    *category.Table
	targets  *targets
	handles  *handles
	include  globs
	exclude  globs
	leave    *leave.Table
	writers  func() openFiles // files that some process has open for writing
	trust    bool             // inode numbers of listings are those of stat
	destStat dirfd.Stat       // of DEST; zero when it is not there
	notes    func(Result)     // hears of what could not be read
	watch    *watcher         // nil unless the tree is watched
	registry *registry        // the folders that came out of archives
	// destinations are the names that folders for files have.
	destinations map[string]bool
	grown        bool // it was sorted before: what is in a destination was put there by somebody
}

// lister lists folders, one at a time; each goroutine has its own.
type lister struct {
	rules
	buffer   []byte
	names    []byte
	found    []listed
	packed   []byte
	unpacked map[string]bool   // in a destination: the folders that belong to archives
	reserved map[string]bool   // names of files that stay with another one in the same folder
	suffixes []string          // the same, of names that are not known whole
	pages    map[string]bool   // folders of saved web pages
	files    int               // to be sorted in the folder listed last
	targetOf map[string]uint32 // by lower-case extension
}

// listed is an entry of the folder being listed.
type listed struct {
	prefix uint64 // the first eight bytes of the path, for a quick comparison
	ino    uint64
	start  uint32 // in lister.names
	length uint16
	kind   dirfd.Kind
}

func newLister(r rules) *lister {
	return &lister{rules: r, buffer: make([]byte, 64<<10), targetOf: map[string]uint32{}}
}

func (l *lister) nameOf(e listed) dirfd.Name {
	return dirfd.Name(l.names[e.start : e.start+uint32(e.length)+1])
}

// list reads the folder f, decides what each entry is to become, and sets f's listing and children. It does not
// close f.ready.
func (l *lister) list(f *folder) {
	l.files = 0
	fd, err := l.handles.acquire(f)
	if err != nil {
		f.stays, f.failure = true, err
		return
	}
	defer l.handles.release(f)
	if l.watch != nil {
		l.watch.folder(f)
	}
	if err := l.read(fd); err != nil {
		f.stays, f.failure = true, err
		return
	}
	f.home = l.homeOf(f)
	if l.isWhole(f) {
		f.stays = true
		return
	}
	f.xattrs = packXattrs(int(fd))
	l.sort()
	l.reserve()
	l.unpacked = nil
	if f.home != "" {
		l.unpacked = l.stems(f, fd)
	}
	l.packed = l.packed[:0]
	for _, e := range l.found {
		name := l.nameOf(e)
		switch {
		case e.kind == dirfd.Directory:
			l.enter(f, fd, name)
		case e.kind != dirfd.Regular, !l.wants(f, fd, e):
			f.kept++
		default:
			l.file(f, fd, e)
		}
	}
	f.listing = slices.Clone(l.packed)
}

// read fills l.found and l.names.
func (l *lister) read(fd dirfd.FD) error {
	l.names, l.found = l.names[:0], l.found[:0]
	return fd.Read(l.buffer, func(e dirfd.Entry) error {
		if !l.trust && e.Kind == dirfd.Regular {
			s, err := fd.Lstat(e.Name.String())
			if err != nil {
				return nil // gone since
			}
			e.Ino = s.Ino
		}
		found := listed{ino: e.Ino, start: uint32(len(l.names)), length: uint16(len(e.Name) - 1), kind: e.Kind}
		found.prefix = prefixOf(e.Name.Bytes(), e.Kind == dirfd.Directory)
		l.names = append(l.names, e.Name...)
		l.found = append(l.found, found)
		return nil
	})
}

func prefixOf(name []byte, isFolder bool) uint64 {
	if len(name) >= 8 {
		return binary.BigEndian.Uint64(name)
	}
	var b [8]byte
	n := copy(b[:], name)
	if isFolder {
		b[n] = '/'
	}
	return binary.BigEndian.Uint64(b[:])
}

func (l *lister) sort() {
	slices.SortFunc(l.found, func(a, b listed) int {
		if a.prefix != b.prefix {
			if a.prefix < b.prefix {
				return -1
			}
			return 1
		}
		return comparePaths(l.nameOf(a).Bytes(), a.kind == dirfd.Directory, l.nameOf(b).Bytes(), b.kind == dirfd.Directory)
	})
}

// homeOf returns the destination that f is, if it lies directly in DEST.
func (l *lister) homeOf(f *folder) string {
	if f.parent != nil {
		if l.destStat.Ino != 0 && f.parent.stat.Same(l.destStat) {
			return f.name
		}
		return ""
	}
	return f.home // DIR itself: whoever opened it knows
}

// enter goes on with a subfolder, unless that stays whole.
func (l *lister) enter(f *folder, fd dirfd.FD, name dirfd.Name) {
	if f.home != "" && (l.unpacked[name.String()] || l.grown && f.parent != nil && l.destinations[f.home]) {
		f.kept++ // it lies beside the archive that it came from, or the person has made it here
		return
	}
	if !l.registry.empty() {
		if s, err := fd.LookAt(name); err == nil && l.registry.has(s) {
			f.kept++ // whatever has become of its archive
			return
		}
	}
	if l.staysWhole(f, name) {
		if name.String() != stateFolder || f.parent != nil {
			f.kept++
		}
		return
	}
	f.children = append(f.children, &folder{parent: f, name: name.String(), ready: make(chan struct{})})
	l.packed = packFolder(l.packed)
}

// stems returns the names, without extensions, of the archives that are in f because it is their destination.
func (l *lister) stems(f *folder, fd dirfd.FD) map[string]bool {
	stems := map[string]bool{}
	for _, e := range l.found {
		if e.kind != dirfd.Regular {
			continue
		}
		stem, ok := archive.Stem(l.nameOf(e).String())
		if !ok {
			continue
		}
		if index, err := l.destination(fd, l.nameOf(e).Bytes()); err == nil && l.targets.at(index).folder.name == f.home {
			stems[stem] = true
		}
	}
	return stems
}

// wants reports whether a regular file is to be sorted at all.
func (l *lister) wants(f *folder, fd dirfd.FD, e listed) bool {
	name := l.nameOf(e).Bytes()
	if name[0] == '.' && !l.options.Hidden || l.leave.Unfinished(name) || l.leave.Belongs(name) || l.reserves(name) {
		return false
	}
	if !l.include.empty() && !l.include.match(f, name) || l.exclude.match(f, name) {
		return false
	}
	if l.options.MinAge > 0 {
		s, err := fd.Lstat(string(name))
		if err != nil {
			return false
		}
		if age := ageOf(s); age < l.options.MinAge {
			l.later(l.options.MinAge - age)
			return false
		}
	}
	if l.writers().has(f.stat.Dev, e.ino) {
		l.later(polling)
		return false
	}
	return true
}

// ageOf returns how long ago a file was written. Cameras and archives make files of the future: then its last change
// counts.
func ageOf(s dirfd.Stat) time.Duration {
	if age := time.Since(s.Mtime); age >= 0 {
		return age
	}
	return time.Since(s.Ctime)
}

// later asks for another look at a file that stays for the time being.
func (l *lister) later(wait time.Duration) {
	if l.watch != nil {
		l.watch.young(time.Now().Add(wait))
	}
}

// file packs a file with its destination, unless it is there already.
func (l *lister) file(f *folder, fd dirfd.FD, e listed) {
	name := l.nameOf(e).Bytes()
	index, err := l.destination(fd, name)
	if errors.Is(err, fs.ErrNotExist) {
		return // gone since
	}
	if err != nil {
		f.kept++
		l.notes(failed(f.join(string(name)), err))
		return
	}
	if f.home != "" && l.targets.at(index).folder.name == f.home && !l.renames(name) {
		f.kept++
		return
	}
	l.packed = packFile(l.packed, index, e.ino, name)
	l.files++
}

// destination returns the index of the target for a file.
func (l *lister) destination(fd dirfd.FD, name []byte) (uint32, error) {
	original := name
	if l.options.Rename { // the new name decides, or another run would decide otherwise
		if renamed := transliterated(name, l.table.Extension(name)); renamed != nil {
			name = renamed.Bytes()
		}
	}
	length := l.table.Extension(name)
	if length == 0 {
		kind, err := l.look(fd, string(original))
		if err != nil {
			return 0, err
		}
		return l.targets.named(kind).index, nil
	}
	var small [64]byte
	extension := category.Lower(small[:0], name[len(name)-length:])
	if index, known := l.targetOf[string(extension)]; known {
		return index, nil
	}
	kind := string(extension)
	if l.options.By == ByCategory {
		kind = l.table.Of(kind)
	}
	index := l.targets.named(kind).index
	if len(l.targetOf) < 4096 {
		l.targetOf[string(extension)] = index
	}
	return index, nil
}

// look decides by content.
func (l *lister) look(fd dirfd.FD, name string) (string, error) {
	file, err := fd.OpenRegular(name)
	if errors.Is(err, fs.ErrPermission) {
		return category.Other, nil // what may not be read is unknown, and may be moved all the same
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	kind, extension, err := l.table.Detect(file)
	if err != nil {
		return "", err
	}
	if l.options.By == ByExtension {
		if kind = extension; kind == "" {
			kind = category.Other
		}
	}
	return kind, nil
}
