package unpack

import (
	"sync"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Parcel is an archive in a destination that is to be unpacked, into a folder of its own beside it.
type Parcel struct {
	In    *tree.Folder
	Name  string
	To    string // the new folder
	Exact bool   // a taken name is no reason to look for another one
	File  bool   // a single compressed file, which becomes a file
}

// Freight is which archives a run brings into its destinations, and takes out of them.
type Freight struct {
	mu   sync.Mutex
	come map[string][]string        // by the name of the destination
	gone map[string]map[string]bool // the same
}

// NewFreight returns a freight of nothing.
func NewFreight() *Freight {
	return &Freight{come: map[string][]string{}, gone: map[string]map[string]bool{}}
}

// Note notes a move.
func (f *Freight) Note(m *order.Move) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if home, name := m.From.Home, m.Name.String(); home != "" && IsArchive(name) {
		if f.gone[home] == nil {
			f.gone[home] = map[string]bool{}
		}
		f.gone[home][name] = true
	}
	if name := m.NewName.String(); !m.Drop && !m.To.Trash && IsArchive(name) {
		f.come[m.To.Home] = append(f.come[m.To.Home], name)
	}
}

// Come returns the names of the archives that have come into a destination.
func (f *Freight) Come(home string) []string { return f.come[home] }

// HasGone reports whether an archive has left a destination.
func (f *Freight) HasGone(home, name string) bool { return f.gone[home][name] }

// IsArchive reports whether a file of this name can be unpacked.
func IsArchive(name string) bool { return Stem(name) != "" }

// Stem returns the name of what comes out of an archive, or of a single compressed file; nothing for others.
func Stem(name string) string {
	if stem, ok := archive.Stem(name); ok {
		return stem
	}
	single, _ := archive.Single(name)
	return single
}
