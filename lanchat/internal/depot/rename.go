package depot

import "os"

// renameByLink moves a file or a folder to a name that must be free, by calls that every system has: a folder takes the
// place of an empty one that it has just made, a file gets a second name before it loses its first.
func renameByLink(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if err := os.Mkdir(to, 0o700); err != nil {
			return err
		}
		return os.Rename(from, to)
	}
	if err := os.Link(from, to); err != nil {
		if _, taken := os.Lstat(to); taken == nil {
			return os.ErrExist
		}
		return os.Rename(from, to) // a file system without links
	}
	return os.Remove(from)
}
