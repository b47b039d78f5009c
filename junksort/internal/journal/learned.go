package journal

import (
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Learned is the sum of the steps of a journal, except for the moves, of which there may be millions.
type Learned struct {
	last       end
	lastFolder uint32                  // the highest number of a folder
	nextMove   uint64                  // the number that the next intent gets
	ByID       map[uint32]*tree.Folder // by number
	Order      []Recorded              // in the order of the journal
	ByLink     bool
	WholePlan  bool // all intents of a renaming are there
	Copying    bool // some file was copied or unpacked
	Removals   []removal
	Failed     map[uint64]bool
	Copied     map[uint64]identity.File
	Returned   map[uint64]identity.File
	Placed     map[uint64]identity.File // copies that were written under their final names
	UnpackedAs map[uint64]dirfd.Stat
	UnpackTo   map[uint64]string  // the name that the new folder got in the end
	Entries    map[uint64][]Entry // what came out of an archive
	Volumes    map[uint32]volume  // of the folders that are named by their paths
	Bare       map[uint64]Looks   // of originals, where their copies could not keep all of it
}

// newLearned returns what is known before the first step.
func newLearned() Learned {
	return Learned{
		ByID: map[uint32]*tree.Folder{}, Failed: map[uint64]bool{}, Copied: map[uint64]identity.File{},
		Returned: map[uint64]identity.File{}, Placed: map[uint64]identity.File{}, UnpackedAs: map[uint64]dirfd.Stat{},
		UnpackTo: map[uint64]string{}, Entries: map[uint64][]Entry{}, Volumes: map[uint32]volume{},
		Bare: map[uint64]Looks{},
	}
}

// Recorded is a folder as it was before the run touched it.
type Recorded struct {
	Folder *tree.Folder
	Stat   dirfd.Stat
}

// Looks are the metadata of a file.
type Looks struct {
	Stat   dirfd.Stat
	Xattrs []byte
}

// volume is what tells a folder that is named by its path from another one that is mounted or made there since.
type volume struct {
	Birth  int64
	Number uint64
}

// removal is the intent to remove a folder.
type removal struct {
	Folder *tree.Folder
	Xattrs []byte
}
