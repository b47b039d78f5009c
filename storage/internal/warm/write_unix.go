//go:build unix

package warm

import "syscall"

// descriptor is an open file that is written to without package os, whose files need a poller.
type descriptor int

// Write writes all of data.
func (d descriptor) Write(data []byte) (int, error) {
	written := 0
	for written < len(data) {
		n, err := syscall.Write(int(d), data[written:])
		switch {
		case err == syscall.EINTR, err == syscall.EAGAIN:
		case err != nil:
			return written, err
		default:
			written += n
		}
	}
	return written, nil
}

// inputUnclear reports whether there may be something to read on standard input that is neither a terminal nor a
// device. The rest of the program waits for what arrives on a pipe.
func inputUnclear() bool {
	var info syscall.Stat_t
	if syscall.Fstat(0, &info) != nil {
		return false
	}
	switch info.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		at, err := syscall.Seek(0, 0, 1)
		return err == nil && at < info.Size
	case syscall.S_IFIFO, syscall.S_IFSOCK:
		return true
	}
	return false
}
