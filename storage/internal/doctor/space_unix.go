//go:build unix

package doctor

import (
	"math"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// space returns how many bytes and files a file system still takes from this user.
func space(path string) (bytes, files uint64, err error) {
	var s unix.Statfs_t
	for err = unix.Statfs(path, &s); err == unix.ENOENT && path != filepath.Dir(path); {
		path = filepath.Dir(path)
		err = unix.Statfs(path, &s)
	}
	files = uint64(s.Ffree)
	if s.Files == 0 { // it creates inodes as they are needed
		files = math.MaxUint64
	}
	return uint64(s.Bavail) * uint64(s.Bsize), files, err
}
