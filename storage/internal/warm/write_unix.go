//go:build unix

package warm

import "syscall"

// descriptor is an open file that is written to without the help of package os, whose files want a poller.
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
