package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// target is what a path leads to: a name in a directory, or a stream that the process has open.
type target struct {
	path   string
	stream *os.File // a copy, at the same position
}

// follow follows the symbolic links at the end of path, even to what does not exist yet.
func follow(path string) (target, error) {
	const most = 40 // as Linux
	for range most {
		if stream, err := openStream(path); stream != nil || err != nil {
			return target{stream: stream}, err
		}
		link, err := os.Readlink(path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EINVAL) { // there is nothing, or it is not a link
			return target{path: path}, nil
		}
		if err != nil {
			return target{}, err
		}
		if !filepath.IsAbs(link) {
			link = directory(path) + string(filepath.Separator) + link
		}
		path = link
	}
	return target{}, syscall.ELOOP
}

// directory returns the directory of path, not cleaned: a .. after a symbolic link means the parent of what it
// points to.
func directory(path string) string {
	if dir, _ := filepath.Split(path); dir != "" {
		return dir
	}
	return "."
}

// openStream returns a copy of the open stream that path names, as /dev/fd/3 or /proc/self/fd/3 do, else nil. Opening
// such a path would begin at the start of the file that a shell redirected the stream to, and renaming over it would
// take the file from the other programs that write there.
func openStream(path string) (*os.File, error) {
	dir, name := filepath.Split(path)
	number, err := strconv.Atoi(name)
	if err != nil || number < 0 || dir == "" {
		return nil, nil
	}
	streams, err := filepath.EvalSymlinks("/dev/fd")
	if err != nil {
		return nil, nil // this system has none
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil || dir != streams {
		return nil, nil
	}
	return duplicate(number, path)
}
