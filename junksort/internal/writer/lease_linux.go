package writer

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// leased asks the kernel for a lease on the file, which it gives only while nobody has the file open for writing, and
// gives it back at once. A refusal means a writer only on local file systems: servers refuse for other reasons, too.
func leased(dir dirfd.FD, name dirfd.Name) (open, sure bool) {
	const flags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOFOLLOW | unix.O_NOCTTY | unix.O_CLOEXEC
	fd, err := unix.Openat(int(dir), name.String(), flags, 0)
	if err != nil {
		return false, false
	}
	defer unix.Close(fd) // and the lease with it
	_, err = unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_RDLCK)
	if errors.Is(err, unix.EAGAIN) {
		return true, dir.TrustsInodes()
	}
	return false, err == nil
}
