//go:build unix

package station

import "golang.org/x/sys/unix"

// connections returns how many connections the process may hold: its descriptors, less what else it needs.
func connections() int {
	const (
		reserve = 128
		least   = 64
		most    = 1 << 17
	)
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return least
	}
	return int(min(max(limit.Cur, least+reserve)-reserve, most))
}
