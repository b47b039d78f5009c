package carry

import (
	"sync"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Place is a name in a folder.
type Place struct {
	Folder *tree.Folder
	Name   string
}

// Copies remembers where files with several hard links went, so that their copies have them too.
type Copies struct {
	mu    sync.Mutex
	first map[dirfd.ID]Place // by the original's device and inode
}

// NewCopies returns an empty memory.
func NewCopies() *Copies { return &Copies{first: map[dirfd.ID]Place{}} }

func (c *Copies) find(id dirfd.ID) (Place, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.first[id]
	return p, ok
}

// Add notes where the first name of a file went.
func (c *Copies) Add(id dirfd.ID, p Place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first[id] = p
}
