package unpack

import (
	"sync"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Parcel is an archive in a destination that is to be unpacked into a folder of its own next to it.
type Parcel struct {
	In    *tree.Folder
	Name  string
	To    string // the new folder
	Exact bool   // if the name is taken, no other one is looked for
	File  bool   // a single compressed file, which becomes a file
}

// Freight records which archives a run moves into its destinations, and out of them.
type Freight struct {
	mu   sync.Mutex
	come map[string][]string        // by the name of the destination
	gone map[string]map[string]bool // the same
}

// NewFreight returns an empty freight.
func NewFreight() *Freight {
	return &Freight{come: map[string][]string{}, gone: map[string]map[string]bool{}}
}

// Note records a move.
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

// Stem returns the name of what comes out of an archive or a single compressed file; empty for others.
func Stem(name string) string {
	if stem, ok := archive.Stem(name); ok {
		return stem
	}
	single, _ := archive.Single(name)
	return single
}
