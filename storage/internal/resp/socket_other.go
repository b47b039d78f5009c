//go:build !unix

package resp

import (
	"net"
	"net/netip"
	"time"
)

// Kinds of sockets.
const (
	stream   = "tcp"
	datagram = "udp"
)

// socket is a connection each of whose operations may take as long as timeout.
type socket struct {
	net.Conn
	timeout time.Duration
}

// dialSocket connects a socket of a kind, stream or datagram.
func dialSocket(kind string, target netip.AddrPort, timeout time.Duration) (*socket, error) {
	conn, err := net.DialTimeout(kind, target.String(), timeout)
	if err != nil {
		return nil, err
	}
	return &socket{conn, timeout}, nil
}

// setTimeout bounds every later operation.
func (s *socket) setTimeout(timeout time.Duration) error {
	s.timeout = timeout
	return nil
}

func (s *socket) Read(p []byte) (int, error) {
	if err := s.SetReadDeadline(time.Now().Add(s.timeout)); err != nil {
		return 0, err
	}
	return s.Conn.Read(p)
}

func (s *socket) Write(p []byte) (int, error) {
	if err := s.SetWriteDeadline(time.Now().Add(s.timeout)); err != nil {
		return 0, err
	}
	return s.Conn.Write(p)
}
