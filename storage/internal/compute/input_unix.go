//go:build unix

package compute

import (
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

// InputWaits reports whether there is something to read on standard input that is neither a terminal nor a device: a
// pipe that is not at its end, or a file that was not read to its end.
func InputWaits() bool {
	var info syscall.Stat_t
	if syscall.Fstat(0, &info) != nil {
		return false
	}
	switch info.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		at, err := syscall.Seek(0, 0, io.SeekCurrent)
		return err == nil && at < info.Size
	case syscall.S_IFIFO, syscall.S_IFSOCK:
		look := []unix.PollFd{{Fd: 0, Events: unix.POLLIN}}
		_, err := retryPoll(look)
		ended := err == nil && look[0].Revents&unix.POLLHUP != 0 && look[0].Revents&unix.POLLIN == 0
		return !ended
	}
	return false
}

// hesitation is how many milliseconds the other end of a pipe is given to close it, if it has nothing to write.
const hesitation = 100

// retryPoll looks again when a signal has come between.
func retryPoll(look []unix.PollFd) (int, error) {
	for {
		n, err := unix.Poll(look, hesitation)
		if err != unix.EINTR {
			return n, err
		}
	}
}
