package junksort

import "github.com/pythonweb/goweb/junksort/dirfd"

// move is one file on its way.
type move struct {
	from    *folder
	name    dirfd.Name
	to      *folder
	newName dirfd.Name
	dev     uint64
	ino     uint64
	mark    mark
	marked  bool
	copy    bool       // to is on another file system
	exact   bool       // a taken newName is no reason to look for another one
	drop    bool       // a duplicate, put aside
	family  dirfd.Name // the name that was wanted
	number  uint32     // of newName; 0 or 1 for the family's name itself
	seq     uint64     // in the journal
	lost    []string   // what a copy could not keep
}

// batch is a number of moves that are journaled together. Batches are reused: names lives as long as one round.
type batch struct {
	moves []move
	names []byte
}

const batchSize = 1024

func newBatch() *batch {
	return &batch{moves: make([]move, 0, batchSize), names: make([]byte, 0, 16<<10)}
}

func (b *batch) reset() {
	clear(b.moves)
	b.moves, b.names = b.moves[:0], b.names[:0]
}

func (b *batch) full() bool { return len(b.moves) >= batchSize }
