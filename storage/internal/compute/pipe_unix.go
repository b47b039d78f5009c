//go:build unix

package compute

import (
	"io"
	"os"
	"syscall"
)

// readNow reads what a pipe holds, without waiting: os.ErrDeadlineExceeded says that it holds nothing.
func readNow(r *os.File, buffer []byte) (n int, err error) {
	raw, err := r.SyscallConn()
	if err != nil {
		return 0, err
	}
	failure := raw.Read(func(fd uintptr) bool {
		for {
			if n, err = syscall.Read(int(fd), buffer); err != syscall.EINTR {
				return true
			}
		}
	})
	switch {
	case failure != nil:
		return 0, failure
	case err == syscall.EAGAIN:
		return 0, os.ErrDeadlineExceeded
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}
