package epoll

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system calls of the event loop, none of which waits. They bypass the scheduler: otherwise its monitor would often
// take the processor from a loop that makes a hundred thousand of them a second, give it to another thread, and take it
// back.

// direct makes a system call, again as long as it is interrupted.
func direct(trap, a, b, c, d uintptr) (int, error) {
	for {
		n, _, errno := unix.RawSyscall6(trap, a, b, c, d, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return -1, errno
		}
	}
}

// Read reads from fd into b, which is not empty.
func Read(fd int, b []byte) (int, error) {
	return direct(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), 0)
}

// Send sends b, which is not empty, with the flags of send(2).
func Send(fd int, b []byte, flags int) error {
	_, err := direct(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), uintptr(flags))
	return err
}

// Shutdown ends the sending half.
func Shutdown(fd int) error {
	_, err := direct(unix.SYS_SHUTDOWN, uintptr(fd), unix.SHUT_WR, 0, 0)
	return err
}

// Close closes fd.
func Close(fd int) {
	_, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0) // not repeated when interrupted: see close(2)
}

// Poll returns the pending events, as many as fit into the slice, which is not empty.
func Poll(fd int, events []unix.EpollEvent) (int, error) {
	return direct(unix.SYS_EPOLL_PWAIT, uintptr(fd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0)
}

// Accept accepts a connection, which never blocks, and returns its remote address.
func Accept(listener int) (int, netip.AddrPort, error) {
	var from unix.RawSockaddrInet6 // large enough for IPv4, too
	size := uint32(unsafe.Sizeof(from))
	fd, err := direct(unix.SYS_ACCEPT4, uintptr(listener), uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&size)),
		unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	if err != nil {
		return -1, netip.AddrPort{}, err
	}
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&from.Port))[:]) // at the same offset in both
	if from.Family == unix.AF_INET {
		return fd, netip.AddrPortFrom(netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(&from)).Addr), port), nil
	}
	addr := netip.AddrFrom16(from.Addr).Unmap()
	if from.Scope_id != 0 {
		addr = addr.WithZone(zone(from.Scope_id))
	}
	return fd, netip.AddrPortFrom(addr, port), nil
}

// zone returns the name of a network interface, or its number if it has gone.
func zone(index uint32) string {
	i, err := net.InterfaceByIndex(int(index))
	if err != nil {
		return strconv.FormatUint(uint64(index), 10)
	}
	return i.Name
}
