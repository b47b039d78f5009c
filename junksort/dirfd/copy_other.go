//go:build !linux

package dirfd

import "os"

// nextData takes the whole file for one piece: holes are written out here.
func nextData(_ *os.File, at, size int64) (start, end int64) { return at, size }

func dropCache(*os.File) {}
