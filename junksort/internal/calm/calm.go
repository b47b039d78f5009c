// Package calm remembers the folders of a watched tree in which there was nothing to sort, so that a pass need not read
// again what nothing has touched since. The system's events say what has happened; inode and times prove that a folder
// is still the one that was read. A file that the run itself moves into such a folder leaves it calm.
package calm

import (
	"path"
	"strings"
	"sync"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Listing is what a pass needs to know of a folder in which there was nothing to sort.
type Listing struct {
	Stays    bool     // as a whole
	Kept     int      // entries that stay
	Children []string // the subfolders that were gone into, in path order

	stat  dirfd.Stat // before it was read
	grown bool       // by the run itself, which changes the times
	found bool       // Find has returned it
}

// Folders are those folders, by their paths below DIR. It is safe for concurrent use.
type Folders struct {
	mu    sync.Mutex
	known map[string]Listing
	seen  map[string]dirfd.Stat // as Find was told in this pass
	came  map[string]bool       // paths of files that the last pass has brought
	left  map[string]bool       // and of what it has taken away
}

// New returns Folders that know none yet.
func New() *Folders {
	f := &Folders{}
	f.Forget()
	return f
}

// Forget forgets everything: events were lost.
func (f *Folders) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known, f.seen = map[string]Listing{}, map[string]dirfd.Stat{}
	f.came, f.left = map[string]bool{}, map[string]bool{}
}

// Begin begins a pass. Events caused by the previous pass that have not arrived by now count as somebody else's.
func (f *Folders) Begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.seen)
	clear(f.came)
	clear(f.left)
}

// Know records a folder that Find did not know and that was read.
func (f *Folders) Know(path string, l Listing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var ok bool
	if l.stat, ok = f.seen[path]; ok {
		f.known[path] = l
	}
}

// Find returns what is known of a folder that is now as now says, and false when it has to be read.
func (f *Folders) Find(path string, now dirfd.Stat) (Listing, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[path] = now
	l, ok := f.known[path]
	same := l.stat.Mtime.Equal(now.Mtime) && l.stat.Ctime.Equal(now.Ctime)
	if !ok || !l.stat.Same(now) || !same && !l.grown {
		delete(f.known, path)
		return Listing{}, false
	}
	l.stat, l.grown, l.found = now, false, true
	f.known[path] = l
	return l, true
}

// Found reports whether Find has returned what is known of a folder, and nothing has touched it since.
func (f *Folders) Found(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known[path].found
}

// Brought records a file that the run has moved into a folder.
func (f *Folders) Brought(folder, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.came[path.Join(folder, name)] = true
	if l, ok := f.known[folder]; ok {
		l.Kept++
		l.grown = true
		f.known[folder] = l
	}
}

// Took records a file, or an empty folder, that the run has removed from a folder.
func (f *Folders) Took(folder, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left[path.Join(folder, name)] = true
	delete(f.known, folder)
	delete(f.known, path.Join(folder, name))
}

// Event records that something has happened to a path, which was created or has gone, or neither. It reports whether
// somebody other than the run did it.
func (f *Folders) Event(path string, made, gone bool) (foreign bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if made && f.came[path] {
		delete(f.came, path)
		return false
	}
	delete(f.known, folder(path))
	delete(f.known, path)
	if gone && f.left[path] {
		delete(f.left, path)
		return false
	}
	return true
}

// folder returns the path of the folder that a path is in; DIR is "".
func folder(p string) string { return p[:max(0, strings.LastIndexByte(p, '/'))] }
