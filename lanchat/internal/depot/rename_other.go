//go:build !linux

package depot

// rename moves a file or a folder to a name that must be free.
func rename(from, to string) error { return renameByLink(from, to) }
