package wal

import (
	"os"

	"golang.org/x/sys/unix"
)

// datasync waits for the data and the length, not for times.
func datasync(file *os.File) error { return unix.Fdatasync(int(file.Fd())) }
