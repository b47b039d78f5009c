//go:build unix

package sqldb

import "golang.org/x/sys/unix"

// writable reports whether this process may write a file, or in a directory. It opens nothing: closing a descriptor
// of a database would drop the locks that the process holds on it.
func writable(path string) bool { return unix.Access(path, unix.W_OK) == nil }
