//go:build !unix

package sqldb

import "os"

// writable reports whether a file may be written.
func writable(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().Perm()&0o200 != 0
}
