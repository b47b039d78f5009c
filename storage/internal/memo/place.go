package memo

import (
	"errors"
	"os"
	"strings"
)

// Environment variables that name the store; the first that is set counts.
const (
	StoreVariable = "LRUCACHE_STORE"
	RedisVariable = "LRUCACHE_REDIS"
)

// folderScheme begins the address of a folder.
const folderScheme = "dir:"

// ErrPlace says that a text does not name a store.
var ErrPlace = errors.New("want dir:PATH for a folder, or redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE] for a Redis")

// Folder returns the path of the folder that a store's address names; folder is false if it names a Redis.
func Folder(address string) (path string, folder bool, err error) {
	path, folder = strings.CutPrefix(address, folderScheme)
	switch {
	case folder && path == "":
		return "", false, ErrPlace
	case folder && (path == "~" || strings.HasPrefix(path, "~/")): // which a shell does not expand after a colon
		home, err := os.UserHomeDir()
		return home + path[1:], true, err
	case !folder && !strings.Contains(address, "://"):
		return "", false, ErrPlace
	}
	return path, folder, nil
}
