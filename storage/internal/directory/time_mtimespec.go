//go:build darwin || freebsd || netbsd

package directory

import "syscall"

// changedAt returns when a file was last changed.
func changedAt(info syscall.Stat_t) syscall.Timespec { return info.Mtimespec }
