package atomicfile

import "golang.org/x/sys/unix"

// renameNew renames from to a name that must not exist.
func renameNew(from, to string) error {
	return unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
}
