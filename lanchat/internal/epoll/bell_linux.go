package epoll

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Bell lets a goroutine wait for an epoll instance without occupying a thread, and rings once per wait. It is a second
// instance, which watches the first with EPOLLONESHOT and which the runtime polls like a connection. If the runtime
// polled the first, every event would wake one of its threads, even while the loop that handles the events is running.
type Bell struct {
	file  *os.File
	raw   syscall.RawConn
	fd    int
	epoll int // the first instance
	set   time.Time
}

func NewBell(epoll int) (*Bell, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	err = errors.Join(
		os.NewSyscallError("epoll_ctl", unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, epoll, &unix.EpollEvent{Fd: int32(epoll)})),
		os.NewSyscallError("fcntl", unix.SetNonblock(fd, true)), // tells os.NewFile that it can be polled
	)
	b := &Bell{file: os.NewFile(uintptr(fd), "epoll"), fd: fd, epoll: epoll}
	if err == nil {
		b.raw, err = b.file.SyscallConn()
	}
	if err != nil {
		return nil, errors.Join(err, b.file.Close())
	}
	return b, nil
}

func (b *Bell) Close() { _ = b.file.Close() }

// Wait returns when the first instance has events, or the deadline has come, or sooner. The zero deadline never
// comes.
func (b *Bell) Wait(deadline time.Time) {
	// A deadline that fires too early costs one round; most of the later ones never fire.
	if !deadline.IsZero() && (b.set.IsZero() || deadline.Before(b.set)) {
		b.set = deadline
		_ = b.file.SetReadDeadline(deadline) // a file that can be polled has deadlines
	}
	_ = unix.EpollCtl(
		b.fd, unix.EPOLL_CTL_MOD, b.epoll, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLONESHOT, Fd: int32(b.epoll)},
	)
	var rung [1]unix.EpollEvent
	err := b.raw.Read(func(uintptr) bool {
		n, _ := Poll(b.fd, rung[:])
		return n > 0
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		b.set = time.Time{}
		_ = b.file.SetReadDeadline(time.Time{})
	}
}
