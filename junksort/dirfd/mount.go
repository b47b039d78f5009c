package dirfd

import "golang.org/x/sys/unix"

// openDirByDevice takes another device number for a mount point. It cannot see a bind mount of the same file system.
func (d FD) openDirByDevice(name string) (FD, error) {
	fd, err := openat(int(d), name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW)
	if err != nil {
		return None, err
	}
	inner, err := fd.Stat()
	if err == nil {
		var outer Stat
		if outer, err = d.Stat(); err == nil && inner.Dev != outer.Dev {
			err = ErrMount
		}
	}
	if err != nil {
		fd.Close()
		return None, err
	}
	return fd, nil
}
