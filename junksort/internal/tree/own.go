package tree

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// NewToken returns a token for the names of unfinished work that no other run in the world has: many folders may be
// sorted into one destination at the same time, and each run removes what has its own token.
func NewToken(dir dirfd.FD, run int) (string, error) {
	s, err := dir.Stat()
	if err != nil {
		return "", err
	}
	random := make([]byte, 8)
	rand.Read(random) // never fails (Go 1.24)
	return fmt.Sprintf("%x-%x-%d-%s", s.Dev, s.Ino, run, hex.EncodeToString(random)), nil
}

// StateFolder is where junksort keeps its journals, in the folder that it sorts.
const StateFolder = ".junksort"

// droppedFolder, in DIR/.junksort, holds what dedupe has put aside.
const DroppedFolder = "dropped"

// UnfinishedPrefix begins the names of all unfinished work.
const UnfinishedPrefix = StateFolder + "-"

// PartialName is the name of an unfinished copy, or of a folder that is being unpacked. Its extension keeps every
// sorter away from it.
func PartialName(token string, seq uint64) string {
	return fmt.Sprintf("%s%s-%d.part", UnfinishedPrefix, token, seq)
}

// DropFolder returns the folder for the duplicates that dedupe puts aside and undo needs.
func DropFolder(root *Folder, h *Handles) *Folder {
	state := &Folder{Parent: root, Name: StateFolder}
	if _, err := h.Acquire(state); err == nil { // a dry run need not have it
		h.Release(state)
	}
	return &Folder{Parent: state, Name: DroppedFolder, Made: true}
}
