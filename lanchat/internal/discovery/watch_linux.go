package discovery

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// watch begins to listen for changes until ctx is done. Netlink tells of them at once (rtnetlink(7)); a look now and
// then finds what was lost, in a buffer that was full or in a sleep of the computer.
func watch(ctx context.Context) *watcher {
	const every = 5 * time.Second
	w := &watcher{changes: make(chan struct{}, 1)}
	w.running.Go(func() { w.poll(ctx, every) })
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return w
	}
	groups := uint32(unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR)
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		_ = unix.Close(fd)
		return w
	}
	socket := os.NewFile(uintptr(fd), "netlink")
	unhook := context.AfterFunc(ctx, func() { _ = socket.Close() })
	w.running.Go(func() {
		defer unhook()
		buf := make([]byte, 1<<16)
		for ctx.Err() == nil {
			if _, err := socket.Read(buf); err != nil && !isFull(err) {
				return
			}
			w.note()
		}
	})
	return w
}

// isFull reports whether messages were lost because nobody read them in time, which is a change, too.
func isFull(err error) bool { return errors.Is(err, unix.ENOBUFS) }
