package lanchat

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/lanchat/internal/epoll"
)

// listen turns events for incoming connections on or off.
func (l *eventLoop) listen(yes bool) {
	e := unix.EpollEvent{Fd: int32(l.listener)}
	if yes {
		e.Events = unix.EPOLLIN
	}
	l.failed = os.NewSyscallError("epoll_ctl", unix.EpollCtl(l.epoll, unix.EPOLL_CTL_MOD, l.listener, &e))
}

// deafen stops listening for good.
func (l *eventLoop) deafen() {
	if l.listener >= 0 {
		epoll.Close(l.listener)
		l.listener = -1
	}
}

// errFull is why no connection is accepted while the server holds as many as it may.
var errFull = errors.New("the limit of open connections is reached")

// acceptAll accepts all waiting connections. If that is not possible, events of the listener are off until the next
// attempt.
func (l *eventLoop) acceptAll() {
	const most = 256 // before other events are handled
	if l.listener < 0 {
		return
	}
	var err error
	for i := 0; i < most && err == nil; i++ {
		err = l.acceptOne()
	}
	paused := l.pause != 0
	switch {
	case err == nil || errors.Is(err, unix.EAGAIN):
		l.pause = 0
		if paused {
			l.listen(true)
		}
	default:
		l.pause = l.backOff(l.pause, err)
		l.resume = time.Now().Add(l.pause)
		if !paused {
			l.listen(false)
		}
	}
}

// acceptOne accepts one connection.
func (l *eventLoop) acceptOne() error {
	select {
	case l.slots <- struct{}{}:
	default:
		return errFull
	}
	fd, remote, err := epoll.Accept(l.listener)
	if err != nil {
		<-l.slots
		if errors.Is(err, unix.ECONNABORTED) {
			return nil // the next one may be fine
		}
		return err
	}
	v := &visitor{fd: int32(fd), remote: remote}
	wait, ok := l.bounds.Admit(v.remote.Addr(), time.Now())
	if !ok {
		epoll.Close(fd)
		<-l.slots
		return nil
	}
	if err := l.watch(fd, unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLET); err != nil {
		epoll.Close(fd)
		l.leave(v.remote.Addr(), 0)
		return err
	}
	l.visitors[v.fd] = v
	l.enter(v, &l.idle, firstByte)
	if wait > 0 {
		l.hand(v, waiting, func(c *connection) { c.run(wait) })
	}
	return nil
}
