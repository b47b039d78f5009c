// Package survey lists the folders of a tree and says of each file where it belongs, by rules, name or content, and
// what stays where it is.
package survey

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"slices"
	"time"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/calm"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/relink"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
	"github.com/pythonweb/goweb/junksort/internal/writer"
	"github.com/pythonweb/goweb/junksort/internal/xattr"
	"github.com/pythonweb/goweb/junksort/leave"
	"github.com/pythonweb/goweb/junksort/rule"
)

// Rules are what listing needs to know; they do not change during a run.
type Rules struct {
	Hidden      bool // hidden files and folders are sorted too
	Force       bool // even a working copy, if the user has named it
	Depth       int  // how many levels of folders are sorted; 0 for all
	MinAge      time.Duration
	ByExtension bool // folders are named by extension, not by category
	Style       filename.Style
	Workers     int
	Set         *rule.Set
	Table       *category.Table
	Targets     *tree.Targets
	Handles     *tree.Handles
	Include     Globs
	Exclude     Globs
	Leave       *leave.Table
	Writers     *writer.Finder      // knows files that some process has open for writing; may be nil
	Trust       bool                // inode numbers of listings are equal to those of stat
	DestStat    dirfd.Stat          // of DEST; zero when it does not exist
	Notes       func(report.Result) // told of what could not be read
	Watch       Watch               // nil unless the tree is watched
	Registry    *unpack.Registry    // the folders that were unpacked from archives
	Links       *relink.Links       // relative links of the tree; nil if not needed
	// destinations are the names that folders for files have.
	Destinations map[string]bool
	Duplicates   map[dirfd.ID]bool // files that have the content of another one; nil if no rule asks
	Grown        bool              // it was sorted before: folders in a destination are the user's
}

// Watch is told what a pass comes across, if the tree is watched.
type Watch interface {
	// Folder is called before a folder is read. If nothing has touched it since an earlier pass found nothing to sort in
	// it, it need not be read: Folder returns what that pass found.
	Folder(f *tree.Folder, fd dirfd.FD) (calm.Listing, bool)
	// Calm is called for a folder in which there is nothing to sort.
	Calm(f *tree.Folder)
	// Known reports whether Folder has returned, in this pass, what is in a destination.
	Known(f *tree.Folder) bool
	// Young is called with the time at which a file that stays for now may be looked at again.
	Young(at time.Time)
}

// LookAgain is how long a file that somebody writes to is left alone.
const LookAgain = 5 * time.Second

// Lister lists folders, one at a time; each goroutine has its own.
type Lister struct {
	Rules
	see      func(f *tree.Folder, fd dirfd.FD, name dirfd.Name) // called for files, which are then not planned; mostly nil
	buffer   []byte
	names    []byte
	found    []listed
	packed   tree.Packer
	unpacked map[string]bool   // in a destination: what belongs to archives, which lies beside them
	reserved map[string]bool   // names of files that stay because of another one in the same folder
	suffixes []string          // the same, for names that are not known in full
	pages    map[string]bool   // folders of saved web pages
	Files    int               // to be sorted in the folder listed last
	restless bool              // the next look at that folder may differ, although nothing touches it
	device   uint64            // that it lies on
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

// New returns a lister.
func New(r Rules) *Lister {
	return &Lister{Rules: r, buffer: make([]byte, 64<<10), targetOf: map[string]uint32{}}
}

func (l *Lister) nameOf(e listed) dirfd.Name {
	return dirfd.Name(l.names[e.start : e.start+uint32(e.length)+1])
}

// List reads the folder f, decides what becomes of each entry, and sets f's listing and children. It does not close
// f.ready.
func (l *Lister) List(f *tree.Folder) {
	l.Files = 0
	fd, err := l.Handles.Acquire(f)
	if err != nil {
		f.Stays, f.Failure = true, err
		return
	}
	defer l.Handles.Release(f)
	l.device = f.Stat.Dev
	if l.Watch != nil {
		if known, ok := l.Watch.Folder(f, fd); ok {
			l.recall(f, fd, known)
			return
		}
	}
	l.restless = l.Set.Changes()
	l.decide(f, fd)
	if l.Watch != nil && l.Files == 0 && !l.restless {
		l.Watch.Calm(f)
	}
}

// recall gives f the listing that an earlier pass made.
func (l *Lister) recall(f *tree.Folder, fd dirfd.FD, known calm.Listing) {
	f.Home, f.Stays, f.Kept = l.homeOf(f), known.Stays, known.Kept
	f.Xattrs = xattr.Pack(int(fd))
	l.packed.Reset()
	for _, name := range known.Children {
		l.goInto(f, name)
	}
	f.Listing = l.packed.Listing()
}

// decide reads f and decides what becomes of each entry.
func (l *Lister) decide(f *tree.Folder, fd dirfd.FD) {
	if err := l.read(fd); err != nil {
		l.restless = true
		f.Stays, f.Failure = true, err
		return
	}
	f.Home = l.homeOf(f)
	if l.isWhole(f) {
		f.Stays = true
		return
	}
	f.Xattrs = xattr.Pack(int(fd))
	l.sort()
	l.reserve()
	l.unpacked = nil
	if f.Home != "" {
		l.unpacked = l.stems(f, fd)
	}
	l.packed.Reset()
	for _, e := range l.found {
		name := l.nameOf(e)
		switch {
		case e.kind == dirfd.Directory:
			l.enter(f, fd, name)
		case e.kind == dirfd.Symlink:
			f.Kept++
			l.restless = true // a move elsewhere may break it
			if l.Links != nil {
				l.Links.See(f, fd, name.String())
			}
		case e.kind != dirfd.Regular, l.unpacked[name.String()], !l.wants(f, e):
			f.Kept++
		case l.see != nil:
			if l.ready(fd, e) {
				l.see(f, fd, name)
			}
		default:
			l.file(f, fd, e)
		}
	}
	f.Listing = l.packed.Listing()
}

// read fills l.found and l.names.
func (l *Lister) read(fd dirfd.FD) error {
	l.names, l.found = l.names[:0], l.found[:0]
	return fd.Read(l.buffer, func(e dirfd.Entry) error {
		if !l.Trust && e.Kind == dirfd.Regular {
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

func (l *Lister) sort() {
	slices.SortFunc(l.found, func(a, b listed) int {
		if a.prefix != b.prefix {
			if a.prefix < b.prefix {
				return -1
			}
			return 1
		}
		return tree.ComparePaths(l.nameOf(a).Bytes(), a.kind == dirfd.Directory, l.nameOf(b).Bytes(),
			b.kind == dirfd.Directory)
	})
}

// homeOf returns the path of f below DEST, if it is there.
func (l *Lister) homeOf(f *tree.Folder) string {
	if f.Parent != nil {
		switch {
		case l.DestStat.Ino != 0 && f.Parent.Stat.Same(l.DestStat):
			return f.Name
		case f.Parent.Home != "":
			return f.Parent.Home + "/" + f.Name
		}
		return ""
	}
	return f.Home // DIR itself: whoever opened it knows
}

// enter descends into a subfolder, unless that stays whole.
func (l *Lister) enter(f *tree.Folder, fd dirfd.FD, name dirfd.Name) {
	if l.Depth > 0 && f.Depth() >= l.Depth {
		f.Kept++
		return
	}
	if f.Home != "" && (l.unpacked[name.String()] || l.Grown && f.Parent != nil && l.Destinations[f.Home]) {
		f.Kept++ // it lies next to the archive that it came from, or the user has made it here
		return
	}
	if !l.Registry.Empty() {
		if s, err := fd.LookAt(name); err == nil && l.Registry.Has(s) {
			f.Kept++ // whatever has become of its archive
			return
		}
	}
	if l.staysWhole(f, name) {
		if name.String() != tree.StateFolder || f.Parent != nil {
			f.Kept++
		}
		return
	}
	l.goInto(f, name.String())
}

func (l *Lister) goInto(f *tree.Folder, name string) {
	f.Children = append(f.Children, &tree.Folder{Parent: f, Name: name, Ready: make(chan struct{})})
	l.packed.Folder()
}

// stems returns the names, without extensions, of the archives that are in f because it is their destination.
func (l *Lister) stems(f *tree.Folder, fd dirfd.FD) map[string]bool {
	stems := map[string]bool{}
	for _, e := range l.found {
		if e.kind != dirfd.Regular {
			continue
		}
		stem := unpack.Stem(l.nameOf(e).String())
		if stem == "" {
			continue
		}
		if index, err := l.destination(f, fd, l.nameOf(e).Bytes()); err == nil && l.Targets.At(index).Name == f.Home {
			stems[stem] = true
		}
	}
	return stems
}

// file adds a file with its destination to the listing, unless it is there already.
func (l *Lister) file(f *tree.Folder, fd dirfd.FD, e listed) {
	name := l.nameOf(e).Bytes()
	index, err := l.destination(f, fd, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return // gone since
	case errors.Is(err, errStays):
		f.Kept++
		return
	case err != nil:
		f.Kept++
		l.restless = true
		l.Notes(report.Failure(f.Join(string(name)), err))
		return
	}
	if f.Home != "" && l.Targets.At(index).Name == f.Home &&
		l.Style.Of(name, l.Table.Extension(name)) == nil {
		f.Kept++
		if unpack.IsArchive(string(name)) {
			l.ready(fd, e) // else it is unpacked later
		}
		return
	}
	if !l.ready(fd, e) {
		f.Kept++
		return
	}
	l.packed.File(index, e.ino, name)
	l.Files++
}

// destination returns the index of the target of a file, decided by a rule, else by name, else by content.
func (l *Lister) destination(f *tree.Folder, fd dirfd.FD, original []byte) (uint32, error) {
	name := l.Renamed(original)
	if t, ok, err := l.ruled(f, fd, original, name); ok || err != nil {
		if err != nil {
			return 0, err
		}
		return t.Index, nil
	}
	return l.ByName(fd, original, name)
}

// Renamed returns the name that a file is going to have. That name decides, because the next run sees no other.
func (l *Lister) Renamed(name []byte) []byte {
	if changed := l.Style.Of(name, l.Table.Extension(name)); changed != nil {
		return changed.Bytes()
	}
	return name
}

// ByName returns the index of the target of a file that no rule takes.
func (l *Lister) ByName(fd dirfd.FD, original, name []byte) (uint32, error) {
	length := l.Table.Extension(name)
	if length == 0 {
		kind, err := l.look(fd, string(original))
		if err != nil {
			return 0, err
		}
		return l.Targets.Named(kind).Index, nil
	}
	var small [64]byte
	extension := category.Lower(small[:0], name[len(name)-length:])
	if index, known := l.targetOf[string(extension)]; known {
		return index, nil
	}
	kind := string(extension)
	if !l.ByExtension {
		kind = l.Table.Of(kind)
	}
	index := l.Targets.Named(kind).Index
	if len(l.targetOf) < 4096 {
		l.targetOf[string(extension)] = index
	}
	return index, nil
}

// look decides by the content.
func (l *Lister) look(fd dirfd.FD, name string) (string, error) {
	file, err := fd.OpenRegular(name)
	if errors.Is(err, fs.ErrPermission) {
		return category.Other, nil // a file that may not be read is of unknown kind, and is moved anyway
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	kind, extension, err := l.Table.Detect(file)
	if err != nil {
		return "", err
	}
	if l.ByExtension {
		if kind = extension; kind == "" {
			kind = category.Other
		}
	}
	return kind, nil
}
