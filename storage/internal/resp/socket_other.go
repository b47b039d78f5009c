//go:build !unix

package resp

import (
	"net"
	"strconv"
	"time"
)

// socket is a connection each of whose operations may take as long as timeout.
type socket struct {
	net.Conn
	timeout time.Duration
}

// dial connects to the server of an address.
func (a Address) dial() (*socket, error) {
	network, host := "unix", a.Socket
	if host == "" {
		ip, port, err := target(a.Host, hosts)
		if err != nil {
			return nil, err
		}
		network, host = "tcp", net.JoinHostPort(net.IP(ip).String(), strconv.Itoa(port))
	}
	conn, err := net.DialTimeout(network, host, a.Timeout)
	if err != nil {
		return nil, err
	}
	return &socket{conn, a.Timeout}, nil
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
