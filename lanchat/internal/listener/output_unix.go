//go:build unix

package listener

import (
	"context"
	"errors"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// errUnread says that nobody reads stdout any more.
var errUnread = errors.New("nobody reads the output")

// watchOutput ends a listener when the reader of its output, a pipe, has gone: not only at the next message. The
// function that it returns ends the watch.
func watchOutput(output *os.File, cancel context.CancelCauseFunc) (stop func()) {
	info, err := output.Stat()
	if err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return func() {}
	}
	wait, wake, err := os.Pipe()
	if err != nil {
		return func() {} // the next write will notice
	}
	var running sync.WaitGroup
	running.Go(func() {
		fds := []unix.PollFd{{Fd: int32(output.Fd())}, {Fd: int32(wait.Fd())}}
		for {
			_, err := unix.Poll(fds, -1)
			switch {
			case errors.Is(err, unix.EINTR):
				continue
			case fds[0].Revents != 0:
				cancel(errUnread)
			}
			return
		}
	})
	return func() {
		_ = wake.Close()
		running.Wait()
		_ = wait.Close()
	}
}
