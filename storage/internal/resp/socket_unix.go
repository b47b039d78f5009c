//go:build unix

package resp

import (
	"io"
	"os"
	"syscall"
	"time"
)

// socket is a connection whose operations block in the kernel.
type socket struct{ fd int }

// dial connects to the server of an address.
func (a Address) dial() (*socket, error) {
	if a.Socket != "" {
		return connect(syscall.AF_UNIX, &syscall.SockaddrUnix{Name: a.Socket}, a.Timeout)
	}
	ip, port, err := target(a.Host, hosts)
	if err != nil {
		return nil, err
	}
	if len(ip) == 4 {
		return connect(syscall.AF_INET, &syscall.SockaddrInet4{Port: port, Addr: [4]byte(ip)}, a.Timeout)
	}
	return connect(syscall.AF_INET6, &syscall.SockaddrInet6{Port: port, Addr: [16]byte(ip)}, a.Timeout)
}

// connect connects a socket of a family.
func connect(family int, to syscall.Sockaddr, timeout time.Duration) (*socket, error) {
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	s := &socket{fd}
	err = s.setTimeout(timeout)
	if err == nil {
		err = retry(func() error { return syscall.Connect(fd, to) })
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// setTimeout bounds every later operation; on Linux that includes connecting.
func (s *socket) setTimeout(timeout time.Duration) error {
	limit := syscall.NsecToTimeval(max(timeout, time.Microsecond).Nanoseconds())
	if err := syscall.SetsockoptTimeval(s.fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &limit); err != nil {
		return err
	}
	return syscall.SetsockoptTimeval(s.fd, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &limit)
}

func (s *socket) Read(p []byte) (n int, err error) {
	err = retry(func() error {
		n, err = syscall.Read(s.fd, p)
		return err
	})
	switch {
	case err == syscall.EAGAIN:
		return 0, os.ErrDeadlineExceeded
	case err != nil:
		return 0, err
	case n == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return n, nil
}

func (s *socket) Write(p []byte) (written int, err error) {
	for written < len(p) && err == nil {
		var n int
		err = retry(func() error {
			n, err = syscall.Write(s.fd, p[written:])
			return err
		})
		written += max(n, 0)
	}
	if err == syscall.EAGAIN {
		err = os.ErrDeadlineExceeded
	}
	return written, err
}

func (s *socket) Close() error { return syscall.Close(s.fd) }

// retry repeats a call that a signal has interrupted.
func retry(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
