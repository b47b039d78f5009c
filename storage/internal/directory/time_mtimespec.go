//go:build darwin || freebsd || netbsd

package directory

import "syscall"

// changedAt is when a file was changed last.
func changedAt(info syscall.Stat_t) syscall.Timespec { return info.Mtimespec }
