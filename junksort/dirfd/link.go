package dirfd

import "golang.org/x/sys/unix"

// Symlink makes the symbolic link name, which leads to target.
func (d FD) Symlink(target, name string) error {
	return retry(func() error { return unix.Symlinkat(target, int(d), name) })
}

// Follow describes what the entry name of d leads to, through symbolic links.
func (d FD) Follow(name string) (Stat, error) {
	var s unix.Stat_t
	if err := retry(func() error { return unix.Fstatat(int(d), name, &s, 0) }); err != nil {
		return Stat{}, err
	}
	return statOf(&s), nil
}

// SetLinkLooks gives the symbolic link name the owner and times of another one.
func (d FD) SetLinkLooks(name string, s Stat) error {
	if err := unix.Fchownat(int(d), name, int(s.UID), int(s.GID), unix.AT_SYMLINK_NOFOLLOW); err != nil &&
		err != unix.EPERM {
		return err
	}
	times := []unix.Timespec{unix.NsecToTimespec(s.Atime.UnixNano()), unix.NsecToTimespec(s.Mtime.UnixNano())}
	return unix.UtimesNanoAt(int(d), name, times, unix.AT_SYMLINK_NOFOLLOW)
}
