package junksort

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// newToken makes the part of the names of unfinished work that no other run in the world has: many folders are sorted
// into one destination at the same time, and each run removes what has its own token.
func newToken(dir dirfd.FD, run int) (string, error) {
	s, err := dir.Stat()
	if err != nil {
		return "", err
	}
	random := make([]byte, 8)
	rand.Read(random) // never fails (Go 1.24)
	return fmt.Sprintf("%x-%x-%d-%s", s.Dev, s.Ino, run, hex.EncodeToString(random)), nil
}

// unfinishedPrefix begins the names of all work that is not finished.
const unfinishedPrefix = stateFolder + "-"

// partialName is the name of an unfinished copy, or of a folder that is being unpacked. Its ending keeps every sorter
// away from it.
func partialName(token string, seq uint64) string {
	return fmt.Sprintf("%s%s-%d.part", unfinishedPrefix, token, seq)
}
